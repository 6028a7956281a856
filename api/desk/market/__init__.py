"""The market of land: commitments, consents, proposals, whether it is still available."""
