"""A planner's own table of travel times: from, to, minutes."""

from geo.intake.layers.draft import Draft


def complete(draft: Draft) -> None:
    """A travel time is told by where it begins and where it ends."""
    origins, targets = draft.fields["origin"], draft.fields["target"]
    draft.keys = [f"{origin}>{target}" for origin, target in zip(origins, targets, strict=True)]
