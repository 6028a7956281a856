"""A readiness as the interface publishes it."""

from datetime import date

from geo.readiness.catalogue import Catalogue
from geo.readiness.result import Milestone, Readiness, StepRow

SHOWN = {"p10": 0.1, "p50": 0.5, "p80": 0.8, "p90": 0.9}


def document(computed: Readiness, catalogue: Catalogue, scope: str) -> dict[str, object]:
    """A readiness as the interface publishes it (design §8): dates, path, steps with the catalogue's labels.

    ``scope``: ``owner``, what belongs to the parcel alone, without any permit of a project; ``need``: with a need's.
    """
    return {
        "scope": scope,
        "start": _dates(computed.start),
        "start_cleared": _dates(computed.start_cleared),
        "power": _dates(computed.power),
        "production": _dates(computed.production),
        "critical_path": list(computed.critical_path),
        "class": computed.ready_class,
        "steps": [_step(row, catalogue) for row in computed.steps],
        "unknown": list(computed.unknown),
        "blocked": list(computed.blocked),
        "flags": list(computed.flags),
        "as_of": computed.as_of.isoformat(),
        "catalogue": computed.catalogue,
    }


def _dates(milestone: Milestone | None) -> dict[str, object] | None:
    if milestone is None:
        return None
    prudent: dict[str, object] = {name: _text(milestone.on(probability)) for name, probability in SHOWN.items()}
    optimistic = {name: _text(milestone.on(probability, optimistic=True)) for name, probability in SHOWN.items()}
    return prudent if prudent == optimistic else {**prudent, "if_unknown_steps_fall_away": optimistic}


def _step(row: StepRow, catalogue: Catalogue) -> dict[str, object]:
    label = catalogue.steps[row.code].label
    return {
        "code": row.code,
        "label": label["fr"],
        "label_en": label["en"],
        "side": row.side,
        "state": row.state,
        "since": _text(row.since),
        "p50_start": _text(row.p50_start),
        "p50_end": _text(row.p50_end),
        "criticality": round(row.criticality, 4),
        "source": row.source,
    }


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
