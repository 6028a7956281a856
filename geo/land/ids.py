"""Cadastral identifiers: reading them as people and files write them, and writing them as DGFiP does."""

import re
from dataclasses import dataclass, field

_COMMUNE = re.compile(r"(?:0[1-9]|(?!20)[1-8]\d|9[0-5]|2[AB])\d{3}|97[1-8]\d{2}|98[4-8]\d{2}")
_SECTION = re.compile(r"[0-9A-Z]{2}")
_FULL = re.compile(r"([0-9AB]{5})(\d{3})([0-9A-Z]{2})(\d{4})")
_SHORT = re.compile(r"(\d{3})(\d{3})([0-9A-Z]{2})(\d{4})")
_EATEN = re.compile(r"([1-9]\d{3})(\d{3})([A-Z][0-9A-Z])(\d{4})")
"""An identifier whose leading zero is gone: no other character can be missing where a section begins with a letter."""
_LOCAL = re.compile(r"(\d{3})([0-9A-Z]{2})(\d{4})")
_SECTION_NUMERO = re.compile(r"([A-Z]{1,2})(\d{1,4})")
_SEPARATORS = re.compile(r"[\s/_.,;:-]+")

_ARRONDISSEMENTS = (
    (range(69381, 69390), "69123"),
    (range(75101, 75121), "75056"),
    (range(13201, 13217), "13055"),
)
_QUARTERED = ("132", "31555")
"""Marseille and Toulouse number their *quarters* in ``prefixe``: no commune was absorbed there."""


