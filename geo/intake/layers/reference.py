"""The layers parcels are judged against: constraints, buildings, sites, communes, areas, networks."""

from geo.intake.layers import cnig_published
from geo.intake.layers.draft import Draft
from geo.land.constraints import ConstraintKind, kinds
from geo.land.departments import department_of


def constraints(draft: Draft) -> None:
    """A constraint says what it does: stated, or by the default of its kind (geo/land/constraints.toml)."""
    draft.fill_false("synthetic")
    draft.keys = _own_keys(draft)
    known = [kinds().get(str(kind)) for kind in draft.fields["kind"]]
    draft.fill("effect", lambda i: _effect(known[i]))
    draft.fill("clearance_m", lambda i: _clearance(known[i]))
    for place, effect in enumerate(draft.fields["effect"]):
        if effect is None:
            draft.table.refuse(place, "effect", None, "constraint.no_effect")
    draft.fill("kind", lambda _: "constraint")


def _effect(kind: ConstraintKind | None) -> str | None:
    return None if kind is None else kind.effect.value


def _clearance(kind: ConstraintKind | None) -> float | None:
    return None if kind is None else kind.clearance_m or None


def _own_keys(draft: Draft) -> list[str | None]:
    return draft.keys_or_geometry(draft.declared_keys())


def buildings(draft: Draft) -> None:
    """A building's key is its identifier when it has one, else its outline."""
    draft.fill_false("synthetic")
    draft.keys = _own_keys(draft)


def sites(draft: Draft) -> None:
    """A site's key is its CNIG identifier."""
    draft.fill_false("synthetic")
    cnig_published.keep(draft)
    draft.keys = _own_keys(draft)


def communes(draft: Draft) -> None:
    """A commune's key is its INSEE code, which also names its department."""
    insee = draft.fields["insee"]
    draft.fill("departement", lambda i: _departement(insee[i]))
    draft.keys = [None if code is None else str(code) for code in insee]


def _departement(insee: object) -> str | None:
    return None if insee is None else department_of(str(insee))


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
            draft.table.refuse(place, "kind", None, "network.no_kind")
    draft.keys = _own_keys(draft)
