from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.utils import timezone, translation

from areas.places import PLACES, load
from kit.races import together
from people.team import LATER, NOW, PASSWORD, Team, account
from pilar.areas.operations import UnknownOffice, close_office
from pilar.areas.rules import UnknownRegion
from pilar.people import operations, queries
from pilar.people.models import Membership, User
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, NotAllowed, NotFound, Role, UnfitReach
from pilar.platform import audit, locks

pytestmark = pytest.mark.django_db


def held(user: int) -> list[tuple[str, str | None, int | None]]:
    rows = queries.current(LATER).filter(user=user).order_by("pk")
    return [(row.role, row.region_id, row.office_id) for row in rows]


class TestCreateAccount:
    def test_an_account_opens_with_its_first_role_and_a_vouched_address(self, team: Team) -> None:
        by = team.standing("coordinator")
        key = operations.create_account(
            by=by, email=" Baru@Contoh.invalid ", name="  Orang   Baru ", role=Role.VERIFIER, region="36.03",
            password=PASSWORD, now=NOW,
        )  # fmt: skip
        made = User.objects.get(pk=key)
        assert (made.email, made.name, made.language) == ("baru@contoh.invalid", "Orang Baru", "id")
        assert made.check_password(PASSWORD)
        address = EmailAddress.objects.get(user=key)
        assert (address.email, address.verified, address.primary) == ("baru@contoh.invalid", True, True)
        assert held(key) == [("verifier", "36.03", None)]
        (event,) = audit.events(target="people.account", key=key)
        assert (event.actor, event.action, event.area) == (by.actor, "create", "36.03")
        assert PASSWORD not in str(event.after)
        (granted,) = audit.events(target="people.membership", key=Membership.objects.get(user=key).pk)
        assert granted.after == {
            "user": key, "role": "verifier", "office": None, "unit": "", "since": "2026-03-01T08:00:00Z", "until": None,
        }  # fmt: skip

    def test_without_a_password_nobody_can_sign_in_yet(self, team: Team) -> None:
        key = operations.create_account(
            by=OPERATOR, email="baru@contoh.invalid", name="Baru", role=Role.ASSESSOR, now=NOW
        )
        assert not User.objects.get(pk=key).has_usable_password()

    @pytest.mark.parametrize("email", ["", "siti", "siti@", "a b@contoh.invalid", "x" * 250 + "@contoh.invalid"])
    def test_what_is_no_address_is_refused(self, team: Team, email: str) -> None:
        with pytest.raises(operations.UnfitEmail):
            account(email, Role.ASSESSOR)

    def test_an_address_may_be_as_long_as_its_column(self, team: Team) -> None:
        email = "@contoh.invalid".rjust(User._meta.get_field("email").max_length, "x")
        key = operations.create_account(by=OPERATOR, email=email, name="Baru", role=Role.ASSESSOR, now=NOW)
        assert User.objects.get(pk=key).email == email

    @pytest.mark.parametrize("name", ["", "   ", "x" * 201])
    def test_a_name_that_cannot_be_read_is_refused(self, team: Team, name: str) -> None:
        with pytest.raises(operations.UnfitName, match="200"):
            operations.create_account(by=OPERATOR, email="b@contoh.invalid", name=name, role=Role.ASSESSOR, now=NOW)

    @pytest.mark.parametrize(
        ("password", "reason"),
        [("pendek", "12"), ("1q2w3e4r5t6y7u8i9o0p", "umum"), ("baru@contoh.invalid", "mirip")],
    )
    def test_a_weak_password_is_refused_with_the_reason(self, team: Team, password: str, reason: str) -> None:
        with translation.override("id"), pytest.raises(operations.WeakPassword, match=reason):
            operations.create_account(
                by=OPERATOR, email="baru@contoh.invalid", name="Baru", role=Role.ASSESSOR, password=password, now=NOW
            )
        assert not User.objects.filter(email="baru@contoh.invalid").exists()

    def test_an_address_is_taken_in_any_case_and_nothing_is_left_behind(self, team: Team) -> None:
        with pytest.raises(operations.EmailTaken, match=r"siti@contoh\.invalid"):
            account("SITI@contoh.invalid", Role.ASSESSOR)
        assert held(team.coordinator) == [("coordinator", "36.03", None)]

    @pytest.mark.parametrize(
        ("who", "role", "region"),
        [
            ("coordinator", Role.VERIFIER, "36.71"),
            ("coordinator", Role.COORDINATOR, "36.03"),
            ("coordinator", Role.SECRETARIAT, None),
            ("coordinator", Role.ASSESSOR, None),
            ("verifier", Role.VERIFIER, "36.03"),
            ("contributor", Role.VERIFIER, "36.03"),
            ("assessor", Role.ASSESSOR, None),
        ],
    )
    def test_nobody_opens_accounts_beyond_their_own_team(
        self, team: Team, who: str, role: Role, region: str | None
    ) -> None:
        with pytest.raises(NotAllowed):
            account("baru@contoh.invalid", role, region=region, by=team.standing(who))
        assert not User.objects.filter(email="baru@contoh.invalid").exists()

    def test_a_coordinator_opens_accounts_for_own_offices_only(self, team: Team) -> None:
        by = team.standing("coordinator")
        account("baru@contoh.invalid", Role.CONTRIBUTOR, office=team.office, by=by)
        with pytest.raises(NotAllowed):
            account("lain@contoh.invalid", Role.CONTRIBUTOR, office=team.other_office, by=by)

    def test_the_place_must_fit_the_role_and_exist(self, team: Team) -> None:
        with pytest.raises(UnfitReach):
            account("baru@contoh.invalid", Role.ASSESSOR, region="36.03")
        with pytest.raises(UnfitReach):
            account("baru@contoh.invalid", Role.CONTRIBUTOR)
        with pytest.raises(UnfitReach):
            account("baru@contoh.invalid", Role.CONTRIBUTOR, region="36.71", office=team.office)
        with pytest.raises(UnfitReach):
            account("baru@contoh.invalid", Role.VERIFIER, office=team.office)
        with pytest.raises(UnknownRegion):
            account("baru@contoh.invalid", Role.VERIFIER, region="99.99")
        with pytest.raises(UnknownOffice):
            account("baru@contoh.invalid", Role.CONTRIBUTOR, office=0)
        close_office(by=OPERATOR, office=team.office, now=timezone.now())
        with pytest.raises(UnknownOffice):
            account("baru@contoh.invalid", Role.CONTRIBUTOR, office=team.office)


