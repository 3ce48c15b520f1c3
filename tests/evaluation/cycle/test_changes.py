"""Why a final changed: what pages, sheets and JSON say of it, and which readers see it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from evaluation.cycle.agreed import MARKS, agree, compute
from evaluation.cycle.next_year import NEXT, publish_next_year
from evaluation.cycle.world import CODE, FAR, INSTRUMENT, NEIGHBOUR, NOW, OWN, World
from evaluation.samples import document, row
from pilar import index
from pilar.evaluation import operations
from pilar.evaluation.models import Campaign, Snapshot, SnapshotResult
from pilar.evaluation.queries.changes import FinalChange, NotKnown, change_in, own_change, public_change
from pilar.evaluation.queries.changes_told import steps
from pilar.evaluation.queries.sheets import public_sheet
from pilar.evaluation.queries.snapshots import secretariat_version
from pilar.people.rules import OPERATOR, PUBLIC

PAGE = f"/en/hasil/pilar/{NEXT}/1/{OWN}/"
API = f"/api/v1/computed-results/{NEXT}/1/{OWN}/change"


def said(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def as_user(world: World, name: str, region: str = OWN) -> Client:
    client = Client()
    client.force_login(world.user(name, region))
    return client


def row_of(page: str, title: str) -> str:
    """The rows of the change's table with this title."""
    _before, _heading, table = page.partition("Why the final changed</h2>")
    return "".join(row for row in table.split("<tr>") if title in row.partition("</th>")[0])


def parts_of(change: FinalChange) -> dict[str, Fraction]:
    return {part.code: part.value for part in change.parts}


def equal_halves() -> None:
    """The instrument with 50/50 in place of 40/60."""
    text = INSTRUMENT.replace("code: cycle-test", "code: halves")
    text = text.replace("weight: 40", "weight: 50").replace("weight: 60", "weight: 50")
    operations.add_instrument(by=OPERATOR, instrument=index.parse_instrument(text), document=text)


def test_own_performance_alone_by_hand(world: World) -> None:
    publish_next_year(world)
    change = public_change(NEXT, 1, OWN, scope=PUBLIC)
    # Output (4 + 4)/2 - (3 + 4)/2 = 0.5 at 0.4; outcome (4 + 2 + 4)/3 - (4 + 2 + 3.25)/3 = 0.25 at 0.6.
    assert parts_of(change) == {"output": Fraction(1, 5), "outcome": Fraction(3, 20)}
    assert change.split is not None
    found = change.split.change
    assert (found.weights, found.missing, found.instrument, found.rounding) == (0, 0, 0, 0)
    assert (found.total, change.improvement, change.year) == (Fraction(7, 20), Decimal("0.35"), 2026)
    page = said(Client())
    assert "+0.2<" in row_of(page, "Output")
    assert "+0.15<" in row_of(page, "Outcome")
    assert "+0.35<" in row_of(page, "Change of the unrounded final")


def test_other_weights_by_hand(world: World) -> None:
    equal_halves()
    publish_next_year(world, "halves")
    change = public_change(NEXT, 1, OWN, scope=PUBLIC)
    # Both orders: 0.5 · (0.4 + 0.5)/2 and 0.25 · (0.6 + 0.5)/2; 0.1 · (3.5 + 4)/2 - 0.1 · (37/12 + 10/3)/2.
    assert parts_of(change) == {"output": Fraction(9, 40), "outcome": Fraction(11, 80)}
    assert change.split is not None
    found = change.split.change
    assert found.weights == Fraction(3, 8) - Fraction(77, 240)
    assert found.total == Fraction(11, 3) - Fraction(13, 4)
    assert found.rounding == Fraction("0.42") - found.total
    assert sum((value for _title, value in steps(change)), Fraction(0)) == Fraction(change.improvement or 0)


def test_single_indicators_are_for_the_team_and_the_secretariat(world: World) -> None:
    publish_next_year(world)
    for client in (Client(), as_user(world, "coordinator", NEIGHBOUR), as_user(world, "assessor4")):
        page = said(client)
        assert "Why the final changed" in page
        assert not row_of(page, "Policy")
        assert "Single indicators stand here" not in page
    for name in ("coordinator", "contributor", "verifier", "secretariat"):
        page = said(as_user(world, name))
        assert "+0.2<" in row_of(page, "Policy")
        assert "+0.15<" in row_of(page, "Survey")
        assert "Single indicators stand here" in page


