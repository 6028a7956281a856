"""Projects of companies: needs, shortlists, what changed since."""
