"""Every sentence of the catalogues is said somewhere: by its code, or by a family of codes that is built."""

import json
import re
from pathlib import Path

import pytest

from api import catalogues
from geo.desk.answer_changes import IN
from geo.desk.changes import CHANGED, GONE, NEW
from geo.desk.project_status import ProjectStatus
from geo.intake.following import CAUSES
from geo.land.building_limits import PARCEL, ZONE, BuildingRule
from geo.land.place_kinds import words
from geo.land.vocabulary import Industry, Market, StepState, Visibility
from geo.match.criteria.criterion import Role, Who
from geo.match.criteria.order import RULES
from geo.match.criteria.served import FLOWS
from geo.match.document import RANKS
from geo.match.fit.fit import FitVerdict
from geo.match.need.need import DATE_WISHES
from geo.match.need.reading import _CODES
from geo.match.questions import DISTANCES
from geo.match.relaxing.proposals import PROPOSALS
from geo.match.relaxing.trial import Standing
from geo.store.cql2.terms import Kind
from geo.store.desk.links import Standing as LinkStanding
from geo.store.desk.sending import STATE as MAIL_STATE
from geo.store.items.collection import COLLECTIONS
from geo.store.lineage.review import Decision
from geo.store.steps import ATTESTATION, ENTRY, PROPOSAL, WITHDRAWAL
from geo.store.tiles.tiles import LAYER, MERGED
from tests.conftest import REPO

FILES = [path for room in ("api", "geo") for ending in ("py", "html") for path in (REPO / room).rglob(f"*.{ending}")]
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
WORDS = set(re.findall(r'"([A-Za-z0-9_./]+)"', SOURCES))
QUOTED = set(re.findall(r"""['"]([\w./-]+)(?=['"])""", SOURCES))

CUSTOM = {f"need.{kind}" for kind in re.findall(r'PydanticCustomError\(\s*"([a-z_]+)"', SOURCES)}

BUILT = {
    *(f"criterion.{name}" for name in [*RULES, "fit"]),
    *(f"{name}.not_recorded" for name in RULES),
    *(f"filter.is_{kind.value}" for kind in Kind),
    *(f"title.{name}" for name in ("queryables", "schema")),
    *(f"tiles.{name}" for name in (LAYER, MERGED, "count", "surface_m2")),
    *(f"visibility.{visibility.value}" for visibility in Visibility),
    *(f"page.language.{lang}" for lang in catalogues.LANGUAGES),
    *(f"page.{part}" for part in ("items", "queryables", "schema", "collections", "conformance", "api", "tiles")),
    *(f"page.about.{part}" for part in ("collections", "conformance", "api", "tiles")),
    *(f"rank.{rank}" for rank in RANKS),
    *(f"who.{who.value}" for who in Who),
    *(f"market.{market.value}" for market in Market),
    *(f"{word}.{state}" for word in ("market", "tenure") for state in ("for_sale", "for_lease")),
    *(f"market.{state}_with_conditions" for state in ("for_sale", "for_lease")),
    *(f"{flow}.{where}" for flow in FLOWS for where in ("at_site", "none_at_site")),
    *(f"{word}.{industry.value}" for word in ("use", "industry") for industry in Industry),
    *(f"dossier.need.icpe.{regime}" for regime in ("NC", "D", "DC", "E", "A")),
    *(f"dossier.need.seveso.{status}" for status in ("SB", "SH")),
    *(f"fit.{verdict.value}" for verdict in FitVerdict),
    *(f"fit.over_{rule.value}" for rule in (BuildingRule.CES, BuildingRule.HEIGHT, BuildingRule.OPEN_GROUND)),
    *(f"{head}.{rule.value}" for head in ("rule.name", "rule.example", "explain.rule") for rule in BuildingRule),
    *(f"rule.of.{said_of}" for said_of in (PARCEL, ZONE)),
    *(f"history.kind.{kind}" for kind in (ENTRY, ATTESTATION, PROPOSAL, WITHDRAWAL)),
    *(f"state.{state.value}" for state in StepState),
    *(f"review.{cause}" for cause in CAUSES),
    *(f"review.done_{decision.value}" for decision in Decision),
    *(f"report.{kind}" for kind in ("new", "changed", "missing")),
    *(f"progress.{phase}.{end}" for phase in WORDS for end in ("known", "unknown")),
    *(f"kind.{kind}" for kind in words()["networks"]),
    *(f"link.{standing.value}" for standing in LinkStanding),
    *(f"change.{kind}" for kind in (NEW, CHANGED, GONE)),
    *(f"mail.state.{state}" for state in re.findall(r"(?:then|else) '([a-z_]+)'", MAIL_STATE)),
    *(f"desk.weekday.{number}" for number in range(7)),
    *(f"desk.assumed.{field}_both" for field in ("use", "tenure")),
    *(f"desk.area.{kind}" for kind in ("epci", "scot", "zone_emploi", "territoire_industrie", "aid_zone", "saved")),
    *(f"desk.changed.to_{name}" for name in IN),
    "distance.within.near",
    *_CODES.values(),
    *CUSTOM,
    "need.union_tag_not_found",
    *(f"request.ask.{code}" for code in WORDS if code.startswith(("fit.", "land.", "rail_siding."))),
}
"""Codes that programs build from names of the domain."""

