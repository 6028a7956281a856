"""Source layers of any shape read as ours: mappings that are given, kept, shipped, or proposed."""
