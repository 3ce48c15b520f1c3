"""API tokens: what opens, what does not, and what is kept of them."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.team import LATER, NOW, PASSWORD, Team
from pilar.people import operations, queries
from pilar.people.models import ApiToken, User
from pilar.people.operations import BadToken, UnfitToken
from pilar.people.rules import OPERATOR, PUBLIC, NotAllowed, NotFound, Permission
from pilar.platform import audit
from pilar.platform.models import AuditEvent

pytestmark = pytest.mark.django_db


def make(team: Team, who: str = "coordinator", days: int = 30) -> operations.NewToken:
    return operations.create_token(by=team.standing(who), name="Skrip  rekap", days=days, now=NOW)


def use(secret: str, now: Any = LATER) -> Any:
    return operations.use_token(secret=secret, now=now)


def test_a_token_acts_for_its_owner_under_its_own_name(team: Team) -> None:
    made = make(team)
    assert made.secret.startswith("pilar_")
    assert len(made.secret) > 40
    by = use(made.secret)
    assert (by.actor.kind, by.actor.key, by.actor.name) == ("token", str(made.key), "Siti (Skrip rekap)")
    assert by.memberships == team.standing("coordinator").memberships
    assert (by.account, team.standing("coordinator").account) == (team.coordinator, team.coordinator)
    assert by.may(Permission.MANAGE_TEAM, area="36.03")
    assert not by.may(Permission.MANAGE_TEAM, area="36.71")
    assert queries.own_account(scope=by, now=LATER).name == "Siti"


def test_only_its_hash_is_kept(team: Team) -> None:
    made = make(team)
    row = ApiToken.objects.get()
    assert row.digest == sha256(made.secret.encode()).hexdigest()
    assert made.secret[len("pilar_") :].startswith(row.beginning)
    (event,) = audit.events(target="people.token", key=made.key)
    assert (event.action, event.actor.kind) == ("create", "user")
    assert made.secret not in str(event.after)
    assert made.secret != make(team).secret


@pytest.mark.parametrize("secret", ["", "pilar_", "pilar_x", "x" * 5000, "pilar_\N{SNOWMAN}"])
def test_a_wrong_one_opens_nothing(team: Team, secret: str) -> None:
    make(team)
    with pytest.raises(BadToken):
        use(secret)


def test_an_expired_a_revoked_and_a_blocked_persons_one_open_nothing(team: Team) -> None:
    expired, revoked, blocked = make(team, days=1), make(team), make(team, "verifier")
    assert use(expired.secret, NOW + timedelta(hours=23))
    operations.revoke_token(by=team.standing("coordinator"), token=revoked.key, now=NOW)
    operations.set_active(by=OPERATOR, user=team.verifier, active=False, now=NOW)
    for made in (expired, revoked, blocked):
        with pytest.raises(BadToken):
            use(made.secret, NOW + timedelta(days=1))


def test_what_its_owner_loses_it_loses_too(team: Team) -> None:
    made = make(team)
    queries.current(NOW).filter(user=team.coordinator).update(until=NOW)
    assert use(made.secret).memberships == ()


def test_its_use_is_noted_once_an_hour(team: Team) -> None:
    made = make(team)
    moments = [LATER, LATER + timedelta(minutes=59), LATER + timedelta(minutes=60)]
    noted = []
    for moment in moments:
        use(made.secret, moment)
        noted.append(ApiToken.objects.get().last_used_at)
    assert noted == [moments[0], moments[0], moments[2]]
    with CaptureQueriesContext(connection) as asked:
        use(made.secret, moments[2])
    assert len(asked) == 2


@pytest.mark.parametrize(("name", "days"), [("", 30), (" ", 30), ("x" * 81, 30), ("x", 0), ("x", 366), ("x", -1)])
def test_an_unfit_one_is_refused(team: Team, name: str, days: int) -> None:
    with pytest.raises(UnfitToken):
        operations.create_token(by=team.standing("assessor"), name=name, days=days, now=NOW)


def test_only_a_person_makes_and_sees_their_own_and_nobody_else_revokes_it(team: Team) -> None:
    made = make(team)
    by_token = use(made.secret)
    for by in (PUBLIC, OPERATOR, by_token):
        with pytest.raises(NotAllowed):
            operations.create_token(by=by, name="x", days=1, now=NOW)
        with pytest.raises(NotFound):
            queries.own_tokens(scope=by)
    for by in (PUBLIC, by_token, team.standing("neighbour"), team.standing("verifier")):
        with pytest.raises(NotFound):
            operations.revoke_token(by=by, token=made.key, now=NOW)
        with pytest.raises(NotFound):
            queries.tokens_of(team.coordinator, scope=by)
    assert queries.own_tokens(scope=team.standing("secretariat")) == ()
    (row,) = queries.own_tokens(scope=team.standing("coordinator"))
    assert row.works(LATER)


def test_revoking_twice_is_one_event(team: Team) -> None:
    made = make(team)
    for _ in range(2):
        operations.revoke_token(by=team.standing("coordinator"), token=made.key, now=LATER)
    assert [event.action for event in audit.events(target="people.token", key=made.key)] == ["revoke", "create"]
    assert not queries.own_tokens(scope=team.standing("coordinator"))[0].works(LATER)


@pytest.mark.parametrize("who", ["secretariat", "console"])
def test_the_secretariat_revokes_it(team: Team, who: str) -> None:
    made = make(team)
    by = OPERATOR if who == "console" else team.standing(who)
    assert [row.key for row in queries.tokens_of(team.coordinator, scope=by)] == [made.key]
    operations.revoke_token(by=by, token=made.key, now=LATER)
    with pytest.raises(BadToken):
        use(made.secret)
    (revoked, _created) = audit.events(target="people.token", key=made.key)
    assert (revoked.action, revoked.actor, revoked.after) == ("revoke", by.actor, {"user": team.coordinator})


def test_a_new_password_ends_all_tokens(team: Team) -> None:
    made = [make(team).secret for _ in range(2)]
    other = make(team, "verifier").secret
    operations.set_password(by=OPERATOR, user=team.coordinator, password="kata sandi lain 1234", now=LATER)
    for secret in made:
        with pytest.raises(BadToken):
            use(secret)
    assert use(other).account == team.verifier


def test_a_password_that_its_owner_changes_ends_all_tokens(team: Team, client: Client) -> None:
    secret = make(team).secret
    client.post("/akun/login/", {"login": "siti@contoh.invalid", "password": PASSWORD})
    new = "kata sandi lain 1234"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/akun/password/change/", sent).status_code == 302
    with pytest.raises(BadToken):
        use(secret)
    assert client.get("/akun-saya/").status_code == 200, "the browser that changed it stays signed in"
    (changed, *_) = audit.events(target="people.account", key=team.coordinator)
    assert (changed.action, changed.actor.key) == ("change-password", str(team.coordinator))


def test_a_block_ends_them_and_opening_revives_none(team: Team) -> None:
    secret, by = make(team).secret, team.standing("secretariat")
    for active in (False, True):
        operations.set_active(by=by, user=team.coordinator, active=active, now=LATER)
        with pytest.raises(BadToken):
            use(secret)
    assert use(make(team).secret).account == team.coordinator


def test_the_longest_names_still_fit_the_log(team: Team) -> None:
    User.objects.filter(pk=team.coordinator).update(name="x" * 200)
    made = operations.create_token(by=team.standing("coordinator"), name="y" * 80, days=1, now=NOW)
    with transaction.atomic():
        audit.record(by=use(made.secret, NOW).actor, action="try", target="tests.thing", key=1)
    assert AuditEvent.objects.filter(actor_kind="token").exists()


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("token_has_a_name", {"name": " "}),
        ("token_kept_as_hash", {"digest": "pilar_secret"}),
        ("token_lives_a_year_at_most", {"expires_at": NOW}),
        ("token_lives_a_year_at_most", {"expires_at": NOW + timedelta(days=365, seconds=1)}),
        ("token_revoked_after_made", {"revoked_at": NOW - timedelta(seconds=1)}),
        ("digest", {"digest": "b" * 64}),
    ],
)
def test_the_database_refuses(team: Team, constraint: str, changes: dict[str, Any]) -> None:
    given = {
        "user_id": team.coordinator, "name": "x", "beginning": "abcdefgh", "digest": "a" * 64,
        "created_at": NOW, "expires_at": NOW + timedelta(days=365),
    }  # fmt: skip
    ApiToken.objects.create(**(given | {"digest": "b" * 64}))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ApiToken.objects.create(**(given | changes))
