"""Whether a need's buildings fit on one parcel, and the plan's rules on them."""
