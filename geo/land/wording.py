"""What the long label of a zone (LIBELONG) says it is for, read with its negations."""

import re
from dataclasses import dataclass
from enum import StrEnum

from geo.land.text import strip_accents
from geo.land.vocabulary import Industry


class Theme(StrEnum):
    """One kind of use a zone's wording can name."""

    INDUSTRY = "industry"
    ECONOMY = "economy"
    LOGISTICS = "logistics"
    CRAFT = "craft"
    PORT = "port"
    HOUSING = "housing"
    COMMERCE = "commerce"
    OFFICE = "office"
    LEISURE = "leisure"
    EQUIPMENT = "equipment"
    FARMING = "farming"
    NATURE = "nature"
    QUARRY = "quarry"


_OTHER_USES = frozenset({Theme.HOUSING, Theme.LEISURE, Theme.EQUIPMENT, Theme.FARMING, Theme.NATURE, Theme.QUARRY})
_SHOPS = frozenset({Theme.COMMERCE, Theme.OFFICE})

# A qualifier right after "activité(s)" says which activity; alone, the word means economic activity at large.
_LINK = r"(?:\s+(?:a|au|aux|d|de|des|du|en|et|l|la|le|les|liees?|lies?|ou|plutot|principalement|relevant|type))*"
_QUALIFIER = (
    r"(?:industri|artisan|logisti|entrepo|portuai|agri|forest|touris|loisir|sport|commerc|tertiair|bureau|service"
    r"|medic|hospital|sante|soin|scol|enseign"
    r"|univers|cultu|social|public|plein air|equestr|hippi|nautiqu|balne|therm|golf|ski|pasto|maraich|horti"
    r"|aqua|ferrovi|aero|militair|extracti|libera|humain|campin|hotel)"
)

_PATTERNS: dict[Theme, str] = {
    Theme.INDUSTRY: r"\bindustri(?!els? des administrations)|\busines?\b|\bmanufactur|\bproducti(?:f|ve)s?\b",
    Theme.ECONOMY: (
        r"\b(?:vocation|activites?|developpement|zones?|dominante|destination|accueil|parc|secteur|caractere)"
        rf"{_LINK}\s+economiques?\b"
        rf"|\bactivites?\b(?!{_LINK}\s+{_QUALIFIER})(?!{_LINK}\s+economiques?\b)"
        r"|\b(?:accueil|implantation)\s+d\s*entreprises\b"
    ),
    Theme.LOGISTICS: r"\blogisti|\bentrepots?\b|\bentreposage\b",
    Theme.CRAFT: r"\bartisan",
    Theme.PORT: r"\bportuaire",
    Theme.HOUSING: r"\bhabita|\blogements?\b|\bresiden|\bpavillonn?ai",
    Theme.COMMERCE: r"\bcommerc",
    Theme.OFFICE: r"\bbureaux?\b|\btertiaires?\b|\bservices\b",
    Theme.LEISURE: (
        r"\btouris|\bloisirs?\b|\bcamping|\bhotel|\bhebergements?\b|\bsporti|\bsports?\b|\bgolf|\bmotocross"
        r"|\bequestr|\bplein air\b|\bthermal"
    ),
    Theme.EQUIPMENT: (
        r"\bequipements?\b|\binteret (?:collectif|general)\b|\bservices? publics?\b|\bscolaires?\b|\bhospitali"
        r"|\bepuration\b|\bcimetieres?\b|\bferroviaires?\b|\baero(?:port|drome)|\benseignement\b|\bsante\b"
        r"|\badministrations?\b"
    ),
    Theme.FARMING: r"\bagric|\bmaraich|\bpastora|\balpages?\b|\bvitico|\bvign",
    Theme.NATURE: r"\bnaturel|\bforest|\bjardins?\b|\bespaces? verts?\b|\bbiodiversite\b",
    Theme.QUARRY: r"\bcarrieres?\b|\bextracti",
}
_THEMES = {theme: re.compile(pattern) for theme, pattern in _PATTERNS.items()}

