"""The departments of France, and which one a commune is of."""

OVERSEAS = frozenset({"971", "972", "973", "974", "975", "976", "977", "978"})
"""Departments, and the collectivities that INSEE numbers like them."""
TERRITORIES = frozenset({"984", "986", "987", "988", "989"})
"""Collectivities whose communes have codes and that are no department."""
DEPARTMENTS = frozenset({*(f"{number:02d}" for number in range(1, 96) if number != 20), "2A", "2B"}) | OVERSEAS


def department_of(insee: str) -> str:
    """Code of the department (or overseas collectivity) of a commune: three characters overseas, else two."""
    return insee[:3] if insee.startswith(("97", "98")) else insee[:2]
