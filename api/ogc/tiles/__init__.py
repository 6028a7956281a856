"""Vector tiles of parcels, their grid, their layers and a style."""
