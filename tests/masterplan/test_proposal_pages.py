"""Proposals written, handed in, taken back, asked back and merged by their pages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from confirming import confirmed
from kit.neighbours import own
from kit.worlds import once
from masterplan import shown
from masterplan.books import rich
from masterplan.pages import address, client_of, typed
from masterplan.world import NOW, World, content
from pilar.masterplan import operations, queries
from pilar.masterplan.models import Proposal
from pilar.masterplan.rules.content import Monitored
from pilar.masterplan.rules.stages import ProposalState
from pilar.people.models import Notice
from pilar.people.rules import SCHEDULE, NotAllowed

pytestmark = pytest.mark.django_db


@once
def called(world: World) -> World:
    """The call is open at the clock of the pages."""
    now = timezone.now()
    operations.open_call(
        by=world.who("coordinator"), version=world.version, text="Satu usulan tiap pilar", now=NOW,
        closes_at=now + timedelta(days=9),
    )  # fmt: skip
    return world


@pytest.fixture
def office(called: World) -> Client:
    return client_of(called, "contributor")


def latest() -> Proposal:
    return own(Proposal).latest("pk")


def test_a_proposal_says_what_was_typed(called: World, office: Client) -> None:
    wanted = rich(called.office, called.cast.colleagues_office)
    where = address("propose", called.version)
    blank = office.get(where).content.decode()
    assert re.search(r'for="id_content-need">[^<]*</label>', blank), "it is needed later: it is not called optional"
    answer = office.post(where, typed(called, wanted))
    assert (answer.status_code, answer["Location"]) == (302, address("proposal", latest().pk))
    found = queries.proposal(latest().pk, scope=called.who("contributor"))
    assert found.content == wanted
    page = office.get(answer["Location"]).content.decode()
    for said in (
        "Layanan desa daring", "Karang taruna", "750.000.000", "Mode luring", "Manfaat", "Dinas Kesehatan",
        "1.02.03.2.01.0004", "Layanan publik yang mudah dijangkau", "12,5", "Desa daring", "0,25",
    ):  # fmt: skip
        assert said in page, said


def test_it_is_handed_in_and_settles_the_notice(called: World, office: Client) -> None:
    notices = Notice.objects.filter(kind="masterplan.call", done_at=None)
    assert notices.count() == 2
    answer = office.post(address("propose", called.version), typed(called, content(called.office), submit="1"))
    assert latest().state == ProposalState.DRAFT
    assert confirmed(office, answer["Location"]).status_code == 302
    assert latest().state == ProposalState.SUBMITTED
    assert [one.user_id for one in notices] == [called.cast.keys["colleague"]]


def test_what_it_lacks_is_told_at_its_fields_and_it_is_saved(called: World, office: Client) -> None:
    lacking = replace(content(called.office), need="", targets=())
    answer = office.post(address("propose", called.version), typed(called, lacking, submit="1"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_content-need"' in page
    assert 'href="#content-targets"' in page
    assert (latest().state, latest().content.title) == (ProposalState.DRAFT, lacking.title)
    assert f'action="{address("proposal-edit", latest().pk)}"' in page
    again = office.post(
        address("proposal-edit", latest().pk), typed(called, content(called.office), submit="1", seen=latest().saves)
    )
    assert again["Location"] == address("proposal-submit", latest().pk), "asked first"
    assert latest().state == ProposalState.DRAFT
    for _click in range(2):
        done = confirmed(office, again["Location"])
        assert (done["Location"], latest().state) == (address("proposal", latest().pk), ProposalState.SUBMITTED)


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("targets-0-base", "dua puluh", "dua puluh"),
        ("targets-0-y2026", "1.23.4", "1.23.4"),
        ("targets-0-base_year", "tahun lalu", "bulat"),
        ("budgets-b2026_apbd", "-5", "kurang dari nol"),
        ("budgets-b2026_apbd", "1,500", "1500"),
        ("budgets-b2026_apbd", "1500,50", "rupiah"),
        ("activities-1-ends", "2026-Q1", "sebelum"),
        ("activities-1-starts", "2031-Q1", "2031"),
        ("activities-0-place", "sub", "Subkegiatan"),
        ("targets-0-unit", "", "Satuan:"),
        ("link", "ftp://x", "https://"),
        ("sipd_code", "1.02.", "tanpa titik di akhirnya"),
        ("sipd_code", "X.XX.01", "tanpa titik di akhirnya"),
        ("weight", "0", "di atas 0"),
        ("weight", "-5", "di atas 0"),
        ("weight", "1000000", "di bawah satu juta"),
        ("weight", "0,1234567", "6 desimal"),
        ("activities-1-weight", "0", "di atas 0"),
        ("activities-1-sipd_code", "1..2", "tanpa titik di akhirnya"),
        ("judged-m_risk", "3", "Hanya Quick Win yang dinilai"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_lost(
    called: World, office: Client, field: str, given: str, said: str
) -> None:
    sent = typed(called, content(called.office), **{f"content-{field}": given, "content-need": "Kata yang panjang"})
    answer = office.post(address("propose", called.version), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert own(Proposal).count() == 0
    assert "Kata yang panjang" in page
    assert said in page
    control = page.partition(f'name="content-{field}"')[2].partition('name="')[0]
    kept = re.search(r'^[^>]* value="([^"]*)"|<option value="([^"]*)" selected', control)
    assert (kept[kept.lastindex or 0] if kept else "") == given
    assert ('aria-invalid="true"' in control) == (field != "judged-m_risk"), "of which all ten are refused together"


def test_rows_are_added_and_removed_without_saving(called: World, office: Client) -> None:
    sent = typed(
        called, rich(called.office, called.cast.colleagues_office), **{"content-add": "risks", "content-title": ""}
    )
    page = office.post(address("propose", called.version), sent).content.decode()
    assert 'name="content-risks-count" value="3"' in page
    assert "Sinyal lemah" in page
    assert "error-summary" not in page
    sent = typed(called, rich(called.office, called.cast.colleagues_office), **{"content-remove": "risks-0"})
    page = office.post(address("propose", called.version), sent).content.decode()
    assert 'name="content-risks-count" value="1"' in page
    assert "Listrik padam" not in page
    assert "Sinyal lemah" in page
    assert own(Proposal).count() == 0


def test_numbers_stay_and_are_never_given_twice(called: World, office: Client) -> None:
    key = called.propose(monitored=(Monitored(1, "application", "Satu", 2026), Monitored(4, "policy", "Empat", 2027)))
    said = queries.proposal(key, scope=called.who("contributor")).content
    assert said is not None
    sent = typed(called, said, seen=1)
    del sent["content-monitored-1-number"]
    sent |= {"content-monitored-1-title": "Lima"}
    assert office.post(address("proposal-edit", key), sent).status_code == 302
    found = queries.proposal(key, scope=called.who("contributor")).content
    assert found is not None
    assert [(one.number, one.title) for one in found.monitored] == [(1, "Satu"), (5, "Lima")]


def test_rupiah_may_be_grouped(called: World, office: Client) -> None:
    sent = typed(called, content(called.office), **{"content-budgets-b2028_apbn": "Rp 1.250.000"})
    assert office.post(address("propose", called.version), sent).status_code == 302
    found = queries.proposal(latest().pk, scope=called.who("contributor")).content
    assert found is not None
    assert found.budget_of(2028) == Decimal(1_250_000)


def test_who_saves_second_sees_both_versions(called: World, office: Client) -> None:
    key = called.propose()
    mine = replace(content(called.office), title="Desa daring", description="Milik kedua")
    assert office.post(address("proposal-edit", key), typed(called, content(called.office, "Lain"), seen=1))
    answer = office.post(address("proposal-edit", key), typed(called, mine, seen=1))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Milik kedua" in page
    assert "Lain" in page
    assert 'name="over" value="2"' in page
    assert latest().content.title == "Lain"
    assert office.post(address("proposal-edit", key), typed(called, mine, seen=1, over=2)).status_code == 302
    assert latest().content.title == "Desa daring"


def test_a_sign_in_that_ended_loses_nothing(called: World, office: Client) -> None:
    where = address("propose", called.version)
    sent = typed(called, rich(called.office, called.cast.colleagues_office))
    sent["person"] = office.get(where).context["person"]
    office.cookies.pop("sessionid")
    answer = office.post(where, sent)
    assert (answer.status_code, answer["Location"]) == (302, f"/akun/login/?next={where}")
    office.force_login(called.cast.user("contributor"), "allauth.account.auth_backends.AuthenticationBackend")
    page = office.get(where)
    assert "Karang taruna" in page.content.decode()
    assert "belum tersimpan" in page.content.decode()
    assert "Karang taruna" not in office.get(where).content.decode()


def test_what_was_kept_is_for_the_same_person(called: World, office: Client) -> None:
    where = address("propose", called.version)
    sent = typed(called, rich(called.office, called.cast.colleagues_office)) | {
        "person": office.get(where).context["person"]
    }
    office.cookies.pop("sessionid")
    office.post(where, sent)
    office.force_login(called.cast.user("colleague"), "allauth.account.auth_backends.AuthenticationBackend")
    assert "Karang taruna" not in office.get(where).content.decode()


def test_nothing_unsigned_is_kept(called: World) -> None:
    visitor = client_of(called, "visitor")
    visitor.post(address("propose", called.version), {"person": "1", "content-title": "Titipan"})
    assert "typed-before" not in visitor.session


def test_an_answer_to_a_question(called: World, office: Client) -> None:
    key = called.submitted()
    coordinator = client_of(called, "coordinator")
    assert coordinator.post(address("proposal-ask", key), {"question": ""}).status_code == 422
    assert coordinator.post(address("proposal-ask", key), {"question": "Berapa desa?"}).status_code == 302
    again = coordinator.post(address("proposal-ask", key), {"question": "Siapa mitra?"})
    assert again.status_code == 409
    assert "Siapa mitra?" in again.content.decode()
    assert "Berapa desa?" in again.content.decode()
    page = office.get(address("proposal-edit", key)).content.decode()
    assert "Berapa desa?" in page
    sent = typed(called, content(called.office), seen=latest().saves, reason="Semua 246 desa", submit="1")
    answer = office.post(address("proposal-edit", key), sent)
    assert confirmed(office, answer["Location"]).status_code == 302
    assert (latest().state, latest().reason) == (ProposalState.SUBMITTED, "Semua 246 desa")
    assert not Notice.objects.filter(kind="masterplan.question", done_at=None).exists()


def test_take_back(called: World, office: Client) -> None:
    key = called.submitted()
    where = address("proposal-withdraw", key)
    assert "Rapat koordinasi tidak memutuskannya" in office.get(where).content.decode()
    assert confirmed(office, where, {"agreed": ""}).status_code == 422
    assert latest().state == ProposalState.SUBMITTED
    assert confirmed(office, where).status_code == 302
    assert latest().state == ProposalState.WITHDRAWN
    assert office.get(address("proposal", key)).status_code == 200
    assert office.get(address("proposal-edit", key)).status_code == 409


def test_an_office_sees_its_own_only(called: World, office: Client) -> None:
    mine, other = called.submitted(), called.submitted("Kartu sehat daring", by="colleague")
    page = office.get(address("proposals", called.version)).content.decode()
    assert "Layanan desa daring" in page
    assert "Kartu sehat daring" not in page
    assert office.get(address("proposal", other)).status_code == 404
    page = client_of(called, "coordinator").get(address("proposals", called.version)).content.decode()
    assert "Layanan desa daring" in page
    assert "Kartu sehat daring" in page
    assert client_of(called, "neighbour").get(address("proposals", called.version)).status_code == 404
    assert client_of(called, "neighbour").get(address("proposal", mine)).status_code == 404


def test_the_list_is_grouped_and_tells_who_is_silent(called: World) -> None:
    called.submitted()
    coordinator = client_of(called, "coordinator")
    where = address("proposals", called.version)
    page = coordinator.get(where).content.decode()
    assert "Dinas Kesehatan" in page.split("<details>")[1].split("</details>")[0]
    assert "Tata kelola (smart governance) 1" in shown.said(coordinator.get(where))
    assert "Dinas Komunikasi dan Informatika 1" in shown.said(coordinator.get(where, {"by": "office"}))
    assert "Diajukan 1" in shown.said(coordinator.get(where, {"by": "state"}))
    assert "Layanan desa" not in coordinator.get(where, {"q": "sampah"}).content.decode()


def test_an_office_has_answered_whatever_became_of_its_proposal(called: World) -> None:
    """One that was merged into another's, and one that was asked back, are not silent."""
    first, second = called.submitted("Surat desa daring"), called.submitted("Surat desa secara daring", by="colleague")
    coordinator, where = client_of(called, "coordinator"), address("proposals", called.version)
    silent = coordinator.get(where).content.decode()
    assert "Dinas Kesehatan" not in _silent(silent)
    by = called.who("coordinator")
    operations.merge_proposals(by=by, into=first, merged=[second], reason="Tujuan sama", now=NOW)
    operations.ask_back(by=by, proposal=first, question="Berapa desa?", now=NOW)
    assert _silent(coordinator.get(where).content.decode()) == _silent(silent)


