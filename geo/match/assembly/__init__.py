"""Sites put together from neighbouring parcels."""
