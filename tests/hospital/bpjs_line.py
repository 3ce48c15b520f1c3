"""A hospital of the tests that is tied to a simulator of BPJS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hospital.world import HERE, NOW, World
from pilar.hospital import operations
from pilar.hospital.bpjs.simulator import Simulator
from pilar.hospital.models import Booking, BpjsMessage
from pilar.hospital.operations.booking import note
from pilar.hospital.rules.booking import Asked, BookingState, Channel, Payer, Visit
from pilar.hospital.rules.bpjs.sending import Step
from pilar.hospital.rules.bpjs.signing import Keys
from pilar.people.rules import SCHEDULE

KEYS = Keys("1000", "rahasia", "kunci")
REFERRAL = "0001R0040116A000001"
BPJS = Asked(Channel.APP, Payer.BPJS, Visit.REFERRAL, REFERRAL)
PASSWORD = "sandi-jkn"


@dataclass
class Line:
    """The other side, with its clock, and what was sent to it."""

    simulator: Simulator
    now: datetime

    def tell(self, minutes: float = 0) -> dict[str, int]:
        """A pass of the worker, some time later."""
        self.now += timedelta(minutes=minutes)
        return operations.tell_bpjs(by=SCHEDULE, now=self.now)

    def knows_no_doctor(self, *, ever: bool = False) -> None:
        """BPJS refuses bookings: their doctors are not in its list; ``ever`` after that, they are."""
        self.simulator.schedule = [] if ever else [{"kodedokter": 1}]

    def told(self) -> list[tuple[str, Any]]:
        """What BPJS was told, in its order."""
        return [(name, values.get("taskid")) for name, values in self.simulator.log]


@contextmanager
def line(settings: Any, tmp_path: Path) -> Iterator[Line]:
    made = Line(Simulator((KEYS,)), NOW)
    made.simulator.clock = lambda: made.now
    server = made.simulator.serve()
    settings.PILAR_BPJS_FILE = str(tmp_path / "bpjs.json")
    one = {"address": f"http://127.0.0.1:{server.server_port}", "cons_id": "1000", "secret": "rahasia",
           "user_key": "kunci", "username": "jkn", "password": PASSWORD}  # fmt: skip
    Path(settings.PILAR_BPJS_FILE).write_text(json.dumps({HERE: one, "rsu-lain": one}))
    yield made
    server.shutdown()
    server.server_close()


def visit(code: str, *tasks: int, since: datetime = NOW + timedelta(days=1, hours=1)) -> None:
    """The tasks of a visit, ten minutes apart, as the day leaves them; a new patient is registered before."""
    row = Booking.objects.get(code=code)
    for number, task in enumerate([1, 2, *tasks] if row.new and tasks[0] == 3 else tasks):
        note(row, task, since + timedelta(minutes=10 * number))
    row.arrived_at = row.started_at = row.ended_at = since + timedelta(hours=1)
    row.state = BookingState.SERVED if 5 in tasks else BookingState.ARRIVED
    row.save()


def states(world: World) -> dict[str, str]:
    """By step, what became of it."""
    rows = BpjsMessage.objects.filter(booking__code=world.code).order_by("step")
    return {Step(one.step).name: one.state for one in rows}