def _silent(page: str) -> str:
    """The offices that have not answered the call."""
    return page.partition("<details>")[2].partition("</details>")[0]


def test_what_looks_alike_is_merged(called: World) -> None:
    first = called.submitted("Surat desa daring")
    second = called.submitted("Surat desa secara daring", by="colleague")
    coordinator = client_of(called, "coordinator")
    page = coordinator.get(address("alike", called.version)).content.decode()
    assert f"?p={first}&amp;p={second}" in page
    where = address("merge", called.version)
    where += f"?p={first}&p={second}"
    assert coordinator.get(where).status_code == 200
    assert confirmed(coordinator, where, {"into": first, "reason": ""}).status_code == 422
    sent = {"into": first, "reason": "Tujuan sama"}
    assert confirmed(coordinator, where, sent).status_code == 302
    found = queries.proposal(first, scope=called.who("coordinator"))
    assert found.content is not None
    assert found.content.partners == (called.cast.colleagues_office,)
    assert [one[0] for one in found.merged] == [second]
    assert confirmed(coordinator, where, sent)["Location"] == address("proposal", first), "a second click"
    page = client_of(called, "colleague").get(address("proposal", second)).content.decode()
    assert "Tujuan sama" in page


def test_a_programme_of_the_plan_is_changed_or_ended(called: World, office: Client) -> None:
    called.decreed(called.submitted())
    by = called.who("coordinator")
    now = timezone.now()
    operations.bring_into_force(by=by, version=called.version, since=now.date(), now=now)
    called.version = operations.start_revision(by=by, version=called.version, reason="Evaluasi", now=now)
    operations.open_call(by=by, version=called.version, text="", closes_at=now + timedelta(days=2), now=now)
    page = office.get(address("proposals", called.version)).content.decode()
    assert "?programme=P001" in page
    where = address("propose", called.version) + "?programme=P001"
    form = office.get(where)
    assert "Layanan desa daring" in form.content.decode()
    changed = replace(content(called.office), title="Layanan desa dan kelurahan")
    assert office.post(where, typed(called, changed, reason="Kelurahan ikut", submit="1")).status_code == 302
    page = office.get(address("proposal", latest().pk)).content.decode()
    assert "Layanan desa dan kelurahan" in page
    assert "Apa yang berubah" in page
    ending = where + "&kind=drop"
    assert office.post(ending, {"reason": "Selesai", "seen": 0}).status_code == 422
    operations.withdraw_proposal(by=called.who("contributor"), proposal=latest().pk, now=now)
    assert office.post(ending, {"reason": "", "seen": 0}).status_code == 422
    answer = office.post(ending, {"reason": "Selesai", "seen": 0, "submit": "1"})
    assert confirmed(office, answer["Location"]).status_code == 302
    assert (latest().kind, latest().state, latest().reason) == ("drop", "submitted", "Selesai")
    other = client_of(called, "colleague").get(where)
    assert other.status_code == 404


