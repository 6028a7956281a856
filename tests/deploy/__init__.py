"""The set-up, the container and what stands around the service."""
