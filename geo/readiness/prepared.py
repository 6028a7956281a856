"""Steps that only prepare others: over as soon as all they prepare has begun."""

from collections.abc import Collection

from geo.readiness.catalogue import Catalogue


def prepared(catalogue: Catalogue, begun: Collection[str]) -> set[str]:
    """Steps that no milestone waits for and whose every follower has begun: a file that was handed in, an offer that
    works were ordered on. Whether they have lapsed since matters no more.
    """
    steps = catalogue.steps.values()
    followers = {step.code: {one.code for one in steps if step.code in one.needs} for step in steps if not step.gates}
    return {code for code, after in followers.items() if after and after <= set(begun)}
