"""Vector tiles of parcels: made, counted, kept."""
