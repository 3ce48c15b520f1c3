"""Links to the pages of permits that a user's roles open in a region."""

from __future__ import annotations

from django.urls import reverse

from pilar.people.rules import Standing
from pilar.permits.rules.authority import AUTHORITY, Action
from pilar.platform.language import N_, translate

WAYS = (
    ("permits:desk", N_("On my desk"), Action.READ),
    ("permits:treasury", N_("Treasury"), Action.TREASURY),
    ("permits:visits", N_("Visits"), Action.VISIT),
    ("permits:cases", N_("All applications"), Action.READ),
    ("permits:colleagues", N_("Deputies"), Action.TAKE),
    ("permits:letters", N_("Letters"), Action.READ_AROUND),
    ("permits:objections", N_("Objections of applicants"), Action.READ),
    ("permits:flow", N_("Ways of cases"), Action.STUDY),
    ("permits:edit-services", N_("Services"), Action.EDIT_SERVICE),
    ("permits:edit-services", N_("Services"), Action.PUBLISH_SERVICE),
    ("permits:investment", N_("Investment, OSS and reports"), Action.READ_AROUND),
)
"""The page, its name, and what it is for."""


def ways(by: Standing, region: str, here: str) -> list[tuple[str, str]]:
    """Names and addresses of the pages open to a reader, without the page ``here``."""
    pages = {
        page: translate(name) for page, name, action in WAYS
        if page != here and region in AUTHORITY.extent(by, action).touched
    }  # fmt: skip
    return [(name, reverse(page, args=[region])) for page, name in pages.items()]
