"""An application is begun for oneself, somebody who has said so, a person or business at the counter."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from kit.neighbours import own
from people.citizens import citizen, entered
from permits.cases_acts import _with_a_proxy
from permits.test_case_pages import checked, officer
from permits.world import NOW, OWN, World, definition, publish
from pilar.people import operations as people
from pilar.people.public import Side
from pilar.people.rules import NotFound
from pilar.permits import operations as do
from pilar.permits.models import Case
from pilar.permits.operations import Person
from pilar.permits.queries import cases
from pilar.permits.rules.cases import EventKind
from pilar.permits.rules.roles import Role

LETTER = {"key": "kuasa", "name": {"id": "Surat kuasa bermeterai"}, "when": "proxy"}
BEGIN = reverse("permits:begin", args=[OWN, "sip-usaha"])


@pytest.fixture
def offered(world: World) -> World:
    """A service for persons and businesses that asks proxies for a letter."""
    papers = [*definition()["requirements"], LETTER]
    publish(given=definition(key="sip-usaha", applicants=["person", "business"], requirements=papers))
    return world


def asked(key: int, world: World, who: str) -> list[str]:
    return [one.requirement for one in cases.own_case(key, scope=world.who(who), now=NOW).files]


def test_a_business_and_who_acts_for_it_are_filed_at_the_counter(offered: World) -> None:
    front = officer(offered, "front")
    assert b'name="account"' not in front.get(BEGIN).content
    sent = front.post(BEGIN, {"kind": "new", "applicant": "business", "proxy": "on"})
    assert sent.status_code == HTTPStatus.FOUND
    row = Case.objects.latest("pk")
    assert (row.answers["applicant"], row.answers["proxy"], row.at_counter) == ("business", True, True)
    assert "kuasa" in asked(row.pk, offered, "front")


def test_a_service_for_businesses_alone_asks_for_no_kind_of_applicant(world: World) -> None:
    publish(given=definition(key="sip-usaha", applicants=["business"]))
    front = officer(world, "front")
    assert b'name="applicant"' not in front.get(BEGIN).content
    assert front.post(BEGIN, {"kind": "new"}).status_code == HTTPStatus.FOUND
    assert Case.objects.latest("pk").answers["applicant"] == "business"


def proxy_of_the_nurse(world: World) -> Client:
    world.citizens["proxy"] = citizen("kuasa@contoh.invalid", "Kuasa")
    now = timezone.now()  # as the pages ask
    key = people.grant_proxy(
        by=world.who("nurse"), side=Side.PRINCIPAL, contact="kuasa@contoh.invalid", purpose="permits",
        valid_until=now.date() + timedelta(days=9), now=now,
    )  # fmt: skip
    people.confirm_proxy(by=world.who("proxy"), proxy=key, now=now)
    return entered(Client(), "kuasa@contoh.invalid")


def test_who_acts_for_somebody_applies_for_them_with_their_letter(offered: World) -> None:
    client = proxy_of_the_nurse(offered)
    nurse = offered.who("nurse").citizen
    assert f'<option value="{nurse}">' in client.get(BEGIN).content.decode()
    assert client.post(BEGIN, {"kind": "new", "account": nurse}).status_code == HTTPStatus.FOUND
    row = Case.objects.latest("pk")
    assert (row.applicant_id, row.answers["proxy"]) == (nurse, True)
    assert "kuasa" in asked(row.pk, offered, "nurse")
    assert client.post(BEGIN, {"kind": "new", "account": 9999}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    alone = client.post(BEGIN, {"kind": "new", "account": offered.who("proxy").citizen})
    assert alone.status_code == HTTPStatus.FOUND
    assert Case.objects.latest("pk").answers["proxy"] is False


def test_who_acts_for_somebody_renews_for_them(offered: World) -> None:
    offered.begin(service="sip-usaha")
    offered.fill()
    client = proxy_of_the_nurse(offered)
    sent = client.post(f"{BEGIN}?dari={offered.case}", {"kind": "renewal"})
    assert sent.status_code == HTTPStatus.FOUND
    row = Case.objects.latest("pk")
    assert (row.applicant_id, row.renews_id, row.answers["proxy"]) == (offered.row().applicant_id, offered.case, True)


def test_the_letter_of_who_takes_an_application_over_is_the_paper_that_is_asked_for(offered: World) -> None:
    offered.begin(service="sip-usaha")
    _with_a_proxy(offered)
    do.transfer_case(by=offered.who("nurse"), case=offered.case, proxy=offered.proxy, letter=offered.held[0], now=NOW)
    row = cases.own_case(offered.case, scope=offered.who("proxy"), now=NOW)
    letter = next(one for one in row.files if one.requirement == "kuasa")
    assert (letter.file_name, row.given["proxy"], row.gaps) == ("berkas.pdf", True, ())


def test_who_handed_an_application_over_takes_it_back(offered: World) -> None:
    offered.begin(service="sip-usaha")
    _with_a_proxy(offered)
    do.transfer_case(by=offered.who("nurse"), case=offered.case, proxy=offered.proxy, letter=offered.held[0], now=NOW)
    nurse, proxy = (entered(Client(), one) for one in ("fatimah@contoh.invalid", "kuasa@contoh.invalid"))
    mine, back = reverse("permits:own-cases"), reverse("permits:take-back-case", args=[offered.case])
    assert back in nurse.get(mine).content.decode()
    assert back not in proxy.get(mine).content.decode()
    for who in ("proxy", "other citizen", "front"):
        with pytest.raises(NotFound):
            do.take_back_case(by=offered.who(who), case=offered.case, now=NOW)
    assert proxy.get(back, follow=True).status_code == HTTPStatus.OK
    assert offered.row().applicant_id == offered.who("proxy").citizen
    checked(nurse, back)
    row = offered.row()
    assert (row.applicant_id, row.handed_by_id, row.answers["proxy"]) == (offered.who("nurse").citizen, None, False)
    assert row.events.filter(kind=EventKind.TRANSFERRED).count() == 2
    with pytest.raises(NotFound):
        do.take_back_case(by=offered.who("nurse"), case=offered.case, now=NOW)


def test_what_is_handed_on_stays_of_who_handed_it_over_first(offered: World) -> None:
    offered.begin(service="sip-usaha")
    _with_a_proxy(offered)
    nurse, proxy = offered.who("nurse"), offered.who("proxy")
    own(Case).filter(pk=offered.case).update(handed_by=offered.who("other citizen").citizen, applicant=nurse.citizen)
    do.transfer_case(by=nurse, case=offered.case, proxy=offered.proxy, letter=offered.held[0], now=NOW)
    row = offered.row()
    assert (row.applicant_id, row.handed_by_id) == (proxy.citizen, offered.who("other citizen").citizen)
    with pytest.raises(NotFound):
        do.take_back_case(by=nurse, case=offered.case, now=NOW)
    do.take_back_case(by=offered.who("other citizen"), case=offered.case, now=NOW)
    assert offered.row().applicant_id == offered.who("other citizen").citizen


def test_nobody_else_than_the_applicant_is_offered_to_hand_it_over(offered: World) -> None:
    front = officer(offered, "front")
    offered.case = do.begin_at_counter(by=offered.who("front"), region=OWN, service="sip-usaha", kind="new", now=NOW)
    address = reverse("permits:transfer", args=[offered.case])
    assert address not in front.get(reverse("permits:own-case", args=[offered.case])).content.decode()
    said = front.get(address, follow=True).content.decode()
    assert "Permohonan dialihkan" not in said
    offered.begin()
    client = proxy_of_the_nurse(offered)
    assert (
        reverse("permits:transfer", args=[offered.case])
        not in client.get(reverse("permits:own-case", args=[offered.case])).content.decode()
    )


def test_a_draft_at_the_counter_is_sent_for_a_business(offered: World) -> None:
    front = officer(offered, "front")
    front.post(BEGIN, {"kind": "new", "applicant": "business"})
    offered.case = Case.objects.latest("pk").pk
    offered.fill("front", person=Person("PT Maju", "1234567890123", "0215551234", "Balaraja"))
    offered.attach("ktp", "str", who="front")
    sent = checked(front, reverse("permits:submit", args=[offered.case]))
    assert sent.status_code == HTTPStatus.FOUND  # type: ignore[attr-defined]
    assert offered.row().number


def test_who_stands_in_for_the_counter_goes_on_with_its_drafts(offered: World) -> None:
    given = {"region": OWN, "service": "sip-usaha", "kind": "new", "now": NOW}
    offered.case = do.begin_at_counter(by=offered.who("front"), **given)
    look = {"scope": offered.who("back"), "now": NOW}
    assert cases.counter_drafts(OWN, **look) == ()
    do.enter_absence(
        by=offered.who("head"), region=OWN, user=offered.keys["front"], role=Role.FRONT, deputy=offered.keys["back"],
        since=NOW.date(), until=NOW.date(), now=NOW,
    )  # fmt: skip
    assert [one.key for one in cases.counter_drafts(OWN, **look)] == [offered.case]
    assert cases.own_case(offered.case, **look).at_counter
    offered.fill("back")
    do.begin_at_counter(by=offered.who("back"), **given)


def test_a_draft_says_what_the_applicant_has_still_to_say_of_themselves(offered: World) -> None:
    offered.begin(service="sip-usaha")
    nurse = offered.who("nurse")

    def still_open() -> tuple[str, ...]:
        with override("id"):
            return tuple(gap.text for gap in cases.own_case(offered.case, scope=nurse, now=NOW).gaps)

    def says(person: Person) -> None:
        seen = offered.row().edition
        do.save_answers(by=nurse, case=offered.case, seen=seen, answers={}, person=person, now=NOW)

    told = ("Nama lengkap, atau nama usaha", "NIK, atau NIB untuk usaha", "Telepon", "Alamat")
    says(Person(name="", identity="", phone="", address=""))
    assert still_open()[:4] == told
    says(Person(name="Ani", identity="3603", phone="0812 3456 7890", address="Jalan 1"))
    assert [one for one in still_open() if one.startswith(told)] == [f"{told[1]}: Tulis 16 angka"]
    says(Person(name="Ani", identity="3603" * 4, phone="0812 3456 7890", address="Jalan 1"))
    assert not set(told) & set(still_open())
