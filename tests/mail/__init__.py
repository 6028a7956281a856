"""Mail is written and handed over."""
