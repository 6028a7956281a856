"""An exported file that was edited elsewhere, back into the base."""
