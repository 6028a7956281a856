"""The OpenAPI document of the whole service: what its operations answer, for whom, in which language."""
