"""Evidence is added and verified by persons, whose account stands beside what they did."""

from __future__ import annotations

from pilar.people.rules import NotAllowed, Standing


def person(by: Standing) -> int:
    """The key of the account that acts, by itself or through a token; :class:`NotAllowed` for the person who has
    none."""
    if by.account is None:
        raise NotAllowed
    return by.account
