"""Enquiries, projects and commitments: the adviser's desk."""
