"""Out of the base: collections as files, and the official files of the standards."""