class TestMemberships:
    def test_the_secretariat_gives_a_second_role_which_counts_from_now(self, team: Team) -> None:
        by = team.standing("secretariat")
        operations.grant_membership(by=by, user=team.assessor, role=Role.PANEL_CHAIR, now=LATER)
        assert held(team.assessor) == [("assessor", None, None), ("panel_chair", None, None)]
        before = queries.standing(User.objects.get(pk=team.assessor), LATER - timedelta(seconds=1))
        assert [one.role for one in before.memberships] == [Role.ASSESSOR]

    def test_the_same_role_is_not_given_twice(self, team: Team) -> None:
        with pytest.raises(operations.AlreadyHeld):
            operations.grant_membership(by=OPERATOR, user=team.assessor, role=Role.ASSESSOR, now=LATER)
        assert held(team.assessor) == [("assessor", None, None)]

    def test_a_coordinator_sees_the_own_people_only(self, team: Team) -> None:
        by = team.standing("coordinator")
        operations.grant_membership(by=by, user=team.verifier, role=Role.CONTRIBUTOR, office=team.office, now=LATER)
        for stranger in (team.neighbour, team.assessor, 0):
            with pytest.raises(NotFound):
                operations.grant_membership(by=by, user=stranger, role=Role.VERIFIER, region="36.03", now=LATER)

    def test_an_ended_role_stays_on_record_and_counts_no_more(self, team: Team) -> None:
        membership = Membership.objects.get(user=team.verifier)
        by = team.standing("coordinator")
        operations.end_membership(by=by, membership=membership.pk, now=LATER)
        assert held(team.verifier) == []
        assert team.standing("verifier", LATER - timedelta(seconds=1)).memberships
        (ended, _granted) = audit.events(target="people.membership", key=membership.pk)
        assert (ended.action, ended.actor, ended.area) == ("end", by.actor, "36.03")
        with pytest.raises(operations.MembershipEnded):
            operations.end_membership(by=by, membership=membership.pk, now=LATER)
        operations.grant_membership(by=OPERATOR, user=team.verifier, role=Role.VERIFIER, region="36.03", now=LATER)

    @pytest.mark.parametrize("who", ["neighbour", "verifier", "contributor", "assessor"])
    def test_others_do_not_even_learn_that_a_role_is_held(self, team: Team, who: str) -> None:
        for user in (team.contributor, team.coordinator, team.secretariat):
            key = Membership.objects.get(user=user).pk
            with pytest.raises(NotFound) as refused:
                operations.end_membership(by=team.standing(who), membership=key, now=LATER)
            assert refused.value.status == 404
        with pytest.raises(NotFound):
            operations.end_membership(by=PUBLIC, membership=0, now=LATER)

    def test_a_coordinator_does_not_end_the_own_role(self, team: Team) -> None:
        key = Membership.objects.get(user=team.coordinator).pk
        with pytest.raises(NotFound):
            operations.end_membership(by=team.standing("coordinator"), membership=key, now=LATER)

    def test_the_last_of_the_secretariat_stays(self, team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
        taken: list[tuple[str, ...]] = []
        take = locks.take
        monkeypatch.setattr(locks, "take", lambda *names: (taken.append(names), take(*names)))
        by, key = team.standing("secretariat"), Membership.objects.get(user=team.secretariat).pk
        with pytest.raises(operations.LastSecretariat):
            operations.end_membership(by=by, membership=key, now=LATER)
        with pytest.raises(operations.LastSecretariat):
            operations.set_active(by=by, user=team.secretariat, active=False, now=LATER)
        assert taken == [("people.secretariat",)] * 2

        second = account("wati@contoh.invalid", Role.SECRETARIAT)
        operations.set_active(by=by, user=second, active=False, now=LATER)
        with pytest.raises(operations.LastSecretariat):
            operations.end_membership(by=by, membership=key, now=LATER)
        operations.set_active(by=by, user=second, active=True, now=LATER)
        operations.end_membership(by=by, membership=key, now=LATER)
        assert held(team.secretariat) == []


class TestAccountChanges:
    def test_a_blocked_account_holds_nothing_until_it_is_opened_again(self, team: Team) -> None:
        by = team.standing("secretariat")
        operations.set_active(by=by, user=team.coordinator, active=False, now=LATER)
        operations.set_active(by=by, user=team.coordinator, active=False, now=LATER)
        assert team.standing("coordinator") == PUBLIC
        operations.set_active(by=by, user=team.coordinator, active=True, now=LATER)
        assert team.standing("coordinator").memberships
        actions = [event.action for event in audit.events(target="people.account", key=team.coordinator)]
        assert actions == ["unblock", "block", "create"]

    @pytest.mark.parametrize("who", ["coordinator", "verifier", "contributor", "assessor"])
    def test_only_the_secretariat_blocks_accounts_and_sets_passwords(self, team: Team, who: str) -> None:
        with pytest.raises(NotAllowed):
            operations.set_active(by=team.standing(who), user=team.contributor, active=False, now=LATER)
        with pytest.raises(NotAllowed):
            operations.set_password(
                by=team.standing(who), user=team.contributor, password="kata sandi lain 1234", now=LATER
            )
        with pytest.raises(NotFound):
            operations.set_active(by=team.standing("secretariat"), user=0, active=False, now=LATER)

    def test_a_password_is_set_once_and_never_logged(self, team: Team) -> None:
        by = team.standing("secretariat")
        for _ in range(2):
            operations.set_password(by=by, user=team.contributor, password="kata sandi lain 1234", now=LATER)
        assert User.objects.get(pk=team.contributor).check_password("kata sandi lain 1234")
        with pytest.raises(operations.WeakPassword):
            operations.set_password(by=by, user=team.contributor, password="pendek", now=LATER)
        events = audit.events(target="people.account", key=team.contributor)
        assert [event.action for event in events] == ["set-password", "create"]
        assert "sandi" not in str(events)

    def test_nobody_else_asks_whether_passwords_are_kept(self, team: Team) -> None:
        kept = {team.contributor: "kata sandi lain 1234"}
        operations.keep_passwords(by=OPERATOR, passwords=kept, now=LATER)
        with pytest.raises(NotAllowed):
            operations.keep_passwords(by=team.standing("coordinator"), passwords=kept, now=LATER)

    def test_everybody_chooses_the_own_language(self, team: Team) -> None:
        by = team.standing("contributor")
        operations.set_language(by=by, language="en")
        operations.set_language(by=by, language="en")
        assert User.objects.get(pk=team.contributor).language == "en"
        assert [one.action for one in audit.events(target="people.account", key=team.contributor)] == [
            "set-language",
            "create",
        ]
        with pytest.raises(operations.UnfitLanguage):
            operations.set_language(by=by, language="jv")
        for nobody in (PUBLIC, OPERATOR):
            with pytest.raises(NotAllowed):
                operations.set_language(by=nobody, language="en")


class TestSignInTraces:
    def test_what_is_old_goes_every_night_and_what_is_new_stays(self, team: Team) -> None:
        now = timezone.now()
        operations.load_retention(by=OPERATOR)
        old = now - timedelta(days=30, seconds=1)
        for traces in (AccessAttempt, AccessFailureLog, AccessLog):
            for name in ("old", "new"):
                extra = {"failures_since_start": 1} if traces is AccessAttempt else {}
                traces.objects.create(username=name, ip_address="127.0.0.1", **extra)
            traces.objects.filter(username="old").update(attempt_time=old)
        for name, days in (("old", -1), ("new", 1)):
            Session.objects.create(session_key=name, expire_date=now + timedelta(days=days))

        operations.clear_sign_in_traces(by=SCHEDULE, now=now)

        for traces in (AccessAttempt, AccessFailureLog, AccessLog):
            assert traces.objects.get().username == "new"
        assert Session.objects.get().session_key == "new"
        (event,) = audit.events(target="people.sign-in-traces", key=now.date())
        gone = {"sessions": 1, "attempts": 1, "failures": 1, "sign_ins": 1}
        assert event.after == gone | {"refused": 0, "requests": 0, "codes": 0}

        operations.clear_sign_in_traces(by=SCHEDULE, now=now)
        assert len(audit.events(target="people.sign-in-traces", key=now.date())) == 1

    def test_nobody_else_clears_them(self, team: Team) -> None:
        with pytest.raises(NotAllowed):
            operations.clear_sign_in_traces(by=team.standing("coordinator"), now=LATER)


def test_sentences_are_in_the_readers_language() -> None:
    with translation.override("en"):
        assert operations.LastSecretariat().text().startswith("This is the last active account")
    with translation.override("id"):
        assert "sekretariat" in operations.LastSecretariat().text()


@pytest.mark.django_db(transaction=True)
def test_two_of_the_secretariat_who_leave_at_once_do_not_both_succeed() -> None:
    load(PLACES)
    users = [account(f"{name}@contoh.invalid", Role.SECRETARIAT) for name in ("ani", "wati")]

    def leaving(user: User) -> Callable[[], object]:
        membership = Membership.objects.get(user=user).pk
        return lambda: operations.end_membership(by=OPERATOR, membership=membership, now=LATER)

    first, second = together(*map(leaving, users))
    assert first is None
    assert isinstance(second, operations.LastSecretariat)
