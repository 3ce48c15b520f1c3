"""Every operation on people, and what it leaves behind (kit/acts.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from axes.models import AccessLog

from kit.acts import Acts, Call
from people import citizen_acts
from people.inhabited import Inhabited
from people.team import LATER, NOW, PASSWORD
from pilar.people import operations as do
from pilar.people.channels import Channel
from pilar.people.models import AccountRequest, ApiToken, Delivery, Membership, Notice, NoticeChannel
from pilar.people.operations import Message
from pilar.people.queries import Attempt
from pilar.people.rules import OPERATOR, Role

OTHER_PASSWORD = "kata sandi lain yang panjang 8"
SAID: dict[str, Any] = {"kind": "uji.hal", "sentence": "News", "now": LATER}
HERE = Attempt("dewi@contoh.invalid", "192.0.2.7")
ELSEWHERE = Attempt("dewi@contoh.invalid", "198.51.100.7")
NEXT_DOOR = Attempt("lina@contoh.invalid", "192.0.2.7")
MUCH_LATER = NOW + timedelta(days=9000)


def _token(world: Inhabited) -> int:
    return ApiToken.objects.get(user=world.key).pk


def _failed(_world: Inhabited) -> None:
    for attempt in (HERE, ELSEWHERE, NEXT_DOOR):
        do.note_failure(attempt, now=NOW)


def _traced(world: Inhabited) -> None:
    do.load_retention(by=OPERATOR)
    _failed(world)
    AccessLog.objects.create(username="dewi@contoh.invalid", attempt_time=NOW)


def _done(world: Inhabited) -> None:
    do.load_retention(by=OPERATOR)
    Notice.objects.filter(user=world.key).update(done_at=NOW)


def _unsent(world: Inhabited) -> None:
    Notice.objects.filter(user=world.key).update(mailed_at=None)


def _waiting(world: Inhabited) -> None:
    """A message to a phone that is due."""
    NoticeChannel.objects.filter(user=world.key).update(channel=Channel.WHATSAPP, number="+6281234567890")
    Delivery.objects.filter(notice__user=world.key).update(channel=Channel.WHATSAPP, state="waiting", settled_at=None)


def _encrypted_next_door(world: Inhabited) -> None:
    do.renew_second_factors(by=OPERATOR)
    Authenticator.objects.filter(user=world.key).update(data={"secret": "JBSWY3DPEHPK3PXP"})


def _asked(world: Inhabited) -> None:
    Membership.objects.create(
        user_id=world.key, role="village_head", region_id="36.03", unit="36.03.01.2001", since=NOW,
        asked_by="user:0", asked_at=NOW,
    )  # fmt: skip


REQUEST = 700


def _requested(_world: Inhabited) -> None:
    for key in (REQUEST, REQUEST + 1):
        AccountRequest.objects.create(
            pk=key, provider="oidc", subject=str(key), email=f"tono{key}@contoh.invalid", region_id="36.03",
            asked_at=NOW,
        )  # fmt: skip


CALLS: Mapping[str, Call] = {
    "create_account": lambda w, by: do.create_account(
        by=by, email="baru@contoh.invalid", name="Baru", role=Role.CONTRIBUTOR, office=w.team.office, now=LATER
    ),
    "create_account:with-password": lambda _w, by: do.create_account(
        by=by, email="baru@contoh.invalid", name="Baru", role=Role.ASSESSOR, password=PASSWORD, now=LATER
    ),
    "ask_for_account": lambda _w, _by: do.ask_for_account(
        app="", provider_id="oidc", subject="9", email="asing@contoh.invalid", name="Asing", claims={}, now=LATER
    ),
    "grant_request": lambda _w, by: do.grant_request(
        by=by, request=REQUEST, name="Tono", role=Role.VERIFIER, region="36.03", now=LATER
    ),
    "refuse_request": lambda _w, by: do.refuse_request(by=by, request=REQUEST, now=LATER),
    "grant_membership": lambda w, by: do.grant_membership(
        by=by, user=w.key, role=Role.VERIFIER, region="36.03", now=LATER
    ),
    "confirm_membership": lambda w, by: do.confirm_membership(by=by, membership=w.asked(), now=LATER),
    "end_membership": lambda w, by: do.end_membership(by=by, membership=w.membership(), now=LATER),
    "set_active": lambda w, by: do.set_active(by=by, user=w.key, active=False, now=LATER),
    "correct_name": lambda w, by: do.correct_name(by=by, user=w.key, name="Dewi Ayu"),
    "set_password": lambda w, by: do.set_password(by=by, user=w.key, password=OTHER_PASSWORD, now=LATER),
    "password_changed": lambda w, _by: do.password_changed(user=w.key, now=LATER),
    "keep_passwords": lambda w, by: do.keep_passwords(by=by, passwords={w.key: OTHER_PASSWORD}, now=LATER),
    "remove_second_factor": lambda w, by: do.remove_second_factor(by=by, user=w.key),
    "renew_second_factors": lambda _w, by: do.renew_second_factors(by=by),
    "anonymise": lambda w, by: do.anonymise(by=by, user=w.key, now=LATER),
    "set_language": lambda _w, by: do.set_language(by=by, language="en"),
    "choose_channels": lambda _w, by: do.choose_channels(by=by, chosen={Channel.WHATSAPP: "0812 3456 7890"}, now=LATER),
    "mark_read": lambda _w, by: do.mark_read(by=by, now=LATER),
    "create_token": lambda _w, by: do.create_token(by=by, name="lain", days=9, now=LATER),
    "revoke_token": lambda w, by: do.revoke_token(by=by, token=_token(w), now=LATER),
    "use_token": lambda w, _by: do.use_token(secret=w.secret, now=LATER),
    "invite": lambda w, by: do.invite(by=by, user=w.key, now=LATER),
    "send_invitation": lambda w, by: do.send_invitation(by=by, user=w.key),
    "send_digests": lambda _w, by: do.send_digests(by=by, now=LATER),
    "send_messages": lambda _w, by: do.send_messages(by=by, now=LATER),
    "notify": lambda w, by: do.notify(by=by, to=[w.key], subject="uji.hal:1", address="/berita/", **SAID),
    "notify_offices": lambda w, by: do.notify_offices(
        by=by, role=Role.CONTRIBUTOR, messages={w.team.office: Message("uji.hal:1", "/berita/")}, **SAID
    ),
    "notify_regions": lambda _w, by: do.notify_regions(
        by=by, role=Role.COORDINATOR, messages={"36.03": Message("uji.hal:1", "/berita/")}, **SAID
    ),
    "settle": lambda w, by: do.settle(by=by, subject=f"uji.hal:{w.key}", now=LATER),
    "note_failure": lambda _w, _by: do.note_failure(HERE, now=LATER),
    "forget_failures": lambda _w, _by: do.forget_failures(HERE),
    "forget_all_failures": lambda _w, _by: do.forget_all_failures(HERE),
    "clear_sign_in_traces": lambda _w, by: do.clear_sign_in_traces(by=by, now=MUCH_LATER),
    "load_retention": lambda _w, by: do.load_retention(by=by),
    "apply_retention": lambda _w, by: do.apply_retention(by=by, now=MUCH_LATER),
    "report_forgotten": lambda _w, by: do.report_forgotten(by=by, gone={"notices": 1}, now=LATER),
}

LEFT = """
operation | who | audit | rows
create_account | coordinator | create people.account, grant people.membership, invite people.account @- |
    account_emailaddress+1 membership+1 platform_personname+1 procrastinate_events+1 procrastinate_jobs+1 user+1