def test_a_region_sees_which_of_its_indicators_were_left_blank(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    without = {code: value for code, value in MARKS[OWN].items() if code != "survey"}
    monkeypatch.setitem(MARKS, OWN, without)
    publish_next_year(world)
    page = said(as_user(world, "coordinator"))
    assert "Blank then, answered now" in page
    assert "Blank then" not in said(Client())
    change = public_change(NEXT, 1, OWN, scope=world.who("coordinator"))
    assert change.split is not None
    # Outcome was (4 + 2)/2 = 3 without the survey; with its 4 it is 10/3: blanks add 0.6 · 1/3.
    assert change.split.change.missing == Fraction(1, 5)


def test_ranks_are_divided_too(world: World) -> None:
    publish_next_year(world)
    change = public_change(NEXT, 1, NEIGHBOUR, scope=PUBLIC)
    # Last year both shared the first rank; now the other one alone is above.
    assert [(move.within, move.change.before, move.change.after) for move in change.ranks] == [
        ("group", 1, 2),
        ("nation", 1, 2),
    ]
    assert all((move.change.own, move.change.others, move.change.company) == (0, 1, 0) for move in change.ranks)
    assert "Others' scores" in said(Client(), f"/en/hasil/pilar/{NEXT}/1/{NEIGHBOUR}/")


def test_a_first_year_has_no_change_to_explain(world: World) -> None:
    publish_next_year(world)
    assert public_change(CODE, 2, OWN, scope=PUBLIC).unknown is NotKnown.NO_PREVIOUS
    assert "Why the final changed" not in said(Client(), f"/en/hasil/pilar/{CODE}/2/{OWN}/")
    assert public_sheet(CODE, 2, OWN, scope=PUBLIC).change is None


def test_a_result_that_was_corrected_since_is_not_compared(world: World) -> None:
    publish_next_year(world)
    who = {"by": world.who("secretariat"), "campaign": CODE, "phase": 2}
    made = operations.correct_results(**who, region=OWN, marks={"policy": Decimal(1)}, reason="Salah salin", now=NOW)
    operations.approve_results(**who | {"by": world.who("approver")}, version=made.version, now=NOW)
    operations.publish_results(
        **who, version=made.version, letter_number="B-9/EVAL/2026", letter_date=NOW.date(), now=NOW
    )
    assert public_change(NEXT, 1, OWN, scope=PUBLIC).unknown is NotKnown.REPLACED
    assert "was corrected after this version was computed" in said(Client())
    assert public_change(NEXT, 1, FAR, scope=PUBLIC).split is not None


def test_against_what_a_source_states(world: World) -> None:
    text = document("smart-city-2025", year=2025)
    parsed = index.parse_instrument(text)
    operations.add_instrument(by=OPERATOR, instrument=parsed, document=text)
    operations.choose_instrument(by=OPERATOR, year=2025, instrument=parsed)
    operations.record_statement(by=OPERATOR, row=row(year=2025, final=Decimal("3.00"), scores={}))
    Campaign.objects.filter(pk=world.campaign.pk).update(synthetic=False)
    agree(world)
    compute(world)
    phase, snapshot = secretariat_version(CODE, 1, 1, by=world.who("secretariat"))
    change = change_in(phase, snapshot, OWN, indicators=False)
    assert change.printed is not None
    assert (change.year, change.improvement, change.printed.parts) == (2025, Decimal("0.25"), ())
    assert [remark.code for remark in change.printed.remarks] == ["printed", "not-a-sum"]


def test_a_sheet_says_the_same(world: World) -> None:
    publish_next_year(world)
    told = public_sheet(NEXT, 1, OWN, scope=PUBLIC).change
    assert told is not None
    assert [(step.title, step.value) for step in told.steps] == [
        ("Output", Decimal("0.2")),
        ("Outcome", Decimal("0.15")),
    ]
    assert told.unknown == ""


def test_the_same_as_json(world: World) -> None:
    publish_next_year(world)
    found = Client().get(API).json()
    assert [(part["code"], part["value"]) for part in found["parts"]] == [("output", "1/5"), ("outcome", "3/20")]
    assert (found["total"], found["weights"], found["improvement"]) == ("7/20", "0", "0.35")
    key = Snapshot.objects.get(phase__campaign__code=NEXT).phase.assessments.get(participation__region=OWN).pk
    own = as_user(world, "coordinator").get(f"/api/v1/assessments/{key}/change").json()
    assert {"policy", "survey", "output"} <= {part["code"] for part in own["parts"]}
    assert sum(Fraction(part["value"]) for part in own["parts"] if part["depth"] == 0) == Fraction(7, 20)
    assert own_change(key, by=world.who("verifier"), now=NOW) is not None


def test_a_change_is_read_in_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    publish_next_year(world)
    with django_assert_max_num_queries(16):  # four of them, for the intervals of both years, once a version and process
        public_change(NEXT, 1, OWN, scope=PUBLIC)


@pytest.mark.parametrize("region", [OWN, NEIGHBOUR, FAR])
def test_the_parts_sum_to_the_change_of_every_region(world: World, region: str) -> None:
    equal_halves()
    publish_next_year(world, "halves")
    change = public_change(NEXT, 1, region, scope=world.who("secretariat"))
    assert change.split is not None
    found = change.split.change
    top = sum((part.value for part in change.parts if part.depth == 0), Fraction(0))
    single = sum((part.value for part in change.parts if part.is_leaf), Fraction(0))
    assert top == single == found.own
    assert top + change.split.elsewhere + found.weights + found.missing + found.instrument == found.total
    stored = SnapshotResult.objects.get(snapshot__phase__campaign__code=NEXT, region=region)
    assert found.total == Fraction(stored.final_exact) - found.before
