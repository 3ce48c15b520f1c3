"""Made-up budgets and payments of villages. Names of villages are real, every amount is invented."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from pilar.areas.queries import VillageRow
from pilar.evidence.operations import HeldUpload
from pilar.people.rules import HeldRole, Standing
from pilar.villagefinance.operations import Given, Granted, NewBill, NewProof, NewRequest, Planned, Received
from pilar.villagefinance.queries.budgets import BudgetDetail
from pilar.villagefinance.queries.taxes import Owed
from pilar.villagefinance.rules.codes import BANK
from pilar.villagefinance.rules.journal import Item
from pilar.villagefinance.rules.requests import ProofKind, RequestKind
from pilar.villagefinance.rules.roles import Role
from pilar.villagefinance.rules.taxes import PaymentKind

MILLION = Decimal(1_000_000)
GRANTS = {"DDS": 1000, "ADD": 500, "PBH": 100}
"""What the smallest village is granted of each fund, in million rupiah."""
DAYS = {
    "planned": (1, 9, 1), "drafted": (1, 10, 1), "agreed": (1, 10, 15), "submitted": (1, 10, 16),
    "evaluated": (1, 11, 10), "enacted": (1, 12, 15), "opened": (0, 1, 5), "checked": (0, 1, 12),
    "approved": (0, 1, 13), "first": (0, 2, 3), "spring": (0, 3, 10), "second": (0, 5, 5), "summer": (0, 6, 10),
    "third": (0, 9, 3), "autumn": (0, 10, 6), "closed": (-1, 1, 15),
}  # fmt: skip
"""Years back from that of a budget, month and day."""
SIDE = 48
"""Width and height of a made-up photograph, in points."""


def official(*, by: Standing, role: str, village: str) -> Standing:
    """One account as the official of another village: there is not an example account in each."""
    held = Role(role)
    return Standing(by.actor, (HeldRole(held, village[:5], None, village[:8] if held is Role.CAMAT else village),))


def maker(*, executor: Standing, treasurer: Standing, village: str, own: str) -> Standing:
    """Return who asks for payments: where there is an executor with an account, they do."""
    return executor if village == own else treasurer


def executors(*, budget: BudgetDetail, executor: Standing, own: str) -> dict[str, int | None]:
    """One executor for all activities, where there is one with an account."""
    codes = [activity.code for activity in budget.activities if activity.code and budget.version.village == own]
    return dict.fromkeys(codes, executor.account)


def year(*, back: int, now: datetime) -> dict[str, Any]:
    """A year some years back: its number, whether it is this one, and its :data:`DAYS`."""
    begins = now.replace(year=now.year - back, month=1, day=1, hour=10, minute=0, second=0, microsecond=0)
    days = {
        name: begins.replace(year=begins.year - before, month=month, day=day)
        for name, (before, month, day) in DAYS.items()
    }
    return {"number": begins.year, "current": back == 0, "begins": begins, **days}


def grants(*, villages: Sequence[VillageRow], year: int) -> list[Granted]:
    """Return what every village is granted, some more than others."""
    return [
        Granted(
            village.code,
            fund,
            amount * MILLION * share(village=village.code),
            f"Perbup contoh {year} (data contoh)",
            date(year - 1, 10, 1),
        )
        for village in villages
        if village.kind != "urban_ward"
        for fund, amount in GRANTS.items()
    ]


def share(*, village: str) -> Decimal:
    """Return how much of everything a village has: 1 for the smallest."""
    return 1 + Decimal(int(village.replace(".", "")) % 9) / 10


@dataclass(frozen=True, slots=True)
class Drawn:
    """The lines of a budget with their one item each; ``plan`` is what each activity costs, in the plan of the year."""

    given: list[Given]

    @property
    def activities(self) -> list[str]:
        return sorted({given.activity for given in self.given})

    @property
    def plan(self) -> list[Planned]:
        return [
            Planned(activity, next(given.description for given in self.given if given.activity == activity),
             sum((given.amount for given in self.given if given.activity == activity), Decimal(0)))
            for activity in self.activities if activity
        ]  # fmt: skip


def budget(*, rows: list[list[str]], more: list[list[str]], village: str) -> Drawn:
    """A budget of rows: activity (- for none), account, fund, million rupiah in the smallest village, what for."""
    return Drawn([
        Given("" if activity == "-" else activity, account, fund, told, Decimal(1), "paket",
              Decimal(amount) * MILLION * share(village=village), output="" if activity == "-" else "1 kegiatan")
        for activity, account, fund, amount, told in [*rows, *more]
    ])  # fmt: skip


def brought(*, village: str, bank_account: int) -> list[Item]:
    """Return what a village had when its books began."""
    return [Item(10 * MILLION * share(village=village), BANK, "PBH", bank_account=bank_account)]


def received(*, budget: BudgetDetail, account: str, part: Decimal, bank_account: int, day: date, told: str) -> Received:
    """A part of what the budget expects on an account."""
    line = next(other for other in budget.others if other.account == account)
    return Received(line.key, (line.amount * part).quantize(Decimal(1)), bank_account, day, told, "TBP contoh")


def months(*, budget: BudgetDetail) -> dict[int, list[Decimal]]:
    """A cash plan that expects and spends everything in equal parts."""
    return {line.key: [line.amount - (line.amount / 12).quantize(Decimal(1)) * 11,
                      *[(line.amount / 12).quantize(Decimal(1))] * 11] for line in budget.lines}  # fmt: skip


def request(
    *,
    budget: BudgetDetail,
    line: str,
    part: Decimal,
    kind: PaymentKind,
    advance: bool,
    day: date,
    told: str,
    payee: str,
) -> NewRequest:
    """A request for a part of a line (``2.3.10 5.3.5.03``)."""
    bill = _bill(budget, line, part, kind, payee)
    return NewRequest(RequestKind.ADVANCE if advance else RequestKind.DIRECT, day, told, (bill,))


def bills(*, budget: BudgetDetail, line: str, part: Decimal, kind: PaymentKind, payee: str) -> list[NewBill]:
    """Return what accounts for an advance."""
    return [_bill(budget, line, part, kind, payee)]


def pictures(*, villages: Sequence[str], own: str, payments: int) -> list[str]:
    """Names of the files that requests need: two for each payment of the last year, and of this one in ``own``."""
    return [
        _picture(village, current, place, kind)
        for village in villages for current in (False, True) if village == own or not current
        for place in range(payments) for kind in ProofKind
    ]  # fmt: skip


def proofs(*, held: Mapping[str, HeldUpload], village: str, current: bool, place: int) -> list[NewProof]:
    """Return what a request needs: a receipt, and how far the works are."""
    return [NewProof(kind, held[_picture(village, current, place, kind)]) for kind in ProofKind]


def withheld(*, owed: Owed) -> list[tuple[int, int, int]]:
    """Everything that is owed of a tax."""
    return [(tax.year, tax.request, tax.no) for tax in owed.taxes]


def ntpn(*, village: str, year: int, number: int, place: int) -> str:
    """A made-up number of a receipt of the state."""
    return f"CT{village.replace('.', '')}{year % 10}{number:02}{place}"


def photograph(*, number: int, after: int = 0, now: datetime) -> BytesIO:
    """A small picture in two colours, another one for each number."""
    number += after
    colour = bytes((60 + number * 37 % 160, 90 + number * 53 % 140, 110 + number * 71 % 120))
    rows = b"".join(b"\0" + b"".join(_point(x, y, number, colour) for x in range(SIDE)) for y in range(SIDE))
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in parts))


def _picture(village: str, current: bool, place: int, kind: ProofKind) -> str:
    return f"{village} {'now' if current else 'before'} {place} {kind}"


def _bill(budget: BudgetDetail, line: str, part: Decimal, kind: PaymentKind, payee: str) -> NewBill:
    activity, account = line.split()
    row = next(line_row for line_row in budget.lines if (line_row.activity, line_row.account) == (activity, account))
    return NewBill(row.key, (row.amount * part).quantize(Decimal(1)), kind, payee=payee)


def _point(x: int, y: int, number: int, colour: bytes) -> bytes:
    return colour if (x * (number % 7 + 1) + y * (number % 5 + 2)) // 12 % 2 else b"\xf2\xee\xe4"


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
