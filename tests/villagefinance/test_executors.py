"""Who carries out an activity asks for its money and accounts for it; other executors neither see nor write that."""

from __future__ import annotations

import html
import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kit.worlds import once
from pilar.evidence.models import Evidence
from pilar.evidence.queries import evidence_list
from pilar.people import operations as people
from pilar.people.models import Membership, Notice, User
from pilar.people.queries import standing
from pilar.people.rules import OPERATOR, NotAllowed, NotFound, Standing
from pilar.platform.models import AuditEvent
from pilar.platform.versions import Outdated
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import (
    Activity,
    BankRow,
    BankStatement,
    BudgetAmount,
    BudgetLine,
    PaymentRequest,
    Proof,
    RequestEntry,
    Supplier,
)
from pilar.villagefinance.operations import NotTheirs
from pilar.villagefinance.queries import executors, requests
from pilar.villagefinance.rules.budgets import BudgetKind
from pilar.villagefinance.rules.requests import RequestKind, RequestState
from pilar.villagefinance.rules.roles import Role
from pilar.villagefinance.rules.taxes import PaymentKind
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
    supplier,
    write,
)
from villagefinance.test_payment_pages import NOW as JUNE
from villagefinance.test_payment_pages import client_of, said
from villagefinance.world import ACCOUNT, EQUITY, NOW, OFFICE, PEOPLE, ROAD, VILLAGE, YEAR, World, person

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


def test_an_executor_without_an_activity_is_told_who_names_them(paying: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: JUNE)
    client, to = client_of(paying, "executor"), reverse("villagefinance:executors", args=[VILLAGE, YEAR])
    road = reverse("villagefinance:ask", args=[VILLAGE, YEAR, ROAD])
    chosen, draft = (reverse(f"villagefinance:{one}", args=[VILLAGE]) for one in ("choose-line", "draft"))
    assert (road in said(client.get(chosen)), f'value="{YEAR}-{ROAD}"' in said(client.get(draft))) == (True, True)
    assert client.get(road).status_code == 200
    name(paying, {ROADS: None, OFFICES: None})
    shown = said(client.get(chosen))
    assert (to in shown, road in shown, "Belum ada kegiatan Anda" in shown) == (True, False, True), shown
    assert f"{YEAR}-{ROAD}" not in said(client.get(draft))
    assert client.get(road).status_code == 404


def test_a_register_of_own_requests_alone_says_so(paying: World) -> None:
    by = colleague()
    name(paying, {OFFICES: by.account})
    write_as(by, bill(MILLION, line=OFFICE))
    write(paying, bill(MILLION))
    register = ("paper", VILLAGE, "register-spp", YEAR)
    for who, alone in (("executor", True), ("treasurer", False), ("council", False)):
        client = accounts.client_of(paying, who)
        shown = html.unescape(client.get(reverse(f"villagefinance:{register[0]}", args=register[1:])).content.decode())
        assert ("Register ini tidak lengkap" in shown) is alone, who
        listed = html.unescape(client.get(reverse("villagefinance:payments", args=[VILLAGE])).content.decode())
        assert ("kegiatan Anda sendiri" in listed) is alone, who
        made = client.get(reverse("villagefinance:paper-file", args=[*register[1:], "xlsx"]))
        with zipfile.ZipFile(io.BytesIO(made.content)) as packed:
            cells = "".join(packed.read(one).decode() for one in packed.namelist() if one.endswith(".xml"))
        assert ("Register ini tidak lengkap" in cells) is alone, who


def test_no_link_leads_an_executor_to_a_request_of_others(paying: World) -> None:
    pay(paying, approved(paying, bill(11_100_000, kind=PaymentKind.GOODS)))
    entry = RequestEntry.objects.get()
    to, by = reverse("villagefinance:request", args=[VILLAGE, YEAR, entry.request]), colleague()
    pages = [
        reverse("villagefinance:taxes", args=[VILLAGE]),
        reverse("villagefinance:entry", args=[VILLAGE, YEAR, entry.place]),
    ]
    other = Client()
    other.force_login(User.objects.get(pk=by.account), accounts.BACKEND)
    for client, there in ((other, False), (accounts.client_of(paying, "executor"), True)):
        assert (client.get(to).status_code == 200) is there
        for page in pages:
            shown = client.get(page).content.decode()
            assert (to in shown, f"SPP {entry.request}/{YEAR}" in shown) == (there, True), page


