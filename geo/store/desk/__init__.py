"""Statements of the desk: enquiries, projects, consultations, each in a file of its own."""
