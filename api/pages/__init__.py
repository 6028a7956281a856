"""What people read in a browser: templates, their style and their map, all served from here."""
