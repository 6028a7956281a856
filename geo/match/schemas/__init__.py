"""The JSON Schemas of needs and answers, as they are published."""
