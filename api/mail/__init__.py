"""Mail: which server takes it, how it is written, how it is handed over."""
