"""uvicorn as this service runs it."""

import uvicorn
from fastapi import FastAPI

from api.security.protocol import guarded_protocol
from api.settings import Settings

GRACE_S = 20
"""How long requests under way may still take once the service is told to stop."""


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