create_account:with-password | secretariat | create people.account @-, grant people.membership @- |
    account_emailaddress+1 membership+1 platform_personname+1 user+1
ask_for_account | coordinator | ask people.account-request @- by another | accountrequest+1 notice+1
grant_request | coordinator | create people.account, grant people.membership, grant people.account-request |
    account_emailaddress+1 accountrequest-1 membership+1 platform_personname+1 socialaccount_socialaccount+1 user+1
refuse_request | coordinator | refuse people.account-request | accountrequest-1
grant_membership | coordinator | grant people.membership | membership+1
confirm_membership | coordinator | confirm people.membership | membership~1
end_membership | coordinator | end people.membership | membership~1
set_active | secretariat | revoke people.token @-, block people.account @- | apitoken~1 user~1
correct_name | secretariat | correct-name people.account @- | platform_personname~2 user~1
set_password | operator | revoke people.token @-, set-password people.account @- | apitoken~1 user~1
password_changed | coordinator | revoke people.token @- by another, change-password people.account @- by another |
    apitoken~1
keep_passwords | operator | revoke people.token @-, set-password people.account @- | apitoken~1
    platform_referencedata+1 user~1
remove_second_factor | secretariat | remove-second-factor people.account @- | mfa_authenticator-1 user~1
renew_second_factors | operator | renew people.second-factor @- | mfa_authenticator~1
anonymise | secretariat | anonymise people.account @- | account_emailaddress-1 apitoken~1 delivery-1 membership~1
    mfa_authenticator-1 notice-1 noticechannel-1 platform_personname~2 user~1
