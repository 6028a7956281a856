"""What a project asks: its fields, quantities and places, read strictly."""
