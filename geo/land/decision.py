"""What is decided of industry: the facts of a zone going in, the verdict coming out."""

from dataclasses import dataclass

from geo.land.vocabulary import Industry


@dataclass(frozen=True, slots=True)
class ZoneFacts:
    """The attributes of one ``zone_urba`` row, as published; None where the document has no such column."""

    typezone: str | None = None
    libelle: str | None = None
    libelong: str | None = None
    destdomi: str | None = None
    formdomi: str | None = None
    destoui: str | None = None
    destcdt: str | None = None
    destnon: str | None = None


@dataclass(frozen=True, slots=True)
class IndustryDecision:
    """A verdict, the code of the rule behind it, the attribute it was read from, and a confidence in 0..1."""

    verdict: Industry
    rule: str
    source: str
    confidence: float


NO_ANSWER = IndustryDecision(Industry.UNKNOWN, "nothing_decides", "", 0.0)


def decided(verdict: Industry, rule: str, name: str, value: str | None, confidence: float) -> IndustryDecision:
    """A decision read from one attribute, named as the standards name it (``TYPEZONE``)."""
    return IndustryDecision(verdict, rule, f"{name}={value}", confidence)
