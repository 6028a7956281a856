"""What a match knows of a parcel, and of what lies around it."""
