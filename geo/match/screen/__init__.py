"""Screening: what a need's criteria say of a million parcels, read from columns instead of rows."""
