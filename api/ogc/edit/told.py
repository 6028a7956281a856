"""Why an edit cannot be written, as entries of a problem: intake's own sentences, with an example of right."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.catalogues import HTTP, sentence
from api.intake_sentences import told_of
from api.ogc.edit.body import EXAMPLE
from api.problems import Problem, Refusal, shown
from geo.intake.layers import cnig
from geo.intake.problems import Rejection

METRES = "intake.crs.metres"
"""Metres taken for degrees: a file or a form names its system elsewhere than an edit does."""

EXAMPLES: dict[str, object] = {
    "geometry": EXAMPLE,
    "market": "for_sale",
    "visibility": "agency",
    "cadastral_ids": ["38449000AB0012"],
    "power_mw": 12.5,
    "price_eur_m2": 45,
    "surface_stated_m2": 90_500,
    "market_on": "2026-11-22",
    "observed_on": "2026-11-22",
    "market_conditions": True,
    "cle_en_main": True,
    "stade_amngt": cnig.STADE_AMNGT[0],
    "stade_comm": cnig.STADE_COMM[0],
}


@dataclass(frozen=True, slots=True)
class OfIntake(Refusal):
    """A refusal in the words in which intake refuses a row."""

    def told(self, lang: str) -> dict[str, object]:
        """The refusal as an entry of ``errors``."""
        field = self.field if self.field == "geometry" else f"properties.{self.field}"
        entry: dict[str, object] = {"in": self.where, "field": field, "code": self.code}
        said = Rejection(0, self.field, None, self.code, params=self.params)
        if f"intake.{self.code}" == METRES:
            entry["detail"] = sentence("edit.metres", lang, **shown(self.params, lang))
        else:
            entry["detail"] = told_of(said, lang, way=HTTP)
        return entry if self.example is None else entry | {"example": self.example}


def invalid(refusals: Sequence[Rejection]) -> Problem:
    """All of what is wrong, in the order of the fields' names."""
    ordered = sorted(refusals, key=lambda one: one.field)
    errors = [OfIntake(one.field, one.code, one.params, EXAMPLES.get(one.field)) for one in ordered]
    return Problem("invalid", "body.invalid", errors=errors)
