"""Sends to an address that somebody else has named: by https, to public networks only, once, for a few seconds.

The name is looked up here and the connection goes to what was found, so that a name which leads elsewhere a moment
later reaches nothing within. Redirections are answers, not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_

SECONDS, MAX_SECONDS = 10.0, 20.0
"""How long each step of a connection is waited for, and an answer that comes drop by drop."""
MAX_ADDRESS = 500
PORTS = frozenset({443, 8443})
_WITHIN = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "fec0::/10")))
"""Networks of IPv6 that carry addresses of IPv4, public or not, and the local ones of old."""


class NotSent(PilarError):
    """Nobody has answered there, or nobody outside may be asked."""

    code = "not-sent"
    status = 502
    sentence = N_("%(host)s was not reached: %(reason)s")


def faults_of_address(address: str) -> list[Fault]:
    """Return what keeps an address from being sent to, without looking its name up."""
    parts = _parts(address)
    if parts is None or len(address) > MAX_ADDRESS:
        sentence = N_("Write an address that begins with https:// and has no user name; ports: 443 and 8443")
        return [Fault("unfit-address", sentence, {}, "address")]
    try:
        within = not is_public(parts.hostname or "")
    except ValueError:
        within = "." not in (parts.hostname or "")
    return [Fault("address-within", N_("This address lies within a network"), {}, "address")] if within else []


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public network. Raises ValueError for what is none."""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return is_public(str(parsed.ipv4_mapped))
        if any(parsed in network for network in _WITHIN):
            return False
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved or parsed.is_unspecified)


def post(address: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send once; the status of the answer, whose content is not read. Raises :class:`NotSent`."""
    parts = _parts(address)
    if parts is None:
        raise NotSent(host="-", reason="address")
    host, port = parts.hostname or "", parts.port or 443
    connection = http.client.HTTPSConnection(host, port, timeout=SECONDS)
    try:
        connection.sock = line = _connected(host, port)
        end = Timer(MAX_SECONDS, lambda: line.shutdown(socket.SHUT_RDWR))
        end.start()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", path, body, dict(headers))
            return connection.getresponse().status
        finally:
            end.cancel()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotSent(host=host, reason=type(error).__name__) from error
    finally:
        connection.close()


def _connected(host: str, port: int) -> ssl.SSLSocket:
    """A line to what a name stands for at this moment, if all of that is public."""
    addresses = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not addresses or not all(map(is_public, addresses)):
        raise NotSent(host=host, reason="private network")
    bare = socket.create_connection((addresses[0], port), timeout=SECONDS)
    try:
        return ssl.create_default_context().wrap_socket(bare, server_hostname=host)
    except BaseException:
        bare.close()
        raise


def _parts(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        fits = address.startswith("https://") and parts.hostname and not parts.username and (parts.port or 443) in PORTS
    except ValueError:
        return None
    return parts if fits and address.isascii() and address.isprintable() and " " not in address else None
