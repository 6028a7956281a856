"""Where a download connects to: an address looked up once, judged, and then connected to as it was judged."""

import http.client
import ipaddress
import socket
import ssl

from geo.intake.problems import Unreadable

_EMBEDDING = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
"""IPv6 that stands for any IPv4 address behind a translator (RFC 6052, RFC 8215)."""


class Target(http.client.HTTPSConnection):
    """A TLS connection to ``host``; to one of ``addresses`` where given, so that no second look-up can differ."""

    def __init__(
        self, host: str, port: int, addresses: list[str] | None, context: ssl.SSLContext, seconds: float
    ) -> None:
        super().__init__(host, port, timeout=seconds, context=context)
        self._addresses = [host] if addresses is None else addresses
        self._tls = context

    def connect(self) -> None:
        """Connect to the first address that answers; the certificate must still be the host's."""
        for place, address in enumerate(self._addresses):
            try:
                plain = socket.create_connection((address, self.port), self.timeout)
                break
            except OSError:
                if place == len(self._addresses) - 1:
                    raise
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def check_public(host: str, port: int) -> list[str]:
    """The addresses of a host, all of them on the public network.

    Raises:
        Unreadable: one of them is this machine's, a private network's, or otherwise not public.
        OSError: the name is not known.
    """
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        if not is_public(address):
            raise Unreadable("fetch.private", host=host)
    return found


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public network; IPv4 inside IPv6 is judged as itself."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if any(ip in network for network in _EMBEDDING):
            return False
    return ip.is_global and not ip.is_multicast
