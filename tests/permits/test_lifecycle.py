"""An application from draft to its end, walked at random: the operations make its moves and no others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from uuid import uuid4

from django.db import transaction

from kit.machines import walk
from permits.world import DAY, NOW, World
from pilar.permits import operations as do
from pilar.permits.models import CaseFile
from pilar.permits.operations import steps
from pilar.permits.queries import trail
from pilar.permits.rules.cases import CASES, CaseState, FileState, Finding

S = CaseState
UNTIL = date(2026, 5, 1)


class Walk:
    """Whatever comes is tried: ``attempt`` knows of each state the one operation that leads there."""

    targets: tuple[StrEnum, ...] = tuple(S)
    stirred = ("fill", "attach", "refuse", "go_on", "wait")

    def __init__(self, world: World) -> None:
        self.world, self.now = world, NOW
        world.case = 0
        world.begin()

    def state(self) -> S:
        return S(self.world.row().state)

    def attempt(self, target: StrEnum) -> None:
        world, case, now = self.world, self.world.case, self.now
        given = {"case": case, "now": now}
        match target:
            case S.SUBMITTED:
                do.submit(by=world.who("nurse"), key=uuid4(), **given)
            case S.RETURNED:
                do.return_case(by=world.who("front"), findings=[Finding("answer", text="Tempat praktik?")], **given)
            case S.RUNNING if self.state() is S.WAITING:
                do.resume_clock(by=world.who("back"), **given)
            case S.RUNNING:
                do.pass_check(by=world.who("front"), **given)
            case S.WAITING:
                listed = [Finding("missing", requirement="str")]
                do.stop_clock(by=world.who("back"), reason="documents", findings=listed, until=UNTIL, **given)
            case S.SIGNING:
                do.sign_case(by=world.who("head"), stage="sign", **given)
            case S.ISSUED:
                do.mark_issued(by=world.who("schedule"), case=case, now=now)
                if self.state() is not S.ISSUED:
                    raise steps.CaseElsewhere
            case S.WITHDRAWN:
                do.withdraw_case(by=world.who("nurse"), **given)
            case _:  # nobody pays where no levy is set, and nothing is refused that was not decided so
                raise steps.CaseElsewhere

    def moves(self) -> Mapping[tuple[StrEnum, StrEnum], bool]:
        row = self.world.row()
        files = {one.requirement: one for one in CaseFile.objects.filter(case=row).order_by("number")}
        fit = {"ktp", "str"} <= files.keys() and all(one.state != FileState.REFUSED for one in files.values())
        whole = fit and bool(row.answers.get("place"))
        checked = self.world.open_stages() == {"check"}
        found = {
            (S.DRAFT, S.SUBMITTED): whole, (S.RETURNED, S.SUBMITTED): whole, (S.SUBMITTED, S.RETURNED): checked,
            (S.SUBMITTED, S.RUNNING): fit, (S.RUNNING, S.WAITING): True, (S.WAITING, S.RUNNING): True,
            (S.RUNNING, S.SIGNING): "sign" in self.world.open_stages(), (S.SIGNING, S.ISSUED): True,
        }  # fmt: skip
        return found | {(one.source, one.target): True for one in CASES.all if one.target is S.WITHDRAWN}

    def fill(self) -> None:
        if self.state() in (S.DRAFT, S.RETURNED):
            self.world.fill(now=self.now)

    def attach(self) -> None:
        if self.state() in (S.DRAFT, S.RETURNED, S.WAITING):
            for one in ("ktp", "str"):
                do.reuse_document(by=self.world.who("nurse"), case=self.world.case, requirement=one, now=self.now)

    def refuse(self) -> None:
        if self.state() is S.SUBMITTED and CaseFile.objects.filter(case=self.world.case, requirement="str").exists():
            self.world.refuse_file("str", now=self.now)

    def go_on(self) -> None:
        """Whatever stage is open is done, up to the signature."""
        open_ = self.world.open_stages()
        if self.state() is S.RUNNING and "health" in open_:
            self.world.recommend(now=self.now)
        elif self.state() is S.RUNNING and "decide" in open_:
            self.world.decide(now=self.now)

    def wait(self) -> None:
        self.now += timedelta(hours=7)


def test_walked_at_random(world: World) -> None:
    world.begin()
    world.attach("ktp", "str")  # no file comes in inside the walk's transaction: these are used again
    walk(lambda _begin: Walk(world), examples=12, steps=14)


def test_a_levy_makes_the_clock_stand_until_it_is_paid(world: World) -> None:
    world.to_decide()
    row, task = world.row(), world.row().tasks.get(stage="decide")
    service = trail.service_of(row)
    with transaction.atomic():
        steps.pay(row, service, task, by=world.who("treasury"), now=NOW + DAY, said={"amount": "0"})
    assert (world.row().state, world.row().due_at) == (S.PAYING, None)
