"""Who may come in: organisations, keys, sessions, logins of desktop programs."""
