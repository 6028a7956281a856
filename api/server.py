"""uvicorn as this service runs it."""

import gc
from socket import socket

import uvicorn
from fastapi import FastAPI

from api.security.protocol import guarded_protocol
from api.settings import Settings
from geo.store.lines import Lines

GRACE_S = 20
"""How long requests under way may still take once the service is told to stop."""


class Server(uvicorn.Server):
    """uvicorn, in a process of its own: what stands when it has started is not looked through for garbage again.

    That are 600,000 objects, mostly of routes and schemas: a seventh of the time of a request.
    """

    def __init__(self, config: uvicorn.Config, lines: Lines) -> None:
        """``lines``: those of the application, made before the first request."""
        super().__init__(config)
        self._lines = lines

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Begin to listen."""
        await self._lines.warm()
        await super().startup(sockets)
        gc.collect()
        gc.freeze()


def server_config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How to serve ``app``: limits on heads, our own logs, no Server header, proxies believed only when named."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=guarded_protocol(settings.max_head_bytes, settings.head_timeout_s),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=GRACE_S,
    )
