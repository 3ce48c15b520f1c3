"""Who carries out an activity asks for its money and accounts for it; other executors neither see nor write that."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from kit.worlds import once
from pilar.evidence.models import Evidence
from pilar.evidence.queries import evidence_list
from pilar.people import operations as people
from pilar.people.models import Membership, User
from pilar.people.queries import standing
from pilar.people.rules import OPERATOR, NotAllowed, NotFound, Standing
from pilar.platform.models import AuditEvent
from pilar.platform.versions import Outdated
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import PaymentRequest, Proof
from pilar.villagefinance.operations import NotTheirs
from pilar.villagefinance.queries import executors, requests
from pilar.villagefinance.rules.requests import RequestKind
from pilar.villagefinance.rules.roles import Role
from villagefinance import accounts
from villagefinance.payments import (
    ADVANCE,
    MARCH,
    MILLION,
    account,
    approved,
    bill,
    faults,
    move,
    pay,
    rich,
    shown,
    write,
)
from villagefinance.world import EQUITY, NOW, OFFICE, PEOPLE, ROAD, VILLAGE, YEAR, World, person

pytestmark = pytest.mark.django_db
ROADS, OFFICES = "2.3.10", "1.1.03"


@once
def paying(world: World) -> World:
    rich(world)
    for who in ("executor", "secretary"):
        accounts.account(who)
    return world


def colleague() -> Standing:
    """A second executor of the village."""
    found = User.objects.filter(email="kasi2@contoh.invalid").first()
    key = found.pk if found else people.create_account(
        by=OPERATOR, email="kasi2@contoh.invalid", name="Kasi kedua", role=Role.EXECUTOR, region=VILLAGE[:5],
        unit=VILLAGE, now=NOW,
    )  # fmt: skip
    return person("Kasi kedua", key, Role.EXECUTOR, VILLAGE)


def name(world: World, given: dict[str, int | None], who: str = "secretary", **more: Any) -> int:
    return do.name_executors(by=world.who(who), village=world.village, year=YEAR, given=given, now=NOW, **more)


def write_as(by: Standing, *bills: do.NewBill, kind: RequestKind = ADVANCE) -> int:
    given = do.NewRequest(kind, MARCH, "Uji", bills)
    return do.write_request(by=by, village=VILLAGE, year=YEAR, given=given, now=NOW)


def test_an_executor_asks_for_the_activities_that_name_them_alone(paying: World) -> None:
    by = colleague()
    with pytest.raises(NotTheirs):
        write_as(by, bill(MILLION, line=OFFICE))
    assert name(paying, {OFFICES: by.account}) == 1
    number = write_as(by, bill(MILLION, line=OFFICE))
    with pytest.raises(NotTheirs):
        write_as(by, bill(MILLION, line=ROAD))
    with pytest.raises(NotTheirs):
        write(paying, bill(MILLION, line=OFFICE), kind=ADVANCE)
    with pytest.raises(NotTheirs):
        write_as(by, bill(MILLION, line=EQUITY), kind=RequestKind.FINANCING)
    with pytest.raises(NotFound):
        write(paying, bill(MILLION), kind=ADVANCE, number=number)
    assert PaymentRequest.objects.get(number=number).activity == OFFICES
    assert write(paying, bill(MILLION, line=OFFICE), kind=ADVANCE, who="treasurer", proofs=()) == number + 1


def test_an_executor_sees_their_own_requests_and_whoever_works_for_all_sees_all(paying: World) -> None:
    by = colleague()
    name(paying, {OFFICES: by.account})
    theirs, roads = write_as(by, bill(MILLION, line=OFFICE)), write(paying, bill(MILLION))
    files = [*Proof.objects.filter(request=roads).values_list("evidence", flat=True)]

    def seen(scope: Standing) -> set[int]:
        assert {one.number for one in requests.waiting(VILLAGE, scope=scope)} == {
            one.number for one in requests.requests(VILLAGE, scope=scope)
        }
        return {one.number for one in requests.requests(VILLAGE, scope=scope)}

    assert (seen(by), seen(paying.who("executor"))) == ({theirs}, {roads})
    for who in ("secretary", "head", "treasurer", "council", "camat", "office", "inspectorate"):
        assert seen(paying.who(who)) == {theirs, roads}, who
    with pytest.raises(NotFound):
        requests.request(VILLAGE, YEAR, roads, scope=by, today=NOW.date())
    assert shown(paying, roads).number == roads
    assert len(evidence_list(files, scope=paying.who("executor"))) == len(files) == 2
    assert list(evidence_list(files, scope=by)) == []
    assert Evidence.objects.filter(pk__in=files).count() == 2


def test_who_sent_a_request_carries_on_with_it_and_a_draft_goes_to_who_comes_after(paying: World) -> None:
    draft = write(paying, bill(MILLION), kind=ADVANCE)
    sent = approved(paying, bill(2 * MILLION), kind=ADVANCE)
    by = colleague()
    name(paying, {ROADS: by.account})
    with pytest.raises(NotFound):
        shown(paying, draft)
    with pytest.raises(NotFound):
        move(paying, draft, "submitted", "executor")
    pay(paying, sent)
    account(paying, sent, bill(2 * MILLION))
    assert shown(paying, sent).billed == 2 * MILLION
    assert requests.request(VILLAGE, YEAR, draft, scope=by, today=NOW.date()).number == draft
    do.cancel_request(by=by, village=VILLAGE, year=YEAR, number=draft, reason="Tidak jadi", now=NOW)


def test_only_an_executor_of_the_village_is_named_and_by_the_secretary_alone(paying: World) -> None:
    for who in ("head", "treasurer", "executor", "council", "camat", "office"):
        with pytest.raises(NotAllowed):
            name(paying, {ROADS: None}, who)
    with pytest.raises(NotFound):
        name(paying, {ROADS: None}, "neighbour")
    with faults("no-executor"):
        name(paying, {ROADS: PEOPLE["treasurer"].account})
    with faults("unknown-activity"):
        name(paying, {"1.1.01": 4})
    seen = executors.seen_of(executors.named(VILLAGE, [YEAR]))
    by = colleague()
    assert name(paying, {ROADS: by.account}, seen=seen) == 1
    with pytest.raises(Outdated):
        name(paying, {OFFICES: by.account}, seen=seen)
    assert name(paying, {ROADS: by.account}, seen=seen) == 0
    event = AuditEvent.objects.filter(action="name").last()
    assert event is not None
    assert (event.before, event.after) == ({ROADS: "user:4"}, {ROADS: f"user:{by.account}"})


def test_whose_role_has_ended_is_shown_as_missing(paying: World) -> None:
    assert [one.holds for one in executors.executors(VILLAGE, YEAR, now=NOW)] == [True, True]
    Membership.objects.filter(user=4).update(until=NOW - timedelta(hours=1), since=NOW - timedelta(hours=2))
    rows = executors.executors(VILLAGE, YEAR, now=NOW)
    assert [(one.activity, str(one.executor), one.holds) for one in rows] == [
        (OFFICES, "Kasi", False),
        (ROADS, "Kasi", False),
    ]
    assert not standing(User.objects.get(pk=4), NOW).memberships


def test_the_page_names_them_and_tells_the_others(paying: World) -> None:
    by = colleague()
    at = reverse("villagefinance:executors", args=[VILLAGE, YEAR])
    client = accounts.client_of(paying, "secretary")
    page = html.unescape(client.get(at).content.decode())
    assert 'value="4" selected' in page
    sign = executors.seen_of(executors.named(VILLAGE, [YEAR]))
    sent = {ROADS: "4", OFFICES: str(by.account), "sign": sign}
    assert client.post(at, sent).status_code == 302
    assert client.post(at, {**sent, OFFICES: "4"}).status_code == 409
    assert client.post(at, {ROADS: "999", OFFICES: "4", "sign": sign}).status_code == 422
    named = executors.named(VILLAGE, [YEAR])
    assert {code: str(one) for (_year, code), one in named.items()} == {ROADS: "Kasi", OFFICES: "Kasi kedua"}
    client = accounts.client_of(paying, "executor")
    assert "Kasi kedua" in client.get(at).content.decode()
    assert client.post(at, sent).status_code == 403


def test_an_executor_without_an_activity_is_told_who_names_them(paying: World) -> None:
    name(paying, {ROADS: None, OFFICES: None})
    client = accounts.client_of(paying, "executor")
    for address in ("choose-line", "draft"):
        page = client.get(reverse(f"villagefinance:{address}", args=[VILLAGE]))
        assert page.status_code == 200
    assert client.get(reverse("villagefinance:ask", args=[VILLAGE, YEAR, ROAD])).status_code == 404
