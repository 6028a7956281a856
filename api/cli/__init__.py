"""The command `emprise`, on the same services as HTTP."""