class BadCadastralId(ValueError):  # noqa: N818 - it names the thing refused
    """A text that is no cadastral identifier: a code that says what is wrong, and what its sentence is filled with."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(f"{code} {params}")
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True, order=True)
class CadastralId:
    """One cadastral parcel: INSEE code (5), prefixe (3), section (2, zero-padded), numero (4, zero-padded).

    ``mended``: it was read from a text whose leading zero a spreadsheet had eaten.
    """

    commune: str
    prefixe: str
    section: str
    numero: str
    mended: bool = field(default=False, compare=False)

    @property
    def idu(self) -> str:
        """The identifier of DGFiP and Etalab, 14 characters."""
        return self.commune + self.prefixe + self.section + self.numero

    @property
    def departement(self) -> str:
        """Two characters, or three overseas (``974``)."""
        return self.commune[:3] if self.commune.startswith(("97", "98")) else self.commune[:2]

    @property
    def absorbed_commune(self) -> str | None:
        """INSEE code of the commune this parcel came from when communes merged, else None."""
        if self.prefixe == "000" or self.commune.startswith(_QUARTERED):
            return None
        return self.commune[:2] + self.prefixe

    def __str__(self) -> str:
        return self.idu


def municipality(insee: str) -> str:
    """The commune of an INSEE code: Lyon, Paris and Marseille for one of their arrondissements, else itself."""
    if insee.isdecimal():
        for codes, commune in _ARRONDISSEMENTS:
            if int(insee) in codes:
                return commune
    return insee


def with_leading_zero(insee: str) -> str:
    """An INSEE code as it was before a spreadsheet took it for a number: ``1033`` is ``01033``."""
    return f"0{insee}" if len(insee) == 4 and insee.isascii() and insee.isdecimal() and insee[0] != "0" else insee


def from_parts(commune: str, prefixe: str | int | None, section: str, numero: str | int) -> CadastralId:
    """Build an identifier from its parts, padding what Etalab strips (``"A"``, ``"12"`` give ``0A``, ``0012``).

    An empty ``prefixe`` is ``000``; a leading zero that a spreadsheet ate is given back. Raises BadCadastralId.
    """
    spelt = commune.strip().upper()
    insee = with_leading_zero(spelt)
    _check_commune(insee)
    pre = _digits("cadastre.bad_prefixe", prefixe if prefixe not in (None, "") else 0, 3)
    num = _digits("cadastre.bad_numero", numero, 4)
    if num == "0000":
        raise BadCadastralId("cadastre.numero_zero")
    sec = section.strip().upper().rjust(2, "0")
    if not _SECTION.fullmatch(sec) or sec == "00":
        raise BadCadastralId("cadastre.bad_section", section=section)
    return CadastralId(insee, pre, sec, num, mended=insee != spelt)


def parse(text: str, *, commune: str | None = None, departement: str | None = None) -> CadastralId:
    """Read an identifier in any of its usual spellings.

    - 14 characters, spaces and hyphens allowed: ``74173 000 AB 0012``; 13 where only its leading zero can be gone;
    - 12 characters, as in EDIGEO (no department): needs ``departement`` or ``commune``;
    - 9 characters or ``AB 12`` (no commune): needs ``commune``.

    A ``commune`` or ``departement`` that contradicts the text is refused. Raises BadCadastralId.
    """
    commune = commune and with_leading_zero(commune.strip().upper())
    parts = [p for p in _SEPARATORS.split(text.strip().upper()) if p]
    compact = "".join(parts)
    if len(parts) in (3, 4) and (len(parts[0]) == 5 or _begins_with_eaten_zero(parts)):
        # separators tell the parts: an unpadded numero would make the joined text ambiguous
        parsed = from_parts(parts[0], parts[1] if len(parts) == 4 else None, *parts[-2:])
    elif found := _FULL.fullmatch(compact) or _EATEN.fullmatch(compact):
        parsed = from_parts(*found.groups())
    elif found := _SHORT.fullmatch(compact):
        parsed = from_parts(_with_departement(found[1], commune, departement), *found.groups()[1:])
    elif commune and (found := _LOCAL.fullmatch(compact)):
        parsed = from_parts(commune, *found.groups())
    else:
        parsed = _from_pieces(text, parts, commune)
    _check_agrees(parsed, commune, departement)
    return parsed


def _begins_with_eaten_zero(parts: list[str]) -> bool:
    """Whether the first part is a commune less its zero; a day (``2026-01-02``) has no letter where a section has."""
    return len(parts[0]) == 4 and len(with_leading_zero(parts[0])) == 5 and parts[-2][:1].isalpha()


def _from_pieces(text: str, parts: list[str], commune: str | None) -> CadastralId:
    """Identifiers whose parts are told apart by separators, unpadded and without commune: ``0 A 12``, ``AB 12``."""
    if commune and len(parts) == 3:
        return from_parts(commune, *parts)
    if commune and len(parts) == 2:
        return from_parts(commune, None, parts[0], parts[1])
    if commune and len(parts) == 1 and (found := _SECTION_NUMERO.fullmatch(parts[0])):
        return from_parts(commune, None, *found.groups())
    raise _diagnosed(text, "".join(parts))


def _diagnosed(text: str, compact: str) -> BadCadastralId:
    if not compact:
        return BadCadastralId("cadastre.empty_id")
    if len(compact) == 13:
        return BadCadastralId("cadastre.id_of_13", text=text)
    if len(compact) in (12, 14):
        return BadCadastralId("cadastre.bad_id", text=text)
    return BadCadastralId("cadastre.id_length", text=text, length=len(compact))


def _with_departement(local: str, commune: str | None, departement: str | None) -> str:
    """INSEE code of a 3-digit commune number: ``("354", None, "25")`` gives ``25354``."""
    if commune:
        if commune[2:] != local:
            raise BadCadastralId("cadastre.other_number", number=local, commune=commune)
        return commune
    if departement:
        # overseas the department takes three characters and the commune number repeats the third
        return departement.strip().upper().rjust(2, "0")[:2] + local
    raise BadCadastralId("cadastre.no_departement")


def _check_commune(insee: str) -> None:
    if _COMMUNE.fullmatch(insee):
        return
    if insee.startswith("20"):
        raise BadCadastralId("cadastre.commune_in_20", commune=insee)
    raise BadCadastralId("cadastre.bad_commune", commune=insee)


def _check_agrees(parsed: CadastralId, commune: str | None, departement: str | None) -> None:
    if commune and municipality(parsed.commune) != municipality(commune):
        raise BadCadastralId("cadastre.other_commune", idu=parsed.idu, commune=commune)
    if departement and parsed.departement != departement.strip().upper().rjust(2, "0"):
        raise BadCadastralId("cadastre.other_departement", idu=parsed.idu, departement=departement)


def _digits(refusal: str, value: str | int | None, width: int) -> str:
    text = str(value).strip()
    if not (text.isascii() and text.isdecimal() and len(text.lstrip("0")) <= width):
        raise BadCadastralId(refusal, value=value)
    return text.lstrip("0").rjust(width, "0")
