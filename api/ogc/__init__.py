"""OGC API: landing, collections and items for GIS tools."""
