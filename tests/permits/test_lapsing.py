"""An applicant who does not pay, or does not send it again: reminded on days of the data, then closed by a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kit.neighbours import own
from people.citizens import entered
from permits.cases_acts import WRONG
from permits.test_case_pages import checked, officer
from permits.world import NOW, OWN, World
from pilar.people.models import Notice
from pilar.permits import operations as do
from pilar.permits.models import CaseEvent, Levy
from pilar.permits.queries import cases
from pilar.permits.queries.levies import levies
from pilar.permits.rules.cases import CaseState, EventKind
from pilar.platform.errors import Faults


def days(count: int) -> timedelta:
    return timedelta(days=count)


def reminders(world: World) -> int:
    return CaseEvent.objects.filter(case=world.case, kind=EventKind.REMINDED).count()


@pytest.fixture
def returned(world: World) -> World:
    world.submit()
    do.return_case(by=world.who("front"), case=world.case, findings=WRONG, now=NOW)
    return world


def watch(world: World, after: int) -> None:
    do.watch_clocks(by=world.who("schedule"), now=NOW + days(after))


def late(world: World, after: int) -> set[int]:
    rows = cases.all_cases(OWN, scope=world.who("front"), now=NOW + days(after), state=cases.OVERDUE)
    return {one.key for one in rows}


def test_a_returned_case_is_reminded_of_told_and_closed_by_a_person(returned: World) -> None:
    seen = []
    for after in (13, 14, 15, 29, 31, 60):
        watch(returned, after)
        seen.append(reminders(returned))
    assert seen == [0, 1, 1, 1, 2, 3]
    told = Notice.objects.filter(kind="permits.overdue", user=returned.keys["front"])
    assert not told.exists()
    assert late(returned, 60) == set()
    close = {"by": returned.who("back"), "case": returned.case}
    with pytest.raises(Faults, match="1 Mei 2026"):
        do.lapse_case(now=NOW + days(60), **close)
    assert "lapse" not in cases.officers_case(returned.case, scope=returned.who("back"), now=NOW + days(60)).acts
    for _ in range(2):
        watch(returned, 61)
    assert told.count() == 1
    assert late(returned, 61) == {returned.case}
    do.lapse_case(now=NOW + days(61), **close)
    row = returned.row()
    assert (row.state, row.events.last().reason) == (CaseState.WITHDRAWN, "lapsed")
    assert returned.open_stages() == set()


def test_who_sent_it_again_is_reminded_anew_only_after_the_next_return(returned: World) -> None:
    watch(returned, 14)
    returned.submit(now=NOW + days(15))
    watch(returned, 40)
    do.return_case(by=returned.who("front"), case=returned.case, findings=WRONG, now=NOW + days(40))
    watch(returned, 45)
    assert reminders(returned) == 1
    watch(returned, 54)
    assert reminders(returned) == 2
    assert late(returned, 70) == set(), "the days begin with the last return"


def test_a_levy_that_is_not_paid_is_reminded_of_listed_and_closed_with_what_was_paid(levied: World) -> None:
    due = own(Levy).get().due_on
    first = (due - NOW.date()).days
    for after, count in ((first - 8, 0), (first - 7, 1), (first + 1, 2), (first + 14, 3), (first + 30, 3)):
        watch(levied, after)
        assert reminders(levied) == count
    listed = levies(OWN, scope=levied.who("treasury"), now=NOW + days(first + 1), state="overdue")
    assert [one.due_on for one in listed] == [due]
    assert late(levied, first + 30) == set()
    assert late(levied, first + 31) == {levied.case}
    do.lapse_case(by=levied.who("front"), case=levied.case, now=NOW + days(first + 31))
    assert own(Levy).get().state == "void"


def test_who_was_never_reminded_is_reminded_once_and_has_days_left(returned: World) -> None:
    close = {"by": returned.who("back"), "case": returned.case}
    assert late(returned, 200) == set()
    with pytest.raises(Faults) as refused:
        do.lapse_case(now=NOW + days(200), **close)
    assert [one.code for one in refused.value.faults] == ["not-reminded"]
    for after in (200, 200, 207):  # as after a time without a worker
        watch(returned, after)
    assert (reminders(returned), late(returned, 207)) == (1, set())
    with pytest.raises(Faults) as refused:
        do.lapse_case(now=NOW + days(207), **close)
    assert [one.code for one in refused.value.faults] == ["not-yet-over"]
    assert late(returned, 208) == {returned.case}
    do.lapse_case(now=NOW + days(208), **close)


def test_what_officers_were_told_is_settled_once_it_goes_on(returned: World) -> None:
    for after in (14, 61, 61):
        watch(returned, after)
    told = Notice.objects.filter(kind="permits.overdue", user=returned.keys["front"], done_at=None)
    assert told.count() == 1
    returned.submit(now=NOW + days(62))
    assert not told.exists()


def test_closing_is_offered_on_the_page_once_it_is_due_and_asks_first(returned: World) -> None:
    watch(returned, 14)
    front = officer(returned, "front")
    page = reverse("permits:desk-case", args=[returned.case])
    address = reverse("permits:act", args=[returned.case, "tutup"])
    assert address in front.get(page).content.decode(), "the days of the data are long over"
    assert (
        "1 Mei 2026"
        in entered(Client(), "fatimah@contoh.invalid")
        .get(reverse("permits:own-case", args=[returned.case]))
        .content.decode()
    )
    listed = reverse("permits:cases", args=[OWN])
    assert page in front.get(f"{listed}?status=overdue").content.decode()
    assert checked(front, address).status_code == 302
    assert returned.row().state == CaseState.WITHDRAWN
    assert front.post(address, {"agreed": "on"}).status_code == 302, "a second click"
    assert page not in front.get(f"{listed}?status=overdue").content.decode()
