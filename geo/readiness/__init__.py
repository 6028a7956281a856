"""Pure: the step graph of a parcel and the dates it yields."""
