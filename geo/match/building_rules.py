"""The plan's rules on a building that no placement answers for: named, never taken for granted."""

from geo.match.candidate import Candidate

RULES = {
    "ces": ("max_footprint",),
    "height": ("max_height", "max_volume"),
    "open_ground": ("open_ground",),
    "parking": ("parking_rule",),
    "retention": (),
}
"""Each rule, and the kinds of constraint (geo.land.constraints) by which plans draw it: its figure is in their text.

Sources: code de l'urbanisme R151-39 (footprint, height, volume), R151-43 (open ground), R151-44 to R151-46 (parking),
R151-49 (storm water). Plans write most of them in their text only, which is not read.
"""


def unchecked(candidate: Candidate) -> list[dict[str, object]]:
    """Every rule that is not checked, with the ids of what the plan draws of it on the parcel."""
    return [
        {"rule": rule, "constraints": [one.id for one in candidate.constraints if one.kind in kinds]}
        for rule, kinds in RULES.items()
    ]
