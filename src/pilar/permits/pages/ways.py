"""Where somebody works on permits of a region: the pages that their roles open, as links."""

from __future__ import annotations

from django.urls import reverse

from pilar.people.rules import Standing
from pilar.permits.rules.authority import AUTHORITY, Action
from pilar.platform.language import mark, translate

WAYS = (
    ("permits:desk", mark("On my desk"), Action.READ),
    ("permits:treasury", mark("Treasury"), Action.TREASURY),
    ("permits:visits", mark("Visits"), Action.VISIT),
    ("permits:cases", mark("All applications"), Action.READ),
    ("permits:colleagues", mark("Deputies"), Action.TAKE),
    ("permits:letters", mark("Letters"), Action.READ_AROUND),
    ("permits:objections", mark("Objections of applicants"), Action.READ),
    ("permits:flow", mark("Ways of cases"), Action.STUDY),
    ("permits:edit-services", mark("Services"), Action.EDIT_SERVICE),
    ("permits:edit-services", mark("Services"), Action.PUBLISH_SERVICE),
    ("permits:investment", mark("Investment, OSS and reports"), Action.READ_AROUND),
)
"""The page, its name, and what it is for."""


def ways(by: Standing, region: str, here: str) -> list[tuple[str, str]]:
    """Names and addresses of what opens to a reader, without the page ``here``."""
    found = {
        page: translate(name) for page, name, action in WAYS
        if page != here and region in AUTHORITY.extent(by, action).touched
    }  # fmt: skip
    return [(name, reverse(page, args=[region])) for page, name in found.items()]
