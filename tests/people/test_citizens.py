"""Public accounts: codes, opening, consent."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from people.citizens import (
    EMAIL,
    NAME,
    NOW,
    NUMBER,
    SECOND,
    Phones,
    ask,
    citizen,
    code_in,
    code_of,
    enter,
    open_account,
    phones,  # noqa: F401 - a fixture
)
from people.team import Team
from people.test_privacy import found_in_tables
from pilar.people import operations, queries, reference
from pilar.people.channels import NotDelivered
from pilar.people.limits import KNOWN_DEVICE
from pilar.people.models import Consent, PublicAccount, PublicCode
from pilar.people.operations.codes import send_code
from pilar.people.public import (
    CODE_LIFE,
    CODES_OF_CONTACT,
    MAX_TRIES,
    SECOND_CLICK,
    TIME_TO_OPEN,
    CodeRefused,
    Side,
    TooManyCodes,
    code_works,
)
from pilar.people.queries.public import contact_of
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, NotAllowed, NotFound, Standing
from pilar.platform import audit, secrets
from pilar.platform.delivery import Reason
from pilar.platform.errors import Faults
from pilar.platform.mail import deliver_waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("phones")]


class TestCodes:
    def test_a_code_comes_to_the_phone_and_opens_what_it_was_asked_for(self) -> None:
        asked = ask("0812 3456-7890")
        send_code(by=SCHEDULE, code=str(asked), now=NOW)
        ((number, text),) = Phones.got
        assert (number, code_in(text)) == (NUMBER, code_of(asked))
        assert "10 menit" in text
        assert enter(asked, f" {code_in(text)[:3]} {code_in(text)[3:]}") is None
        assert [job.task_name for job in ProcrastinateJob.objects.all()] == ["people.send-code"]

    def test_a_code_comes_by_mail(self) -> None:
        asked = ask(" Fatimah@Contoh.invalid ")
        send_code(by=SCHEDULE, code=str(asked), now=NOW)
        (message,) = mail.outbox
        assert (message.to, code_in(str(message.body))) == ([EMAIL], code_of(asked))

    def test_with_an_account_everything_goes_as_without_one(self) -> None:
        """Nobody learns whether an address is known here before they have its code."""
        citizen(NUMBER)
        queries_of = []
        for contact in (NUMBER, "0812 0000 1111"):
            with connection.execute_wrapper(
                lambda run, sql, *more: (queries_of[-1].append(sql.split()[0]), run(sql, *more))[1]
            ):
                queries_of.append([])
                asked = ask(contact, now=NOW + timedelta(hours=1))
            with pytest.raises(CodeRefused) as refused:
                enter(asked, "not it", now=NOW + timedelta(hours=1))
        assert queries_of[0] == queries_of[1]
        assert refused.value.text() == CodeRefused().text()

    def test_a_code_lives_ten_minutes(self) -> None:
        asked = ask()
        with pytest.raises(CodeRefused):
            enter(asked, now=NOW + CODE_LIFE)
        assert enter(asked, now=NOW + CODE_LIFE - SECOND) is None

    def test_five_wrong_tries_are_the_end_of_a_code(self) -> None:
        asked = ask()
        wrong = f"{(int(code_of(asked)) + 1) % 10**6:06}"
        for _ in range(MAX_TRIES):
            with pytest.raises(CodeRefused):
                enter(asked, wrong)
        with pytest.raises(CodeRefused):
            enter(asked)
        assert PublicCode.objects.get(pk=asked).tries == MAX_TRIES

    def test_a_used_code_serves_a_second_click_and_nothing_later(self) -> None:
        asked = ask()
        enter(asked)
        assert enter(asked, now=NOW + SECOND_CLICK - SECOND) is None
        with pytest.raises(CodeRefused):
            enter(asked, now=NOW + SECOND_CLICK)

    def test_the_code_of_another_device_opens_nothing_here(self) -> None:
        mine, other = ask(), ask()
        if code_of(mine) != code_of(other):
            with pytest.raises(CodeRefused):
                enter(other, code_of(mine))
        with pytest.raises(CodeRefused):
            enter(uuid4(), code_of(mine))

    @pytest.mark.parametrize("given", ["", "siti", "siti@", "a b@contoh.invalid", "0812", "+62 812 3456 78901 2345 6"])
    def test_what_is_no_contact_is_a_fault_at_its_field(self, given: str) -> None:
        with pytest.raises(Faults) as refused:
            ask(given)
        assert [fault.place for fault in refused.value.faults] == ["contact"]

    def test_without_a_provider_of_phones_an_address_is_asked_for(self, settings: Settings) -> None:
        settings.PILAR_CHANNELS = {}
        with pytest.raises(Faults, match="email"):
            ask()

    def test_codes_are_sent_so_often_only(self) -> None:
        for number in range(CODES_OF_CONTACT.most):
            ask(now=NOW + number * SECOND)
        with pytest.raises(TooManyCodes) as refused:
            ask(now=NOW + timedelta(minutes=1))
        assert refused.value.retry_after == 14 * 60
        ask("lain@contoh.invalid")
        ask(now=NOW + CODES_OF_CONTACT.within)
        for number in range(60):
            ask(f"a{number}@contoh.invalid", network="10.0.0.9")
        with pytest.raises(TooManyCodes):
            ask("b@contoh.invalid", network="10.0.0.9")
        ask("b@contoh.invalid", network="10.0.0.8")
        ask("c@contoh.invalid")

    def test_who_annoys_somebody_with_codes_does_not_lock_the_own_device_out(self) -> None:
        for number in range(CODES_OF_CONTACT.most):
            ask(now=NOW + number * SECOND)
        for number in range(KNOWN_DEVICE.most):
            operations.ask_code(
                contact=NUMBER, network="", language="id", device_of={NUMBER: "own"}.__getitem__,
                now=NOW + timedelta(minutes=1) + number * SECOND,
            )  # fmt: skip
        with pytest.raises(TooManyCodes):
            operations.ask_code(
                contact=NUMBER, network="", language="id", device_of=lambda _contact: "own",
                now=NOW + timedelta(minutes=2),
            )  # fmt: skip

    def test_a_silent_provider_or_server_holds_up_nobody(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Phones.error = NotDelivered(Reason.SILENT)
        asked = ask()
        send_code(by=SCHEDULE, code=str(asked), now=NOW)
        Phones.error = None
        again = ask(now=NOW + SECOND)
        send_code(by=SCHEDULE, code=str(again), now=NOW + SECOND)
        assert len(Phones.got) == 1

        settings.EMAIL_BACKEND = "pilar.platform.mail.QueueBackend"
        settings.PILAR_MAIL_TRANSPORT = f"{__name__}.Silent"
        by_mail = ask(EMAIL)
        send_code(by=SCHEDULE, code=str(by_mail), now=NOW)
        assert deliver_waiting(now=NOW) == 0
        assert enter(by_mail) is None, "who reads the message later, or another way, still enters"

    def test_what_comes_too_late_is_not_sent(self) -> None:
        asked = ask()
        send_code(by=SCHEDULE, code=str(asked), now=NOW + CODE_LIFE)
        assert Phones.got == []
        with pytest.raises(NotAllowed):
            send_code(by=PUBLIC, code=str(asked), now=NOW)

    def test_every_night_codes_go(self) -> None:
        for age in (timedelta(hours=25), timedelta(hours=23)):
            ask(f"a{age.total_seconds()}@contoh.invalid", now=NOW - age)
        operations.clear_sign_in_traces(by=SCHEDULE, now=NOW)
        assert PublicCode.objects.count() == 1

    @given(asked=st.integers(-30, 30), used=st.none() | st.integers(0, 700), tries=st.integers(0, 6))
    def test_when_a_code_works(self, asked: int, used: int | None, tries: int) -> None:
        at = NOW - timedelta(minutes=abs(asked)) if asked >= 0 else NOW + timedelta(minutes=-asked)
        used_at = None if used is None else NOW - used * SECOND
        expected = 0 <= asked < 10 and tries < 5 and (used is None or used < 10)
        assert code_works(asked_at=at, used_at=used_at, tries=tries, now=NOW) is expected


class Silent(BaseEmailBackend):
    def send_messages(self, email_messages: Any) -> int:
        raise SMTPServerDisconnected


class TestOpening:
    def test_an_account_opens_with_consent_and_signs_in_from_then_on(self) -> None:
        asked = ask()
        enter(asked)
        key = open_account(asked, birth_date=date(1950, 5, 1))
        assert enter(ask(now=NOW + SECOND), now=NOW + SECOND) == key
        found = queries.citizen(scope=Standing(queries.public.actor_of(key)))
        assert (found.name, found.phone, found.email, found.birth_date) == (NAME, NUMBER, "", date(1950, 5, 1))
        assert (found.agreed, found.kind_name) == ("1", "Perorangan")
        (event,) = audit.events(target="people.public", key=key)
        assert (event.actor.name, event.action, event.after) == (f"Akun warga {key}", "open", {"consent": "1"})

    def test_opened_twice_is_opened_once(self) -> None:
        first, second = ask(), ask()
        for asked in (first, second):
            enter(asked)
        assert open_account(first) == open_account(second, name="Lain") == open_account(first)
        assert PublicAccount.objects.count() == Consent.objects.count() == 1

    def test_without_the_code_or_late_or_with_an_old_text_nothing_opens(self) -> None:
        asked = ask()
        with pytest.raises(CodeRefused):
            open_account(asked)
        enter(asked)
        with pytest.raises(CodeRefused):
            open_account(asked, now=NOW + TIME_TO_OPEN)
        for wrong, place in (({"consent": "0"}, "consent"), ({"birth_date": date(2026, 3, 2)}, "birth_date")):
            with pytest.raises(Faults) as refused:
                open_account(asked, **wrong)
            assert refused.value.faults[0].place == place
        with pytest.raises(operations.UnfitName):
            open_account(asked, name=" ")
        assert not PublicAccount.objects.exists()

    def test_nothing_personal_stands_anywhere_as_text(self, team: Team) -> None:
        by = citizen(EMAIL)
        operations.declare_proxy(
            by=by, name="Ibu Sumiyati", reason="Ibu tidak punya telepon", purpose="all", valid_until=date(2026, 4, 1),
            now=NOW,
        )  # fmt: skip
        citizen(NUMBER, "Budi Wicaksono")
        for text in ("azzahra", "fatimah", "sumiyati", "wicaksono", "81234567890", "punya telepon"):
            assert found_in_tables(text) == set(), text

    def test_who_holds_a_public_account_holds_no_role(self, team: Team) -> None:
        by = citizen(NUMBER)
        assert (by.account, by.memberships, by.by_token) == (None, (), False)
        assert not queries.accounts(scope=by, now=NOW).object_list
        assert queries.open_notices(scope=by) == ()
        for refused in (
            lambda: operations.set_language(by=by, language="en"),
            lambda: operations.create_token(by=by, name="x", days=1, now=NOW),
            lambda: operations.choose_channels(by=by, chosen={}, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                refused()
        with pytest.raises(NotFound):
            queries.own_account(scope=by, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_who_sign_up_with_one_number_at_once_have_one_account() -> None:
    codes = [ask(), ask()]
    for asked in codes:
        enter(asked)
    both, opened = threading.Barrier(2, timeout=60), []

    def sign_up(asked: Any) -> None:
        try:
            both.wait()
            opened.append(open_account(asked))
        finally:
            connection.close()

    threads = [threading.Thread(target=sign_up, args=[asked]) for asked in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 2
    assert len(set(opened)) == PublicAccount.objects.count() == 1


class TestConsent:
    def test_it_is_withdrawn_and_given_again_and_all_is_kept(self) -> None:
        by = citizen(NUMBER)
        for _ in range(2):
            operations.withdraw_consent(by=by, now=NOW + SECOND)
        assert queries.citizen(scope=by).agreed == ""
        assert queries.acting_for(by, purpose="all", now=NOW) == ()
        with pytest.raises(Faults):
            operations.give_consent(by=by, version="0", now=NOW)
        for _ in range(2):
            operations.give_consent(by=by, version="1", now=NOW + 2 * SECOND)
        rows = queries.citizen(scope=by).consents
        assert [(one.version, one.given_at, one.withdrawn_at) for one in rows] == [
            ("1", NOW + 2 * SECOND, None), ("1", NOW, NOW + SECOND),
        ]  # fmt: skip
        assert [one.account for one in queries.acting_for(by, purpose="all", now=NOW)] == [by.citizen]
        for nobody in (PUBLIC, OPERATOR):
            with pytest.raises(NotAllowed):
                operations.withdraw_consent(by=nobody, now=NOW)

    def test_the_database_keeps_it(self) -> None:
        citizen(NUMBER)
        row = Consent.objects.get()
        with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
            row.delete()
        for change in ({"version": "2"}, {"given_at": NOW - SECOND}):
            with pytest.raises(IntegrityError, match="consent_stays"), transaction.atomic():
                Consent.objects.update(**change)
        Consent.objects.update(withdrawn_at=NOW)
        with pytest.raises(IntegrityError, match="consent_stays"), transaction.atomic():
            Consent.objects.update(withdrawn_at=None)

    def test_the_text_says_that_it_is_assumed(self) -> None:
        text = reference.consent()
        assert text.source == "assumption"
        assert {str(text.text.id)[:4], str(text.text.en)[:2]} == {"Saya", "I "}


def test_a_new_key_takes_over_and_the_old_hash_is_still_found(settings: Settings) -> None:
    by = citizen(NUMBER)
    asked = {"side": Side.PRINCIPAL, "contact": EMAIL, "purpose": "all", "valid_until": NOW.date()}
    proxy = operations.grant_proxy(by=by, now=NOW, **asked)
    settings.PILAR_FIELD_KEYS = "kunci-baru"
    assert enter(ask(now=NOW + SECOND), now=NOW + SECOND) == by.citizen
    with pytest.raises(NotAllowed):
        operations.renew_public_accounts(by=PUBLIC)
    assert (operations.renew_public_accounts(by=OPERATOR), operations.renew_public_accounts(by=OPERATOR)) == (2, 0)
    row = PublicAccount.objects.get()
    assert row.phone_hash == secrets.lookup(NUMBER, context="people.public.phone")
    assert queries.citizen(scope=by).phone == NUMBER
    assert operations.grant_proxy(by=by, now=NOW, **asked) == proxy


@pytest.mark.parametrize(
    ("given", "hint"), [("fatimah@contoh.invalid", "f•••@contoh.invalid"), ("0812 3456 7890", "•••890")]
)
def test_a_hint_tells_its_owner_alone(given: str, hint: str) -> None:
    assert contact_of(given).hint == hint
    assert queries.contact_of_code(ask(given)) == contact_of(given)
    assert queries.contact_of_code(uuid4()) is None