PREFIXES = {
    "class": WORDS,
    "column": WORDS,
    "imports": WORDS,
    "export": WORDS,
    "db.state": {"absent", "running", "stopped"},
    "export.as": WORDS,
    "export.told": WORDS,
    "property": {column.name for one in COLLECTIONS.values() for column in one.columns} | {"geometry"},
    **{name: {"title", "description"} for name in COLLECTIONS},
    "filter": {kind.value for kind in Kind},
    "db.schema": {"absent", "older", "newer"},
    "key.state": {"revoked", "until", "valid"},
    "kind": WORDS,
    "readiness": WORDS,
    "review": {"split", "merge", "renumbered", "redrawn", "named"},
    "note": WORDS,
    "plan": WORDS,
    "who": WORDS,
    "use": WORDS,
    "fit.count": WORDS,
    **dict.fromkeys(("fit.row", *(f"fit.row.{verdict.value}" for verdict in FitVerdict)), WORDS),
    "field": set(re.findall(r'PydanticCustomError\("([a-z_]+)"', SOURCES)),
    "need.wrong_type": WORDS,
    "proposal": WORDS,
    "near.then": WORDS,
    "explain.standing": {standing.value for standing in Standing},
    "explain.verdict": {"pass", "fail", "unknown"},
    "explain.land.gain": {"done", "begun"},
    "question": WORDS,
    "question.land_m2": {"min", "max"},
    "question.max_km": set(DISTANCES),
    "left": WORDS,
    "milestone": WORDS,
    "note.declared": WORDS,
    "steps": WORDS,
    "request.ask": WORDS,
    "request.why": {role.value for role in Role},
    **dict.fromkeys(
        (f"dossier.{one}" for one in ("column", "fact", "key", "verdict", "date", "source", "about", "fit", "need")),
        WORDS,
    ),
    **dict.fromkeys(("dossier.constraint", "dossier.criterion", "dossier.logo"), WORDS),
    "dossier.need.use": {"industrie", "entrepot", "artisanat", "commerce_de_gros", "bureau"},
    "dossier.need.tenure": {"buy", "lease", "any"},
    "dossier.pdf": {"missing", "slow", "failed"},
    "what_if.column": WORDS,
    "what_if.how": WORDS,
    "what_if.payer": WORDS,
    **dict.fromkeys(
        (f"desk.{one}" for one in ("said", "said.place", "said.place.exclude", "range", "near", "value", "assumed")),
        WORDS,
    ),
    **dict.fromkeys((f"desk.{one}" for one in ("fact", "answer", "cli", "cli.is")), WORDS),
    "words.project_status": {status.value for status in ProjectStatus},
    "market": WORDS,
    "market.mail.left": {"proved", "open", "to_check"},
    "available": WORDS,
    **dict.fromkeys(("available.choice", "commitment.kind", "commitment.state", "proposal.state", "market.was"), WORDS),
}
"""Codes made of a prefix and a word that stands alone somewhere."""


def said(key: str) -> bool:
    if key in WORDS or key in BUILT or key in QUOTED:
        return True
    for head in ("intake.", "fit.shape."):
        if key.startswith(head):
            return said(key.removeprefix(head.partition(".")[0] + "."))
    if key.endswith((".subject", ".body")) and said(key.rpartition(".")[0]):
        return True
    for form in (".bare", ".several"):
        if key.endswith(form):
            return said(key.removesuffix(form))
    head, _, last = key.rpartition(".")
    if last in WORDS and head in PREFIXES:
        return True
    if key.startswith("relaxation."):
        path = key.removeprefix("relaxation").replace(".", "/")
        name = path.split("/")[1]
        return path in WORDS or name in PROPOSALS or name in {"buildings", "setback_m", "proved", "open", "to_check"}
    if key.startswith("doctor."):
        return last in ("well", "bad") and head.removeprefix("doctor.") in WORDS
    return last in DATE_WISHES and said(head)


def test_every_code_of_a_criterion_has_a_sentence() -> None:
    room = REPO / "geo" / "match"
    files = [*(room / "criteria").glob("*.py"), room / "fit" / "fit.py"]
    codes = {code for path in files for code in re.findall(r'"([a-z_]+\.[a-z_]+)"', path.read_text(encoding="utf-8"))}
    told = catalogues.catalogue("fr")
    assert len(codes) > 40
    assert [code for code in codes if not {code, f"{code}.start_by"} & told.keys()] == []


def test_the_test_can_fail() -> None:
    assert not said("column.nobody_s")
    assert not said("answer.of_nobody")
    assert not said("doctor.rights.perhaps")


@pytest.mark.parametrize(
    "subject",
    ["match", "explain", "need", "cli", "ogc", "pages", "readiness", "steps", "market", "mail", "desk", "dossier"],
)
def test_every_sentence_is_said_somewhere(subject: str) -> None:
    path = Path(catalogues.__file__).parent / f"{subject}.fr.json"
    keys = json.loads(path.read_text(encoding="utf-8"))
    told = [key for key in keys if not key.startswith(("help.", "metavar.", "use."))]  # tests/cli/test_help.py
    assert [key for key in told if not said(key)] == []
