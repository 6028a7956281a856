"""What is known of each lot beyond how it stands: owner, price, power, pollution, dates. Plausible, never real."""

from geo.generate.dice import Dice
from geo.generate.situations import CONDITIONS, OPTION, SALE, SITUATIONS, Table, has_building

Properties = dict[str, object]

_POLLUTION = Table(
    {
        "pollution avérée": 0.25,
        "pollution supposée": 0.3,
        "pollution peu probable": 0.15,
        "pollution traitée": 0.2,
        "pollution inexistante": 0.1,
    }
)
_VISIBILITY = Table({"public": 0.85, "partners": 0.07, "agency": 0.05, "private": 0.03})
_POWER_MW = (0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 20.0)
_NO_OWNER = ("personne physique", "inconnu")


def facts_of(dice: Dice, situation: str, area_m2: float, owners: dict[str, str]) -> Properties:
    """The CNIG attributes and the facts beyond them; what nobody knows is absent.

    ``owners``: the owner already drawn for each tenure of the zone (a seller sells many lots); grows.
    """
    case = SITUATIONS[situation]
    servicing, tenure = case.servicing.draw(dice), case.tenure.draw(dice)
    facts: Properties = {
        "terr_stade_amngt": servicing,
        "terr_stade_comm": case.stage,
        "terr_etat_occup": case.occupation,
        "terr_usage": case.use.draw(dice),
        "terr_maitrise_fonc": tenure,
    }
    if tenure not in _NO_OWNER and dice.random() < 0.85:
        facts["owner_siren"] = _owner(dice, tenure, owners)
    _add_market(dice, facts, situation)
    if dice.random() < 0.5:
        facts["power_mw"] = _power(dice, area_m2)
    if case.occupation == "friche" or (has_building(situation) and dice.random() < 0.15):
        facts["sol_pollution_existe"] = _POLLUTION.draw(dice)
    return facts


def _add_market(dice: Dice, facts: Properties, situation: str) -> None:
    """How it is let go, at what price, and whether it is turnkey."""
    on_offer = facts["terr_stade_comm"] in (SALE, CONDITIONS)
    if on_offer or facts["terr_stade_comm"] == OPTION:
        lease = dice.random() < (0.45 if situation == "vacant" else 0.08)
        facts["cession_type"] = "Location" if lease else "Vente"
    if on_offer:
        ready = facts["terr_stade_amngt"] == "viabilisé et aménagé" and dice.random() < 0.35
        facts["terr_cle_en_main"] = "oui" if ready else "non"
    if dice.random() < 2 / 3:
        raw = facts["terr_stade_amngt"] in ("non aménagé, non viabilisé", "non aménageable")
        facts["terr_m2_prix"] = dice.between(8, 50) / 2 if raw else dice.between(40, 260) / 2


def _owner(dice: Dice, tenure: str, owners: dict[str, str]) -> str:
    """Public owners and developers hold many lots of a zone, firms now and then two."""
    again = 0.25 if tenure in ("établissement industriel et commercial", "investisseur professionnel") else 0.95
    if tenure not in owners or dice.random() > again:
        owners[tenure] = fictitious_siren(dice.between(0, 99_999))
    return owners[tenure]


def _power(dice: Dice, area_m2: float) -> float:
    """Megawatts at the lot: larger ones tend to have more."""
    middle = 2 if area_m2 < 5_000 else 4 if area_m2 < 30_000 else 6
    return _POWER_MW[middle + dice.between(-2, 2)]


def fictitious_siren(number: int) -> str:
    """A nine-digit number that passes the Luhn check and belongs to nobody: no SIREN starts with 000."""
    body = f"000{number:05d}"
    doubled = (2 * int(digit) if i % 2 else int(digit) for i, digit in enumerate(body))
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return f"{body}{-total % 10}"


def dates_of(dice: Dice) -> tuple[str, str]:
    """The day the lot was first described and the day of the last look, both fixed by the seed."""
    first = f"{dice.between(2_018, 2_023)}-{dice.between(1, 12):02d}-{dice.between(1, 28):02d}"
    last = f"{dice.between(2_024, 2_026)}-{dice.between(1, 9):02d}-{dice.between(1, 28):02d}"
    return first, last


def visibility_of(dice: Dice) -> str:
    """Who may see the lot: most are public."""
    return _VISIBILITY.draw(dice)
