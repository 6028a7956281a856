"""Who is asking, and what a request may carry."""
