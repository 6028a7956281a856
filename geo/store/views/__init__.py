"""What each audience may see, view by view."""
