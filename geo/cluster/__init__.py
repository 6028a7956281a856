"""The embedded PostgreSQL: find, start, stop, adopt."""

from geo.cluster.binaries import Binaries, find_binaries
from geo.cluster.configuration import LOGIN_ROLES, SUPERUSER
from geo.cluster.errors import ClusterError, Note
from geo.cluster.lifecycle import Running, State, Status, Stopped, open_cluster, status, stop

__all__ = [
    "LOGIN_ROLES",
    "SUPERUSER",
    "Binaries",
    "ClusterError",
    "Note",
    "Running",
    "State",
    "Status",
    "Stopped",
    "find_binaries",
    "open_cluster",
    "status",
    "stop",
]
