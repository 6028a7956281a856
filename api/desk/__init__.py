"""Enquiries, projects, consultations, commitments: the adviser's desk, over HTTP and for the command alike."""
