"""Files on their way in: staged, compared, settled, merged."""
