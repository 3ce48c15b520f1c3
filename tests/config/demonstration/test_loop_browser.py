"""The demonstration goes round: a recommendation changes the plan, permits take less, and the year after shows it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextvars import copy_context
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, Route, expect

from areas.places import load
from kit.chromium import PATIENCE
from kit.worlds import once
from pilar.areas.reference import areas
from pilar.config import scenario, setup
from pilar.evaluation import loaders
from pilar.evaluation.queries.became import became
from pilar.evaluation.queries.chains import published_chains
from pilar.evaluation.queries.changes import public_change
from pilar.evaluation.reference import published_results
from pilar.evaluation.rules.changes import Movement
from pilar.evaluation.rules.stages import FollowUpState
from pilar.people import loaders as people
from pilar.people import queries as accounts
from pilar.people.models import User
from pilar.people.rules import OPERATOR, PUBLIC, Role, Standing

pytestmark = pytest.mark.thorough

REGION, NODE, ROUND = "36.03", "outcome_branding_business", "putaran-2026"
HERE = ("32", "36")
"""Provinces whose regions take part, in addition to those of which results are published."""


@once
def round_made() -> datetime:
    """What the loop stands on, as ``./pilar demo`` makes it."""
    stated = {one.region_code for one in published_results()}
    load(
        one for one in areas()
        if one.level == "province" or one.code.startswith(REGION)
        or (one.level == "region" and (one.code in stated or one.code[:2] in HERE))
    )  # fmt: skip
    loaders.load(by=OPERATOR, say=lambda _line: None)
    setup.load_demo_accounts(password_of=lambda _email: "kata-sandi-contoh-2023")
    now = timezone.now()
    for name in ("offices", "permits", "campaigns", "measures", "plans", "figures", "loop"):
        assert scenario.play(name, now=now), name
    return now


PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 860, "height": 700}


@pytest.fixture
def page(chromium: Browser, round_made: datetime) -> Iterator[Page]:
    """A page of the coordinator, answered from the test's own transaction: no other process sees what was made."""
    client = Client()
    client.force_login(User.objects.get(email=people.ACCOUNTS[Role.COORDINATOR][0]), BACKEND)
    # Playwright calls back in another context, where Django would open a connection that sees nothing of it.
    here = copy_context()

    def answer(route: Route) -> None:
        where = urlsplit(route.request.url)
        if where.path.startswith("/static/"):
            found = finders.find(where.path.removeprefix("/static/"))
            route.fulfill(path=found) if found else route.fulfill(status=404)
            return
        got = here.copy().run(client.get, f"{where.path}?{where.query}", follow=True)
        route.fulfill(status=got.status_code, headers=dict(got.items()), body=got.content)

    context = chromium.new_context(base_url="http://localhost", viewport=DESK)
    context.set_default_timeout(PATIENCE)
    context.route("**/*", answer)
    yield context.new_page()
    context.close()


def pictured(place: Locator, name: str) -> None:
    """Make a picture of docs/loop.md again where ``PILAR_PICTURES=write`` asks for it; it must be there."""
    kept = PICTURES / f"loop-{name}.png"
    if os.environ.get("PILAR_PICTURES") == "write":
        place.screenshot(path=kept)
    assert kept.exists(), "PILAR_PICTURES=write makes it"