def test_the_call_is_opened_and_moved_in_the_time_of_the_region(world: World) -> None:
    coordinator = client_of(world, "coordinator")
    where = address("call", world.version)
    assert "WIB" in coordinator.get(where).content.decode()
    assert coordinator.post(where, {"closes_at": "2020-01-01T10:00", "text": "Tulis"}).status_code == 422
    assert coordinator.post(where, {"closes_at": "besok", "text": "Tulis"}).status_code == 422
    later = timezone.now() + timedelta(days=30)
    assert coordinator.post(where, {"closes_at": f"{later:%Y-%m-%d}T16:00", "text": "Tulis"}).status_code == 302
    found = queries.call(world.row())
    assert found is not None
    assert (found.closes_at.hour, found.text) == (9, "Tulis")
    page = client_of(world, "contributor").get(address("proposals", world.version)).content.decode()
    assert "16.00 WIB" in page
    assert [one.call for one in queries.open_calls(scope=world.who("contributor"), now=timezone.now())] == [found]
    assert queries.open_calls(scope=world.who("neighbour"), now=timezone.now()) == ()


def test_without_a_call_nothing_is_proposed(world: World) -> None:
    answer = client_of(world, "contributor").post(
        address("propose", world.version), typed(world, content(world.office))
    )
    assert answer.status_code == 422
    assert "Layanan desa daring" in answer.content.decode()