set_language | contributor | set-language people.account @- | user~1
choose_channels | contributor | choose-channels people.account @- | noticechannel~1
mark_read | contributor | . | notice~1
create_token | contributor | create people.token @- | apitoken+1 platform_personname+1
revoke_token | contributor | revoke people.token @- | apitoken~1
use_token | coordinator | . | apitoken~1
invite | coordinator | invite people.account @- | procrastinate_events+1 procrastinate_jobs+1
send_invitation | schedule | . | platform_outgoingmessage+1 procrastinate_events+1 procrastinate_jobs+1
send_digests | schedule | . | delivery+1 notice~1 platform_outgoingmessage+1 procrastinate_events+1
    procrastinate_jobs+1
send_messages | schedule | . | delivery~1
notify | coordinator | . | notice+1
notify_offices | coordinator | . | notice+1
notify_regions | secretariat | . | notice+1
settle | coordinator | . | notice~1
note_failure | coordinator | . | failedsignin+1
forget_failures | coordinator | . | failedsignin-1
forget_all_failures | coordinator | . | failedsignin-2
clear_sign_in_traces | schedule | clear people.sign-in-traces @- |
    accountrequest-1 axes_accesslog-1 failedsignin-3
load_retention | operator | load people.retention @- | platform_referencedata+1 platform_retention+14
apply_retention | schedule | forget people.retention @- | delivery-1 notice-1
report_forgotten | schedule | forget people.retention @- | .
"""

ACTS = Acts(
    "people", {**CALLS, **citizen_acts.CALLS}, LEFT + citizen_acts.LEFT.lstrip(),
    before={
        **citizen_acts.BEFORE,
        "confirm_membership": _asked, "grant_request": _requested, "refuse_request": _requested,
        "renew_second_factors": _encrypted_next_door, "send_digests": _unsent, "send_messages": _waiting,
        "forget_failures": _failed, "forget_all_failures": _failed, "clear_sign_in_traces": _traced,
        "apply_retention": _done,
    },
    open_to_all="ask_for_account password_changed use_token note_failure forget_failures forget_all_failures notify "
    "notify_offices notify_regions settle report_forgotten" + citizen_acts.OPEN_TO_ALL,
    own="set_language choose_channels mark_read create_token",
    repeated="choose_channels create_token invite note_failure password_changed report_forgotten "
    "send_invitation" + citizen_acts.REPEATED,
    piecewise="send_digests send_messages",
    everywhere="clear_sign_in_traces",
    within="notify notify_offices notify_regions report_forgotten settle",
)  # fmt: skip
EXEMPT = {
    "open_made_up": "of the demonstration: config/demonstration/test_permits.py and test_hospital.py",
    "renew_public_accounts": "under a second key: tests/people/test_citizens.py",
    "held": "changes nothing",
    "there": "changes nothing",
    "locked": "changes nothing",
}
