"""What a production start must be told, and the one sentence for all that is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pilar.platform.errors import Fault, Faults

SHORTEST_SECRET = 40


@dataclass(frozen=True)
class ProductionValues:
    """Values of the environment that production needs; ``oidc`` is None where single sign-on is not set up."""

    secret_key: str
    allowed_hosts: tuple[str, ...]
    https: bool
    behind_proxy: bool
    oidc: dict[str, Any] | None


def production_values(environment: Mapping[str, str]) -> ProductionValues:
    """Read and check the environment; raises :class:`Faults` naming every variable that is missing or unfit."""
    faults = []
    if not environment.get("DATABASE_URL"):
        faults.append(
            Fault(
                "database-url-missing",
                "Set it to the address of a PostgreSQL server, such as postgres://user:password@host:5432/pilar",
                place="DATABASE_URL",
            )
        )
    secret_key = environment.get("PILAR_SECRET_KEY", "")
    if len(secret_key) < SHORTEST_SECRET:
        faults.append(
            Fault(
                "secret-key-missing",
                "Set it to a random text of at least %(length)s characters that nobody else knows",
                {"length": SHORTEST_SECRET},
                "PILAR_SECRET_KEY",
            )
        )
    hosts = tuple(host.strip() for host in environment.get("PILAR_ALLOWED_HOSTS", "").split(",") if host.strip())
    if not hosts or "*" in hosts:
        faults.append(
            Fault(
                "allowed-hosts-missing",
                "Set it to the host names that the site is reached by, with commas between them; * is refused",
                place="PILAR_ALLOWED_HOSTS",
            )
        )
    oidc = _oidc(environment, faults)
    if faults:
        raise Faults(faults)
    return ProductionValues(
        secret_key=secret_key,
        allowed_hosts=hosts,
        https=environment.get("PILAR_HTTPS", "1") != "0",
        behind_proxy=environment.get("PILAR_BEHIND_PROXY", "0") == "1",
        oidc=oidc,
    )


def _oidc(environment: Mapping[str, str], faults: list[Fault]) -> dict[str, Any] | None:
    names = ("PILAR_OIDC_SERVER", "PILAR_OIDC_CLIENT", "PILAR_OIDC_SECRET")
    given = {name: environment[name] for name in names if environment.get(name)}
    if not given:
        return None
    faults.extend(
        Fault("oidc-incomplete", "Single sign-on needs all three: %(names)s", {"names": ", ".join(names)}, name)
        for name in names
        if name not in given
    )
    return {
        "provider_id": "oidc",
        "name": environment.get("PILAR_OIDC_NAME", "SSO"),
        "client_id": given.get("PILAR_OIDC_CLIENT", ""),
        "secret": given.get("PILAR_OIDC_SECRET", ""),
        "settings": {"server_url": given.get("PILAR_OIDC_SERVER", "")},
    }
