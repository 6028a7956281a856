"""A file on disk, in an archive or at an address, opened as parts of raw rows; one reader a format."""
