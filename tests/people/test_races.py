"""Two who change one account, one role or one token at the same moment."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from kit.races import together
from people.team import LATER, Team
from pilar.people import operations, queries
from pilar.people.models import ApiToken, Membership, User
from pilar.people.operations import Anonymised, MembershipEnded
from pilar.people.rules import OPERATOR, NotAllowed, Role
from pilar.platform import audit


def actions(target: str, key: object) -> list[str]:
    return [one.action for one in audit.events(target=target, key=key)]


def test_an_account_that_is_anonymised_is_given_no_role_and_no_name(committed_team: Team) -> None:
    key, by = committed_team.verifier, committed_team.standing("secretariat")
    found = together(
        lambda: operations.anonymise(by=by, user=key, now=LATER),
        lambda: operations.grant_membership(by=by, user=key, role=Role.VERIFIER, region="36.71", now=LATER),
        lambda: operations.correct_name(by=by, user=key, name="Edi Baru"),
    )
    assert [type(one) for one in found] == [type(None), Anonymised, Anonymised]
    assert not queries.current(LATER).filter(user=key).exists()
    assert User.objects.get(pk=key).name != "Edi Baru"


def test_a_role_ends_once(committed_team: Team) -> None:
    key = Membership.objects.get(user=committed_team.verifier).pk
    by = committed_team.standing("secretariat")
    found = together(*[lambda: operations.end_membership(by=by, membership=key, now=LATER)] * 2)
    assert [type(one) for one in found] == [type(None), MembershipEnded]
    assert actions("people.membership", key) == ["end", "grant"]


def test_an_account_is_blocked_once(committed_team: Team) -> None:
    key, by = committed_team.contributor, committed_team.standing("secretariat")
    found = together(*[lambda: operations.set_active(by=by, user=key, active=False, now=LATER)] * 2)
    assert found == [None, None]
    assert User.objects.get(pk=key).sessions_ended == 1
    assert actions("people.account", key).count("block") == 1


def test_a_token_is_revoked_once(committed_team: Team) -> None:
    owner = committed_team.standing("contributor")
    key = operations.create_token(by=owner, name="laporan", days=30, now=LATER).key
    office, user = committed_team.standing("secretariat"), committed_team.contributor
    found = together(
        lambda: operations.revoke_token(by=owner, token=key, now=LATER),
        lambda: operations.revoke_token(by=office, token=key, now=LATER),
        lambda: operations.set_active(by=office, user=user, active=False, now=LATER),
    )
    assert found == [None] * 3
    assert actions("people.token", key).count("revoke") == 1
    assert ApiToken.objects.get(pk=key).revoked_at == LATER


def test_no_token_outlives_a_password_that_is_set_at_the_same_moment(committed_team: Team) -> None:
    owner, office = committed_team.standing("contributor"), committed_team.standing("secretariat")
    user = committed_team.contributor

    def make() -> object:
        return operations.create_token(by=owner, name="laporan", days=30, now=LATER)

    def reset(password: str) -> None:
        operations.set_password(by=office, user=user, password=password, now=LATER)

    for number, acts in enumerate(
        ((lambda: reset("jalan-raya-serang"), make), (make, lambda: reset("pasar-lama-kita")))
    ):
        together(*acts)
        assert not ApiToken.objects.filter(user=user, revoked_at=None).exists(), number
        owner = committed_team.standing("contributor")
    assert ApiToken.objects.filter(user=user, revoked_at=LATER).count() == 1


def test_who_is_blocked_meanwhile_makes_no_token(committed_team: Team) -> None:
    owner, office = committed_team.standing("contributor"), committed_team.standing("secretariat")
    found = together(
        lambda: operations.set_active(by=office, user=committed_team.contributor, active=False, now=LATER),
        lambda: operations.create_token(by=owner, name="laporan", days=30, now=LATER),
    )
    assert [type(one) for one in found] == [type(None), NotAllowed]


def test_a_recovery_code_that_is_used_while_codes_are_renewed_stays_used(committed_team: Team) -> None:
    kind = Authenticator.Type.RECOVERY_CODES
    made = Authenticator.objects.create(
        user_id=committed_team.verifier, type=kind, data={"seed": "biji", "used_mask": 0}
    )

    def use() -> None:
        row = Authenticator.objects.get(pk=made.pk)
        row.data["used_mask"] = 1
        row.save(update_fields=["data"])

    assert together(use, lambda: operations.renew_second_factors(by=OPERATOR)) == [None, 1]
    made.refresh_from_db()
    assert made.data["used_mask"] == 1
