"""What became of cadastral parcels, and what is asked and decided of land that rests on them."""
