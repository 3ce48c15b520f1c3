"""Client address of a request: the one answer used by limits, locks and sign-in records."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The network address of the person who asks; None where there is none, such as behind a socket.

    Each proxy writes the address that it was asked from at the end of ``X-Forwarded-For``. Only what the
    ``PILAR_PROXIES`` proxies of the installation wrote counts; what stands before it anybody could have sent.
    """
    written = [part for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    hops = min(settings.PILAR_PROXIES, len(written))
    given = _read(written[-hops]) if hops else None
    return str(given or _read(request.META.get("REMOTE_ADDR") or "") or "") or None


def network_of(address: str) -> str:
    """Return what is counted as one origin: an IPv4 address, the /64 network of an IPv6 one, which one household has;
    empty for what is no address."""
    known = _read(address)
    if known is None:
        return ""
    return str(known) if known.version == 4 else str(ip_network((known, 64), strict=False))


def _read(given: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies and servers write it: with a port, in brackets, with a zone, an IPv4 one within IPv6."""
    bare = given.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        known = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = known.ipv4_mapped if isinstance(known, IPv6Address) else None
    return mapped or known
