"""Lifecycles: the moves of a state, why one cannot be made, what is stored of it, and how they are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest

from pilar.platform import audit, moves
from pilar.platform.actors import Actor
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.lifecycle import Lifecycle, Move

BY = Actor("user", "9", "Siti")


class Permit(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True)
class Facts:
    paid: bool = False
    complete: bool = False


class NoWay(PilarError):
    code = "no-way"


def paid(facts: Facts) -> Fault | None:
    return None if facts.paid else Fault("unpaid", "Pay first")


def complete(facts: Facts) -> Fault | None:
    return None if facts.complete else Fault("incomplete", "A paper is missing")


P = Permit
PERMITS: Lifecycle[Permit, Facts] = Lifecycle(
    lambda source, target: NoWay(source=source, target=target),
    Move(P.ASKED, P.GRANTED, "Grant", (paid, complete)),
    Move(P.ASKED, P.REFUSED, made_by="refuse_permit"),
)


def test_a_state_has_its_moves_and_the_last_has_none() -> None:
    assert [one.target for one in PERMITS.moves(P.ASKED)] == [P.GRANTED, P.REFUSED]
    assert PERMITS.moves(P.GRANTED) == ()
    assert PERMITS.asks(P.ASKED, paid)
    assert not PERMITS.asks(P.REFUSED, paid)


def test_everything_that_does_not_hold_is_said_at_once() -> None:
    move = PERMITS.move(P.ASKED, P.GRANTED)
    assert [fault.code for fault in move.faults(Facts())] == ["unpaid", "incomplete"]
    assert [fault.code for fault in move.faults(Facts(paid=True))] == ["incomplete"]
    with pytest.raises(Faults) as refused:
        move.require(Facts(complete=True))
    assert [fault.code for fault in refused.value.faults] == ["unpaid"]
    move.require(Facts(paid=True, complete=True))


def test_a_move_that_is_none_is_the_rooms_error_or_a_bug() -> None:
    with pytest.raises(NoWay) as refused:
        PERMITS.move(P.GRANTED, P.ASKED)
    assert refused.value.fields == {"source": P.GRANTED, "target": P.ASKED}
    assert PERMITS.find(P.GRANTED, P.ASKED) is None
    guarded: Lifecycle[Permit, None] = Lifecycle(None, Move(P.ASKED, P.GRANTED))
    with pytest.raises(ValueError, match="from granted to asked"):
        guarded.move(P.GRANTED, P.ASKED)


def test_the_diagram() -> None:
    names = {P.ASKED: "Asked for", P.GRANTED: "Granted", P.REFUSED: "Refused"}
    assert (
        PERMITS.diagram(names)
        == """stateDiagram-v2
    asked : Asked for
    granted : Granted
    refused : Refused
    [*] --> asked
    asked --> granted : Grant
    asked --> refused : refuse_permit
    granted --> [*]
    refused --> [*]"""
    )


class Row:
    """A row as far as a move asks for one."""

    pk = 5
    state: Any = P.ASKED
    number = ""
    looked_at = None

    def save(self, update_fields: list[str]) -> None:
        self.saved = update_fields


@pytest.mark.django_db
def test_a_move_is_stored_with_its_record() -> None:
    row: Any = Row()
    row.looked_at = "now"
    moves.make(
        PERMITS.move(P.ASKED, P.GRANTED), row, by=BY, what="permits.permit", action="grant", area="36.03",
        fields={"number": "7/2026", "looked_at": "now"}, besides=("changed_at",), said={"reason": "Lengkap"},
    )  # fmt: skip
    assert (row.state, row.number, row.saved) == (P.GRANTED, "7/2026", ["state", "number", "looked_at", "changed_at"])
    (event,) = audit.events(target="permits.permit", key=5)
    assert (event.action, event.area) == ("grant", "36.03")
    assert event.before == {"state": "asked", "number": ""}
    assert event.after == {"state": "granted", "number": "7/2026", "reason": "Lengkap"}


@pytest.mark.django_db
def test_a_row_in_another_state_is_a_bug() -> None:
    row: Any = Row()
    row.state = P.REFUSED
    with pytest.raises(ValueError, match=r"permits\.permit 5 is not in the state asked"):
        moves.make(PERMITS.move(P.ASKED, P.GRANTED), row, by=BY, what="permits.permit")
    assert not hasattr(row, "saved")
