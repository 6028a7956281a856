"""Which change of a need lets land in: one subject a file; geo/match/relaxing/relax.py puts them together."""
