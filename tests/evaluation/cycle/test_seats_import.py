"""Seats on panels from a file: each held against conflicts and roles first, what stands stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from evaluation.cycle.world import CODE, NEIGHBOUR, NOW, OWN, World
from pilar.evaluation import operations
from pilar.evaluation.models import Campaign, Seat
from pilar.people.models import Notice

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAGE = f"/en/kerja/periode/{CODE}/panel-berkas/"
HEAD = "daerah;email;ketua"


class Desk:
    """The secretariat at the page; rows name people by their names in the world."""

    def __init__(self, world: World) -> None:
        self.world, self.client = world, Client()
        self.client.force_login(world.user("secretariat"), BACKEND)

    def send(self, *rows: tuple[str, str, str]) -> Any:
        said = [f"{region};{self.world.user(name).email if name else 'x@contoh.invalid'};{chair}"
                for region, name, chair in rows]  # fmt: skip
        sent = SimpleUploadedFile("panel.csv", "\n".join([HEAD, *said]).encode())
        self.shown = self.client.post(PAGE, {"file": sent})
        if self.shown.status_code == 302:
            self.shown = self.client.get(self.shown["Location"])
        return self.shown.context["import"]["report"]

    def store(self) -> None:
        self.client.post(PAGE, {"rows": self.shown.context["import"]["kept"].token})


def seats(world: World, region: str) -> dict[int, bool]:
    rows = Seat.objects.filter(participation=world.participations[region])
    return dict(rows.values_list("assessor", "is_chair"))


@pytest.fixture
def empty(world: World) -> World:
    """No panel has a seat yet."""
    Seat.objects.all().delete()
    return world


def test_seats_are_given_once_and_the_chair_leads(empty: World) -> None:
    rows = ((OWN, "chair", "ya"), (OWN, "assessor1", ""), ("Kota Tangerang", "assessor1", "tidak"))
    desk = Desk(empty)
    assert desk.send(*rows).counts_by_code == {"new": 3, "leads": 0, "unchanged": 0, "refused": 0}
    assert not Seat.objects.exists()
    desk.store()
    assert seats(empty, OWN) == {empty.key("chair"): True, empty.key("assessor1"): False}
    assert seats(empty, NEIGHBOUR) == {empty.key("assessor1"): False}
    assert set(Notice.objects.values_list("user", flat=True)) == {empty.key("chair"), empty.key("assessor1")}
    again = Desk(empty).send(*rows)
    assert (again.counts_by_code["unchanged"], again.applicable) == (3, False)
    Seat.objects.filter(assessor=empty.key("chair")).update(is_chair=False)
    desk = Desk(empty)
    assert desk.send(*rows).counts_by_code["leads"] == 1
    desk.store()
    assert seats(empty, OWN)[empty.key("chair")]


def test_what_is_wrong_is_told_at_its_cell(empty: World) -> None:
    Campaign.objects.filter(pk=empty.campaign.pk).update(smallest_panel=2, largest_panel=2)
    operations.declare_conflict(
        by=empty.who("secretariat"), assessor=empty.key("assessor1"), region=OWN, kind="home", now=NOW
    )
    report = Desk(empty).send(
        (OWN, "assessor1", ""),
        (OWN, "assessor2", "ya"),
        (OWN, "coordinator", ""),
        ("32.99", "assessor2", ""),
        ("11.01", "assessor2", ""),
        (OWN, "assessor3", ""),
        (OWN, "assessor3", ""),
        (OWN, "assessor2", ""),
        (OWN, "chair", "ya"),
    )
    assert [(one.row, one.column[:-4], one.fault.code) for one in report.faults] == [
        (2, "email", "conflict-of-interest"),
        (3, "ketua", "no-panel-chair"),
        (4, "email", "no-assessor"),
        (5, "daerah", "unknown-region"),
        (6, "daerah", "unknown-region"),
        (8, "email", "row-twice"),
        (10, "daerah", "panel-full"),
    ]
    assert not Seat.objects.exists()


def test_the_template_and_who_opens_the_page(world: World) -> None:
    desk = Desk(world)
    assert desk.client.get(f"{PAGE}templat.xlsx").content.startswith(b"PK")
    for name in ("coordinator", "chair"):
        client = Client()
        client.force_login(world.user(name), BACKEND)
        assert [client.get(page).status_code for page in (PAGE, f"{PAGE}templat.xlsx")] == [403, 403]
