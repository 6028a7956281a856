"""Collections read: a question, the statement that answers it whole, and the features it writes."""
