"""Dossiers on sites: put into words, drawn, set as page, PDF and DOCX."""
