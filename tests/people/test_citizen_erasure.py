"""Erasing a public account, a copy of all that is kept of it, and signing out everywhere."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from people.citizens import (
    EMAIL,
    NAME,
    NOW,
    NUMBER,
    SECOND,
    ask,
    citizen,
    phones,  # noqa: F401 - a fixture
)
from people.readings import readings
from people.team import Team
from pilar.people import operations, queries
from pilar.people.models import Consent, Proxy, PublicAccount, PublicCode
from pilar.people.operations.codes import send_code
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, NotAllowed, NotFound
from pilar.platform import audit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("phones")]


class TestErasure:
    def test_nothing_personal_stays_and_nobody_signs_in(self, team: Team) -> None:
        by = citizen(EMAIL)
        key = by.citizen or 0
        proxy = operations.declare_proxy(
            by=by, name="Ibu", reason="tanpa telepon", purpose="all", valid_until=date(2026, 4, 1), now=NOW
        )
        mother = Proxy.objects.get(pk=proxy).principal
        send_code(by=SCHEDULE, code=str(ask(EMAIL, now=NOW + SECOND)), now=NOW + SECOND)
        for _ in range(2):
            operations.erase_public_account(by=by, account=key, now=NOW + 2 * SECOND)
        row = PublicAccount.objects.get(pk=key)
        assert (row.name, row.email, row.email_hash, row.birth_date, row.erased_at) == (
            None,
            None,
            None,
            None,
            NOW + 2 * SECOND,
        )
        assert mother is not None
        mother.refresh_from_db()
        assert (mother.name, mother.erased_at) == (None, NOW + 2 * SECOND)
        assert not PublicCode.objects.exists()
        assert not Proxy.objects.filter(ended_at=None).exists()
        assert Consent.objects.get().withdrawn_at == NOW + 2 * SECOND
        assert queries.public_standing(key, 0) == queries.public_standing(key, 1) == PUBLIC
        assert [one.action for one in audit.events(target="people.public", key=key)] == ["erase", "open"]
        with pytest.raises(NotFound):
            queries.citizen(scope=by)
        assert citizen(EMAIL, now=NOW + timedelta(days=1)).citizen != key, "who comes again is somebody new"

    def test_nobody_erases_the_account_of_another_but_who_manages_all(self, team: Team) -> None:
        by, other = citizen(NUMBER), citizen(EMAIL)
        for stranger in (other, PUBLIC, team.standing("coordinator")):
            with pytest.raises(NotFound):
                operations.erase_public_account(by=stranger, account=by.citizen or 0, now=NOW)
            with pytest.raises(NotFound):
                queries.public_data(by.citizen or 0, scope=stranger, now=NOW)
        operations.erase_public_account(by=team.standing("secretariat"), account=by.citizen or 0, now=NOW)
        assert PublicAccount.objects.get(pk=by.citizen).erased_at == NOW

    def test_a_copy_holds_all_and_others_who_take_one_are_told(self, team: Team) -> None:
        by = citizen(NUMBER)
        secretariat = team.standing("secretariat")
        queries.public_data(by.citizen or 0, scope=secretariat, now=NOW)
        assert readings("people.public.data") == [(str(team.secretariat), str(by.citizen), 1)]
        found = queries.public_data(by.citizen or 0, scope=by, now=NOW)
        assert (found["account"]["name"], found["account"]["phone"]) == (NAME, NUMBER)
        assert [one["version"] for one in found["consents"]] == ["1"]
        assert [(one["who"], one["what"]) for one in found["readings"]] == [("Ani", "people.public.data")]
        assert [one["action"] for one in found["audit"]] == ["open"]
        (row,) = queries.public_readings(scope=by)
        assert (row.who, row.what_name) == ("Ani", "Semua data yang disimpan")
        with pytest.raises(NotFound):
            queries.public_data(0, scope=OPERATOR, now=NOW)

    def test_signing_out_everywhere_ends_what_a_session_carries(self) -> None:
        by = citizen(NUMBER)
        assert queries.public_standing(by.citizen or 0, queries.sessions_of(by.citizen or 0)) == by
        operations.end_public_sessions(by=by)
        assert queries.public_standing(by.citizen or 0, 0) == PUBLIC
        with pytest.raises(NotAllowed):
            operations.end_public_sessions(by=OPERATOR)
