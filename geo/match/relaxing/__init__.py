"""Which change of a need lets land in: one subject a file; geo/match/relax.py puts them together."""
