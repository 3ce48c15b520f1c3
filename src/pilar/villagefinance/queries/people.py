"""Who acts, as the books name them."""

from __future__ import annotations

from pilar.people.rules import Standing
from pilar.platform.names import Signature


def signed(by: Standing) -> str:
    """Who acts, as the books name them: a person who acts by a token is still that person."""
    return reference_of(by.actor.name) if by.account is None else f"user:{by.account}"


def reference_of(name: str) -> str:
    """What stands for a name where it is stored."""
    return name.reference if isinstance(name, Signature) else name
