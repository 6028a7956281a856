"""What a dossier tells of sites, named or not."""