# First, so that Chromium runs before the world is made: Django opens another connection once it does.
@pytest.mark.browser
def test_the_loop_is_walked(page: Page, accessible: Callable[[Page], None], fits: Callable[[Page], None]) -> None:
    def looked_at() -> None:
        accessible(page)
        page.set_viewport_size(PHONE)
        fits(page)
        page.set_viewport_size(DESK)

    # Recommendation: what became of it, and how long permits took before and take now.
    page.goto(f"/kerja/tindak-lanjut/wilayah/{REGION}/")
    card = page.locator("section.card").filter(has_text="percepat penyelesaian izin").filter(has_text="SIPINTER")
    expect(card).to_contain_text("SIPINTER")
    expect(card).to_contain_text("Median waktu penyelesaian izin")
    looked_at()
    pictured(card, "became")
    # Programme, as it is law since.
    card.get_by_role("link", name="SIPINTER: perizinan dan investasi").click()
    expect(page.get_by_role("main")).to_contain_text("Memangkas tahap dan memberi tenggat kepada tiap tahap")
    # Measure: counted from the cases of the office.
    page.go_back()
    card.get_by_role("link", name="Median waktu penyelesaian izin").click()
    expect(page.get_by_role("main")).to_contain_text("data contoh")
    # Evaluation of the year after: what the final gained comes from the programmes on permits.
    page.goto(f"/hasil/pilar/{ROUND}/1/{REGION}/")
    heading = page.get_by_role("heading", name="Mengapa nilai akhir berubah")
    changed = heading.locator("xpath=following-sibling::*[.//table][1]")
    expect(changed).to_contain_text("Bisnis")
    # And back: from the indicator to the plan, its programmes, and what was measured of them.
    page.goto(f"/hasil/pilar/{ROUND}/1/{REGION}/asal/")
    chain = page.locator("details").filter(has=page.get_by_role("heading", name="Bisnis", exact=True))
    chain.locator("summary").click()
    expect(chain).to_contain_text("2 dari 4 program yang direncanakan terealisasi")
    looked_at()
    pictured(chain, "chain")
    chain.get_by_role("link", name="Median waktu penyelesaian izin").first.click()
    expect(page.get_by_role("main")).to_contain_text("hari kerja")


def coordinator(now: datetime) -> Standing:
    return accounts.standing(User.objects.get(email=people.ACCOUNTS[Role.COORDINATOR][0]), now)


def test_from_the_recommendation_to_the_decomposition_of_the_year_after(round_made: datetime) -> None:
    by = coordinator(round_made)
    (row,) = (one for one in became(REGION, by=by, now=round_made).rows if one.follow_up.node == NODE)
    # The recommendation of 2025 is done; the programme on permits was changed by it, and that is law.
    assert (row.year, row.synthetic, row.follow_up.state) == (2025, True, FollowUpState.DONE)
    (change,) = row.changes
    assert change.is_law
    assert change.content is not None
    assert change.content.title == "SIPINTER: perizinan dan investasi"
    # Permits take fewer days, counted from the cases of the office, before and after.
    (days,) = (one for one in change.figures if one.measure is not None and one.measure.code == "izin-hari-median")
    assert days.measure is not None
    assert days.measure.synthetic
    assert days.how is Movement.BETTER
    assert days.before is not None
    assert days.after is not None
    assert days.before.value > days.after.value
    # The mark of the indicator rises, and the change of the final comes from it alone.
    assert row.mark is not None
    assert row.mark.before is not None
    assert row.mark.after is not None
    assert (row.mark.before.value, row.mark.how) == (Decimal(1), Movement.BETTER)
    found = public_change(ROUND, 1, REGION, scope=by)
    assert found.split is not None
    assert found.improvement is not None
    assert found.improvement > 0
    assert {part.code for part in found.parts if part.is_leaf and part.value} == {NODE}
    assert found.split.elsewhere == 0


def test_the_published_figure_leads_back_to_the_changed_programme(round_made: datetime) -> None:
    found = published_chains(ROUND, 1, REGION, scope=PUBLIC, now=round_made)
    chain = next(one for one in found.chains if one.node == NODE)
    (programme,) = (one for one in chain.programmes if one.row.content.title.startswith("SIPINTER"))
    assert programme.counted
    (target,) = (one for one in programme.targets if one.figure.target.measure == "izin-hari-median")
    assert target.measured is not None
    assert target.measured.measure.synthetic


def test_it_is_played_once(round_made: datetime) -> None:
    assert not scenario.play("loop", now=round_made)
