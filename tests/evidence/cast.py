"""Who takes part: the team of two regions, and two more people in the first."""

from __future__ import annotations

import io
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from evidence import samples
from kit.neighbours import Neighbour
from people.team import NOW, Team, account, make_team
from pilar.areas import operations as areas
from pilar.evidence import operations
from pilar.evidence.models import Release, Revision, ScanVerdict, Verification
from pilar.evidence.operations import Content, HeldUpload, Link
from pilar.people import queries
from pilar.people.models import User
from pilar.people.operations import grant_membership
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, Role, Standing

OWN, OTHER = "36.03", "36.71"


class Cast:
    """``who("contributor")`` is a standing; ``colleague`` works in another office of the same region."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.neighbour: Neighbour | None = None
        self.office = team.office
        self.colleagues_office = areas.add_office(by=OPERATOR, region=OWN, name="Dinas Kesehatan")
        self.keys = {
            name: getattr(team, name)
            for name in ("secretariat", "coordinator", "verifier", "contributor", "assessor", "neighbour")
        }
        self.keys["colleague"] = account("rina@contoh.invalid", Role.CONTRIBUTOR, office=self.colleagues_office)
        self.keys["chair"] = account("tono@contoh.invalid", Role.PANEL_CHAIR)
        # Coordinator and verifier in one person.
        self.keys["both"] = account("wati@contoh.invalid", Role.COORDINATOR, region=OWN)
        grant_membership(by=OPERATOR, user=self.keys["both"], role=Role.VERIFIER, region=OWN, now=NOW)

    def user(self, name: str) -> User:
        return User.objects.get(pk=self.keys[name])

    def who(self, name: str) -> Standing:
        named = {"public": PUBLIC, "operator": OPERATOR, "schedule": SCHEDULE}
        return named[name] if name in named else queries.standing(self.user(name), NOW)

    def receive(
        self, name: str = "contributor", content: bytes = b"", file_name: str = "bukti.pdf", now: datetime = NOW
    ) -> HeldUpload:
        region, office = self.place(name)
        upload = io.BytesIO(content or samples.pdf())
        return operations.receive(
            by=self.who(name), region=region, office=office, upload=upload, name=file_name, now=now
        )

    def add(
        self,
        name: str = "contributor",
        content: bytes = b"",
        file_name: str = "bukti.pdf",
        title: str = "SK Bupati",
        link: str = "",
    ) -> UUID:
        region, office = self.place(name)
        given: Content = Link(link) if link else self.receive(name, content, file_name)
        return operations.add_evidence(
            by=self.who(name), region=region, office=office, title=title, content=given, now=NOW
        )

    def place(self, name: str) -> tuple[str, int | None]:
        """Where somebody adds evidence."""
        office = {"contributor": self.office, "colleague": self.colleagues_office}.get(name)
        return (OTHER if name == "neighbour" else OWN), office


class NextDoor:
    """The neighbour's coordinator and one contributor, who do there whatever the own region's people do here."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.office = cast, cast.team.other_office
        self.contributor = account("lina@contoh.invalid", Role.CONTRIBUTOR, office=self.office)

    def who(self, name: str) -> Standing:
        if name == "coordinator":
            return self.cast.who("neighbour")
        return queries.standing(User.objects.get(pk=self.contributor), NOW)

    def place(self, _name: str) -> tuple[str, int]:
        return OTHER, self.office

    def link(self, title: str = "SK Wali Kota") -> UUID:
        return operations.add_evidence(
            by=self.who("contributor"), region=OTHER, office=self.office, title=title,
            content=Link("https://contoh.invalid/tetangga"), now=NOW,
        )  # fmt: skip


def judge_next_door(cast: Cast) -> Neighbour:
    """A link of the neighbour that was judged, scanned and opened to the public, each by hand."""
    revision = Revision.objects.get(evidence=NextDoor(cast).link())
    ScanVerdict.objects.create(revision=revision, state="clean", scanned_at=NOW)
    Verification.objects.create(
        revision=revision, outcome="verified", verified_by_id=cast.keys["secretariat"], verified_at=NOW
    )
    Release.objects.create(revision=revision, released_by_id=cast.keys["secretariat"], released_at=NOW)
    return Neighbour(OTHER, ("evidence",))


def make_cast() -> Cast:
    return Cast(make_team())


def panel_of_own_region(scope: Standing) -> Q:
    """Stands for what a higher room names: assessors read one region here."""
    assesses = any(held.role is Role.ASSESSOR for held in scope.memberships)
    return Q(evidence__region=OWN) if assesses else Q(pk__in=())


PANEL = "evidence.cast.panel_of_own_region"
