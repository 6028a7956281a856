"""Cadastral parcels: their identifier out of every spelling met, and the columns that follow from it."""

from geo.intake.layers.draft import Draft
from geo.intake.layers.values import EATEN
from geo.land.ids import BadCadastralId, CadastralId, from_parts, municipality, parse

IDU_FIELDS = ("idu", "id", "id_parcelle", "parcelle", "idpar")
COMMUNE_FIELDS = ("commune", "code_insee", "insee", "comm_insee", "insee_com", "codecommune")
PART_FIELDS = (*COMMUNE_FIELDS, "prefixe", "com_abs", "section", "numero", "code_dep", "code_com")
"""Fields an identifier repeats: known, even when the identifier alone was read."""
_NO_PARTS: tuple[object, ...] = (None, None, None, None)


def complete(draft: Draft) -> None:
    """Fill idu and its parts; rows without a readable identifier are refused."""
    idus = identify(draft)
    codes = {idu[:5] for idu in idus if idu is not None}
    communes = {code: municipality(code) for code in codes}
    fields = draft.fields
    fields["idu"] = list(idus)
    fields["commune_insee"] = [idu and communes[idu[:5]] for idu in idus]
    fields["prefixe"] = [idu and idu[5:8] for idu in idus]
    fields["section"] = [idu and (idu[8:10].lstrip("0") or "0") for idu in idus]
    fields["numero"] = [idu and idu[10:].lstrip("0") for idu in idus]
    draft.keys = idus


def identify(draft: Draft) -> list[str | None]:
    """The 14-character identifier of each row, None where the row is refused."""
    found: list[str | None] = []
    known: set[str] = set()
    draft.table.used |= {draft.present[name] for name in PART_FIELDS if name in draft.present}
    whole = _whole(draft)
    parts = _parts(draft) if None in whole else [_NO_PARTS] * draft.size
    for place, spelt in enumerate(whole):
        # an identifier as published whose commune and section were checked before needs no second look
        if type(spelt) is str and len(spelt) == 14 and spelt[:10] in known and _is_number(spelt[10:]):
            found.append(spelt)
        else:
            found.append(_identify(draft, place, spelt, parts[place]))
            known.add((found[-1] or "")[:10])
    return found


def _identify(draft: Draft, place: int, spelt: object, parts: tuple[object, ...]) -> str | None:
    try:
        read = _read(spelt, parts, draft.context.commune)
    except BadCadastralId as error:
        value = parts if spelt is None else spelt
        draft.table.refuse(place, "idu", value, error.code, **error.params)
        return None
    idu = read.idu
    if read.mended:
        name, before, after = ("commune", parts[0], read.commune) if spelt is None else ("idu", spelt, idu)
        draft.table.repair(place, name, before, after, EATEN)
    elif spelt is not None and idu != spelt:
        draft.table.repair(place, "idu", spelt, idu, "cadastre.id_respelt")
    return idu


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and text != "0000"


def _whole(draft: Draft) -> list[object]:
    """The values of the best field that holds whole identifiers."""
    for name in IDU_FIELDS:
        if name in draft.present:
            values = draft.read(name)
            if name == "idu" or any(isinstance(v, str) and 12 <= len(v) <= 18 for v in values):
                return values
    return [None] * draft.size


def _parts(draft: Draft) -> list[tuple[object, ...]]:
    """(commune, prefixe, section, numero) of each row, None where the file has no such field."""
    if "section" not in draft.present or "numero" not in draft.present:
        return [_NO_PARTS] * draft.size
    prefixe = draft.read("prefixe", "com_abs")
    return list(zip(_communes(draft), prefixe, draft.read("section"), draft.read("numero"), strict=True))


def _communes(draft: Draft) -> list[object]:
    for name in COMMUNE_FIELDS:
        if name in draft.present:
            return draft.read(name)
    if {"code_dep", "code_com"} <= set(draft.present):
        pairs = zip(draft.read("code_dep"), draft.read("code_com"), strict=True)
        return [f"{dep}{com}" if dep and com else None for dep, com in pairs]
    return [None] * draft.size


def _read(whole: object, parts: tuple[object, ...], commune: str | None) -> CadastralId:
    if whole is not None:
        return parse(str(whole), commune=commune)
    own, prefixe, section, numero = parts
    insee = own or commune
    if section is None or numero is None or insee is None:
        raise BadCadastralId("cadastre.no_id")
    return from_parts(str(insee), None if prefixe is None else str(prefixe), str(section), str(numero))