def test_the_notice_of_a_call_ends_with_it(called: World) -> None:
    open_ones = Notice.objects.filter(kind="masterplan.call", done_at=None)
    call = queries.call(called.row())
    assert call is not None
    operations.end_calls(by=SCHEDULE, now=call.closes_at - timedelta(hours=1))
    assert open_ones.count() == 2
    operations.end_calls(by=SCHEDULE, now=call.closes_at + timedelta(hours=1))
    assert open_ones.count() == 0
    with pytest.raises(NotAllowed):
        operations.end_calls(by=called.who("coordinator"), now=call.closes_at)


def test_moving_the_deadline_tells_only_who_has_not_proposed(called: World) -> None:
    called.submitted()
    later = timezone.now() + timedelta(days=20)
    operations.open_call(by=called.who("coordinator"), version=called.version, text="", closes_at=later, now=NOW)
    open_ones = Notice.objects.filter(kind="masterplan.call", done_at=None)
    assert [(one.user_id, one.deadline) for one in open_ones] == [(called.cast.keys["colleague"], later)]


@pytest.mark.thorough
def test_the_list_asks_as_much_for_many_as_for_few(called: World, django_assert_max_num_queries: Any) -> None:
    for number in range(40):
        called.submitted(f"Usulan {number} {'abcdefghij'[number % 10] * 8}")
    coordinator = client_of(called, "coordinator")
    where = address("proposals", called.version)
    coordinator.get(where)
    with django_assert_max_num_queries(12):
        assert coordinator.get(where).status_code == 200
    with django_assert_max_num_queries(10):
        assert coordinator.get(address("alike", called.version)).status_code == 200
