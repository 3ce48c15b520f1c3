"""One account a role, in two regions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from pilar.areas import operations as areas
from pilar.people import operations, queries
from pilar.people.models import User
from pilar.people.rules import OPERATOR, Role, Standing

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 8, tzinfo=UTC)
PASSWORD = "kata sandi yang panjang 7"


@dataclass(frozen=True)
class Team:
    secretariat: int
    coordinator: int
    verifier: int
    contributor: int
    assessor: int
    neighbour: int
    office: int
    other_office: int

    def standing(self, name: str, now: datetime = NOW) -> Standing:
        return queries.standing(User.objects.get(pk=getattr(self, name)), now)


def account(
    email: str, role: Role, *, region: str | None = None, office: int | None = None, unit: str = "",
    by: Standing = OPERATOR,
) -> int:  # fmt: skip
    return operations.create_account(
        by=by, email=email, name=email.split("@", maxsplit=1)[0].title(), role=role, region=region, office=office,
        unit=unit, password=PASSWORD, now=NOW,
    )  # fmt: skip


def make_team() -> Team:
    office = areas.add_office(by=OPERATOR, region="36.03", name="Dinas Komunikasi dan Informatika")
    other_office = areas.add_office(by=OPERATOR, region="36.71", name="Bappeda")
    return Team(
        secretariat=account("ani@contoh.invalid", Role.SECRETARIAT),
        coordinator=account("siti@contoh.invalid", Role.COORDINATOR, region="36.03"),
        verifier=account("edi@contoh.invalid", Role.VERIFIER, region="36.03"),
        contributor=account("dewi@contoh.invalid", Role.CONTRIBUTOR, office=office),
        assessor=account("rudi@contoh.invalid", Role.ASSESSOR),
        neighbour=account("budi@contoh.invalid", Role.COORDINATOR, region="36.71"),
        office=office,
        other_office=other_office,
    )
