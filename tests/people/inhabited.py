"""Two people of two regions with a row of every kind each: what somebody may do to the one leaves the other alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from allauth.mfa.models import Authenticator

from kit.neighbours import OTHER, Neighbour
from people.team import NOW, Team, account
from pilar.people import operations, queries
from pilar.people.channels import Channel
from pilar.people.models import AccountRequest, Delivery, Membership, Notice, NoticeChannel, User
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, Role, Standing

AT_ALL = {"public": PUBLIC, "operator": OPERATOR, "schedule": SCHEDULE}


@dataclass
class Inhabited:
    """The team; ``contributor`` has a row of every kind, and so has a contributor next door."""

    team: Team
    secret: str
    neighbour: Neighbour | None = None
    citizens: dict[str, Standing] = field(default_factory=dict)

    def who(self, name: str) -> Standing:
        return AT_ALL.get(name) or self.citizens.get(name) or self.team.standing(name)

    @property
    def key(self) -> int:
        return self.team.contributor

    def membership(self) -> int:
        return Membership.objects.get(user=self.key, asked_at=None).pk

    def asked(self) -> int:
        return Membership.objects.exclude(asked_at=None).get(user=self.key).pk


def inhabit(team: Team) -> Inhabited:
    other = account("lina@contoh.invalid", Role.CONTRIBUTOR, office=team.other_office)
    secret, _other = _furnish(team.contributor), _furnish(other)
    AccountRequest.objects.create(
        provider="oidc", subject="lina", email="lina.baru@contoh.invalid", region_id=OTHER, asked_at=NOW
    )
    neighbour = Neighbour(OTHER, ("people", "account", "mfa"), accounts=(other, team.neighbour))
    return Inhabited(team, secret, neighbour)


def _furnish(key: int) -> str:
    """Returns the secret of a token."""
    by = queries.standing(User.objects.get(pk=key), NOW)
    NoticeChannel.objects.create(user_id=key, channel=Channel.EMAIL, chosen_at=NOW)
    notice = Notice.objects.create(
        user_id=key, kind="uji.berita", subject=f"uji.hal:{key}", sentence="News", address="/berita/",
        needs_action=False, created_at=NOW, mailed_at=NOW,
    )  # fmt: skip
    Delivery.objects.create(
        notice=notice, channel=Channel.EMAIL, message="0" * 31 + str(key % 10), state="sent", queued_at=NOW,
        due_at=NOW, settled_at=NOW + timedelta(minutes=1),
    )  # fmt: skip
    Authenticator.objects.create(user_id=key, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    return operations.create_token(by=by, name="server", days=9, now=NOW).secret
