"""Claims of a single sign-on provider, and the roles proposed from them, to be confirmed by a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from pilar.areas.reference import directory
from pilar.people.rules import ROLES

MAX_SUBJECT, MAX_NAME, MAX_CLAIMS = 255, 200, 100


@dataclass(frozen=True, slots=True)
class Provider:
    """The trust in a provider and the reading of its claims (setting ``PILAR_OIDC``, by its code).

    ``region``: it belongs to that region and opens accounts of that region alone. ``region_claim`` names the claim with
    the code of a region, ``role_claim`` the claim that ``roles`` maps to roles.
    """

    region: str = ""
    region_claim: str = ""
    role_claim: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wish:
    """The role and region proposed by the claims; empty if they are unknown here. A person has to confirm them."""

    role: str = ""
    region: str = ""


def provider(code: str) -> Provider:
    """Return the settings of a provider; by default it is national and proposes no roles."""
    return Provider(**settings.PILAR_OIDC.get(code, {}))


def wished(of: Provider, claims: Mapping[str, Any]) -> Wish:
    """Read the claims. Of several matching roles, the first one in ``roles`` counts."""
    said = {str(value) for value in _several(claims.get(of.role_claim))} if of.role_claim else set()
    role = next((role for value, role in of.roles.items() if value in said and role in set(ROLES)), "")
    region = of.region or str(claims.get(of.region_claim, "") if of.region_claim else "")[:10]
    return Wish(role, region if any(region == entry.code for entry in directory()) else "")


def _several(said: Any) -> list[Any]:
    return list(said)[:MAX_CLAIMS] if isinstance(said, list | tuple) else [said]
