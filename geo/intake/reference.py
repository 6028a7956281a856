"""The layers parcels are judged against: constraints, buildings, sites, communes, areas, networks."""

from geo.intake.draft import Draft
from geo.land.vocabulary import Effect

# COVADIS/CNIG risk plans, TypeReglement: 01 and 02 prescriptions, 03 interdiction, 04 interdiction stricte
_RISK_EFFECTS = {"01": Effect.RESTRICTS, "02": Effect.RESTRICTS, "03": Effect.FORBIDS, "04": Effect.FORBIDS}
_RISK_KINDS = ("pprt", "pprn", "pprm", "ppri")


def constraints(draft: Draft) -> None:
    """A constraint says what it does: stated, or by the code of a risk plan; never assumed."""
    draft.fill_false("synthetic")
    draft.keys = _risk_plan(draft) if draft.context.schema.startswith("cnig_risk") else _own_keys(draft)
    for place, effect in enumerate(draft.fields["effect"]):
        if effect is None:
            message = "the constraint does not say its effect; expected a field effect: forbids, restricts or informs"
            draft.table.refuse(place, "effect", None, "constraint.no_effect", message)
    draft.fill("kind", lambda _: "constraint")


def _own_keys(draft: Draft) -> list[str | None]:
    return draft.keys_or_geometry(draft.declared_keys())


def _risk_plan(draft: Draft) -> list[str | None]:
    """The regulation zones of a risk plan by their code; its perimeter and its land-purchase sectors only inform."""
    kind = next((kind for kind in _RISK_KINDS if draft.context.part.lower().startswith(kind)), "ppr")
    codes = draft.read("typereglement")
    urban = draft.context.schema == "cnig_risk_regulation"
    draft.fill("kind", lambda _: kind)
    draft.fill("effect", lambda i: _RISK_EFFECTS.get(str(codes[i])) if urban else Effect.INFORMS)
    draft.fields["effect"] = [None if effect is None else str(effect) for effect in draft.fields["effect"]]
    procedures = draft.read("codeprocedure")
    own = draft.declared_keys()
    draft.fill("label", lambda i: procedures[i])
    return [f"{procedures[i]}/{draft.context.part}/{own[i]}" for i in range(draft.size)]


def buildings(draft: Draft) -> None:
    """A building's key is its identifier when it has one, else its outline."""
    draft.fill_false("synthetic")
    draft.keys = _own_keys(draft)


def sites(draft: Draft) -> None:
    """A site's key is its CNIG identifier."""
    draft.fill_false("synthetic")
    draft.keys = _own_keys(draft)


def communes(draft: Draft) -> None:
    """A commune's key is its INSEE code, which also names its department."""
    insee = draft.fields["insee"]
    draft.fill("departement", lambda i: _departement(insee[i]))
    draft.keys = [None if code is None else str(code) for code in insee]


def _departement(insee: object) -> str | None:
    if insee is None:
        return None
    code = str(insee)
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def areas(draft: Draft) -> None:
    """A named area is told by its kind and code; the file's fields say which kind it is."""
    kind = "epci" if "epci_siren" in draft.present else "departement" if "departement" in draft.present else "area"
    draft.fill("kind", lambda _: kind)
    codes, kinds = draft.fields["code"], draft.fields["kind"]
    draft.fill("name", lambda i: codes[i])
    draft.keys = [f"{kind}/{code}" for kind, code in zip(kinds, codes, strict=True)]


def networks(draft: Draft) -> None:
    """A point of a network; one with a voltage or a free power is a substation, else it must say what it is."""
    draft.fill_false("synthetic")
    voltages, powers = draft.fields["voltage_kv"], draft.fields["free_mw"]
    draft.fill("kind", lambda i: None if voltages[i] is None and powers[i] is None else "substation")
    for place, kind in enumerate(draft.fields["kind"]):
        if kind is None:
            message = "the point does not say what it is; expected a field kind (substation) or voltage_kv"
            draft.table.refuse(place, "kind", None, "network.no_kind", message)
    draft.keys = _own_keys(draft)
