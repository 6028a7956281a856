"""Pure facts of land: cadastral ids, zoning, market, constraints."""