# Words that name a use without giving room to it.
_NOT_A_USE = re.compile(
    r"\b(?:friches?|anciens?|anciennes?|patrimoine|risques?|passe|batiments? existants?)\s+(?:sites?\s+)?industri\w*"
    r"|\b(?:incompatib\w*|ecart|distance|eloign\w*)\s+(?:avec|de|des|du)\b(?:\s+\w+){0,4}?\s+habita\w*"
)
_SENTENCE = re.compile(r"[.;:]")
_CUT = re.compile(
    r"[,()]|\bmais\b|\btoutefois\b|\bcependant\b|\bdont\b|\bou (?=l |la |le |les |toute?s? |sont )"
    r"|(?=\b(?:a l exclusion|a l exception|hors|sauf|sans|excluant|interdisant|proscrivant)\b)"
    r"|(?=\bnon (?:admis|autoris|permis|industri|artisan|commerc))"
)
_NEGATION = re.compile(
    r"\binterdi|\bexclu(?!siv)|\ba l exception\b|\bsauf\b|\bhors\b|\bsans\b|\bincompatib|\bproscri|\bprohib"
    r"|\brefuse|\bnon (?:compatib|admis|autoris|permis|industri|artisan|commerc)"
    r"|\b(?:pas|ni) (?:\w+ )?(?:admis|autoris|permis|industri)"
)
_AGAIN_ALLOWED = re.compile(r"\b(?<!non )(?:autoris|admis|permis|accueil|accueill|reserve)")
_HARMLESS = re.compile(r"\bsans (?:nuisance|gene|incidence)|\bhors d eau\b")
_NOTHING_MAY_BE_BUILT = re.compile(r"\btoute?s?(?: les)? (?:nouvelles? )?constructions?\b")
_CAUTION = re.compile(
    r"\binondab|\binondation|\bppr[inmt]?\b|\brisques?\b|\bsous (?:reserve|condition)|\bconditions?\b|\blimitee?s?\b"
    r"|\bexistante?s?\b|\bcompatib|\bnon (?:polluant|nuisant)|\bsans nuisance"
)


@dataclass(frozen=True, slots=True)
class Wording:
    """Uses named and uses ruled out (a theme may be both: "zone industrielle, industries polluantes interdites").

    ``cautious``: the text sets conditions or names a risk. ``nothing_built``: it forbids every construction.
    """

    named: frozenset[Theme]
    ruled_out: frozenset[Theme]
    cautious: bool
    nothing_built: bool


def read(text: str | None) -> Wording:
    """Read a zone's wording. A text that only repeats a label (``UT-oap8``) names nothing."""
    words = _NOT_A_USE.sub(" ", _words(text or ""))
    named: set[Theme] = set()
    ruled_out: set[Theme] = set()
    nothing_built = False
    for sentence in _SENTENCE.split(words):
        negated = False
        for clause in _CUT.split(sentence):
            found = {theme for theme, pattern in _THEMES.items() if pattern.search(clause)}
            # an enumeration after "interdits :" stays ruled out until something is allowed again
            negated = _denies(clause) or (negated and not _AGAIN_ALLOWED.search(clause))
            (ruled_out if negated else named).update(found)
            nothing_built |= negated and not found and bool(_NOTHING_MAY_BE_BUILT.search(clause))
    cautious = bool(_CAUTION.search(words))
    return Wording(frozenset(named), frozenset(ruled_out), cautious, nothing_built)


def _denies(clause: str) -> bool:
    return bool(_NEGATION.search(clause)) and not _HARMLESS.search(clause)


def verdict_of(wording: Wording) -> tuple[Industry, str, float]:
    """Verdict, rule and confidence of a wording by itself: ``unknown`` when it names no use."""
    industry_out = Theme.INDUSTRY in wording.ruled_out
    named = wording.named - (wording.ruled_out - {Theme.INDUSTRY})
    if wording.nothing_built:
        return Industry.FORBIDDEN, "wording_forbids_building", 0.5
    if industry_out and Theme.INDUSTRY not in named:
        return Industry.FORBIDDEN, "wording_rules_industry_out", 0.5
    if named & {Theme.INDUSTRY, Theme.ECONOMY}:
        shared = named & (_OTHER_USES if Theme.INDUSTRY in named else _OTHER_USES | _SHOPS)
        if shared or industry_out:
            return Industry.CONDITIONAL, "wording_names_mixed_use", 0.4
        if wording.cautious:
            return Industry.CONDITIONAL, "wording_sets_conditions", 0.45
        return Industry.ALLOWED, "wording_names_activity", 0.5
    if named & {Theme.CRAFT, Theme.LOGISTICS, Theme.PORT}:
        return Industry.CONDITIONAL, "wording_names_near_use", 0.4
    if Theme.HOUSING in named and named & _SHOPS:
        # a town's mixed fabric: its written rules usually admit activities that do not disturb
        return Industry.CONDITIONAL, "wording_names_mixed_use", 0.3
    if named:
        return Industry.FORBIDDEN, "wording_names_other_use", 0.5
    return Industry.UNKNOWN, "nothing_decides", 0.0


def _words(text: str) -> str:
    """Folded words, keeping the punctuation that ends a clause; apostrophes and hyphens part words."""
    folded = re.sub(r"[^0-9a-z.;:,()]+", " ", strip_accents(text))
    return re.sub(r"\s+", " ", folded).strip()
