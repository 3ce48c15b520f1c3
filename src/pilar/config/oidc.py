"""Providers of single sign-on (OpenID Connect), as the environment and a file of secrets name them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pilar.platform.errors import Fault
from pilar.platform.language import N_

NEEDED = ("PILAR_OIDC_SERVER", "PILAR_OIDC_CLIENT", "PILAR_OIDC_SECRET")
FILE = "PILAR_OIDC_FILE"
TEXTS = ("code", "name", "server", "client", "secret", "region", "region_claim", "role_claim")
"""What the file says of each provider; the first five are needed."""


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """A provider. ``also``: further sites that it leads a sign-in to, as origins; the rest as in
    ``pilar.people.single_sign_on.Provider``."""

    code: str
    name: str
    server: str
    client: str
    secret: str = field(repr=False)
    region: str = ""
    region_claim: str = ""
    role_claim: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    @property
    def app(self) -> dict[str, Any]:
        """Return what the sign-in library is told."""
        return {
            "provider_id": self.code, "name": self.name, "client_id": self.client, "secret": self.secret,
            "settings": {"server_url": self.server, "oauth_pkce_enabled": True},
        }  # fmt: skip

    @property
    def trust(self) -> dict[str, Any]:
        """Return what ``PILAR_OIDC`` holds of it."""
        return {
            "region": self.region, "region_claim": self.region_claim, "role_claim": self.role_claim,
            "roles": dict(self.roles),
        }  # fmt: skip

    @property
    def origins(self) -> tuple[str, ...]:
        """Sites that the form of a sign-in may lead to."""
        parts = urlsplit(self.server)
        return (f"{parts.scheme}://{parts.netloc}", *self.also)


def read_providers(environment: Mapping[str, str], faults: list[Fault]) -> tuple[OidcProvider, ...]:
    """The providers that are named, none by default. What is missing or unfit goes to ``faults``."""
    providers = [*_named(environment, faults), *_of_file(environment.get(FILE, ""), faults)]
    if len({provider.code for provider in providers}) < len(providers):
        faults.append(Fault("oidc-twice", N_("Each provider of single sign-on needs a code of its own"), place=FILE))
    return tuple(providers)


def _named(environment: Mapping[str, str], faults: list[Fault]) -> list[OidcProvider]:
    given = {name: environment[name] for name in NEEDED if environment.get(name)}
    if not given:
        return []
    missing = [name for name in NEEDED if name not in given]
    sentence = N_("Single sign-on needs all three: %(names)s")
    faults.extend(Fault("oidc-incomplete", sentence, {"names": ", ".join(NEEDED)}, name) for name in missing)
    server, client, secret = (given.get(name, "") for name in NEEDED)
    return [OidcProvider("oidc", environment.get("PILAR_OIDC_NAME", "SSO"), server, client, secret)]


def _of_file(path: str, faults: list[Fault]) -> list[OidcProvider]:
    if not path:
        return []
    try:
        rows = json.loads(Path(path).read_text(encoding="utf-8"))
        return [_provider(row) for row in rows]
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        sentence = N_(
            "Name a JSON file with a list of providers of single sign-on, each with code, name, server, client and "
            "secret; docs/operations.md shows one"
        )
        faults.append(Fault("oidc-file-unfit", sentence, place=FILE))
        return []


def _provider(row: Mapping[str, Any]) -> OidcProvider:
    """One row of the file; raises KeyError, TypeError or ValueError for what it does not understand."""
    if unknown := row.keys() - {*TEXTS, "roles", "also"}:
        raise ValueError(unknown)
    texts = {name: row[name] if name in TEXTS[:5] else row.get(name, "") for name in TEXTS}
    roles, also = row.get("roles", {}), row.get("also", [])
    if not all(isinstance(text, str) for text in (*texts.values(), *roles, *roles.values(), *also)):
        raise TypeError(row.keys())
    if not all(texts[name] for name in TEXTS[:5]) or not texts["server"].startswith(("https://", "http://127.0.0.1:")):
        raise ValueError(row.keys())
    return OidcProvider(**texts, roles=roles, also=tuple(also))