def test_who_pays_checks_or_approves_reads_the_account_of_a_payee_and_an_executor_does_not(paying: World) -> None:
    supplier(paying, npwp="01.234.567.8-901.000")
    Supplier.objects.update(bank="BJB", number="9988776655")
    of = {**paying.of_village, "bank_account": ACCOUNT, "number": 1}
    BankStatement.objects.create(
        **of, first=MARCH, last=MARCH, opening=0, closing=-1, name="x", digest="0" * 64, kept_by="Kaur", kept_at=NOW
    )
    BankRow.objects.create(
        **of, statement=1, date=MARCH, amount=-1, text="TRF KE 9988 7766 55 TOKO", reference="9988776655"
    )
    for who, reads in (("executor", False), ("treasurer", True), ("secretary", True), ("council", False)):
        client = accounts.client_of(paying, who)
        shown = "".join(
            client.get(reverse(f"villagefinance:{page}", args=[VILLAGE, *more])).content.decode()
            for page, *more in (("accounts",), ("bank", ACCOUNT))
        )
        assert ("9988776655" in shown or "7766" in shown) is reads, who
        assert "TOKO" in shown, who
    executor = accounts.client_of(paying, "executor")
    assert (
        "01.234.567.8-901.000" in executor.get(reverse("villagefinance:supplier", args=[VILLAGE, 1])).content.decode()
    )
    assert executor.get(reverse("villagefinance:siskeudes-book", args=[VILLAGE, YEAR])).status_code == 403


def test_what_comes_back_is_told_to_who_carries_out_the_activity_now(paying: World) -> None:
    number = approved(paying, bill(MILLION), kind=ADVANCE)
    by, maker = colleague(), PEOPLE["executor"].account
    name(paying, {ROADS: by.account})

    def told() -> set[tuple[int, bool]]:
        rows = Notice.objects.filter(subject__endswith=f"/{YEAR}/{number}", done_at=None)
        return {(one.user_id, one.needs_action) for one in rows}

    do.move_request(
        by=paying.who("treasurer"), village=VILLAGE, year=YEAR, number=number, to=RequestState.RETURNED,
        reason="Nota kurang", now=NOW,
    )  # fmt: skip
    assert told() == {(by.account, True), (maker, False)}
    name(paying, {ROADS: maker})
    assert told() == {(maker, True)}, "whoever is named afterwards, too"


def test_nobody_is_named_for_what_no_budget_has(paying: World) -> None:
    code = Activity.objects.filter(region=VILLAGE[:5], level=3).exclude(code__in=[ROADS, OFFICES]).first().code
    BudgetLine.objects.create(**paying.of_year, key=90, activity=code, account="5.2.1.01", fund="DDS")
    assert [one.activity for one in executors.executors(VILLAGE, YEAR, now=NOW)] == [OFFICES, ROADS]
    with faults("unknown-activity"):
        name(paying, {code: colleague().account})
    do.begin_change(by=paying.who("secretary"), village=VILLAGE, year=YEAR, kind=BudgetKind.AMENDED, now=NOW)
    BudgetAmount.objects.create(**paying.of_year, version=3, line=90, amount=1)
    assert code in [one.activity for one in executors.executors(VILLAGE, YEAR, now=NOW)], "of what is drawn up, too"
    do.drop_budget(by=paying.who("secretary"), village=VILLAGE, year=YEAR, number=3, reason="Batal", now=NOW)
    assert [one.activity for one in executors.executors(VILLAGE, YEAR, now=NOW)] == [OFFICES, ROADS]
