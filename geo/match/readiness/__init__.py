"""When parcels can be used: for needs, alone, on other days, and if a step were over."""
