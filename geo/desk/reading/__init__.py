"""What the words of a mail say: each finding with the words themselves and with what was assumed to read them so."""
