"""Accounts, their roles, notices, and tokens for their programs."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pgtrigger
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat, Left, Lower, Now
from django.utils.crypto import salted_hmac

from pilar.people.channels import MAX_NUMBER, PHONES, Channel, Rhythm
from pilar.people.rules import ROLE_WAIT, ROLES, Reach
from pilar.platform.delivery import DeliveryState, Reason
from pilar.platform.names import SignatureField, named


class UserManager(BaseUserManager["User"]):
    """Finds accounts by e-mail address; they are opened by ``operations.create_account`` only."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """An account (akun): a person who signs in by e-mail address, kept in lower case."""

    class Language(models.TextChoices):
        INDONESIAN = "id"
        ENGLISH = "en"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=2, default=Language.INDONESIAN)
    is_active = models.BooleanField(default=True)
    anonymised_at = models.DateTimeField(null=True)
    sessions_ended = models.PositiveIntegerField(default=0)
    """How often all sessions and all links to choose a password were ended."""
    created_at = models.DateTimeField(db_default=Now())
    digest = models.CharField(max_length=8, default=Rhythm.AT_ONCE)
    digest_at = models.DateTimeField(null=True)
    """When the last message with new notices was sent, or the rhythm was chosen; None without a rhythm."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = UserManager()

    class Meta:
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_in_lower_case"),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="user_has_a_name"),
            models.CheckConstraint(condition=Q(language__in=["id", "en"]), name="user_language_known"),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True) | Q(is_active=False), name="user_anonymised_is_blocked"
            ),
            models.CheckConstraint(condition=Q(digest__in=list(Rhythm)), name="user_digest_known"),
            models.CheckConstraint(
                condition=Q(digest=Rhythm.AT_ONCE, digest_at=None)
                | ~Q(digest=Rhythm.AT_ONCE) & Q(digest_at__isnull=False),
                name="user_digest_has_its_time",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="user_named",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("name"),
                func=named("'user:' || NEW.id", "NEW.name"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return the value that a session must carry to stay open: it changes with the password, and whenever sessions
        are ended."""
        by_password: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        text = f"{by_password} {self.sessions_ended}"
        return salted_hmac("people.session", text, secret=secret, algorithm="sha256").hexdigest()


for _rules in settings.PILAR_ROLES:
    import_module(_rules)  # declares roles, which the constraint below has to know


def role_fits_reach() -> models.CheckConstraint:
    """A role is held at its kind of place, which ``rules.ROLES`` says."""
    wanted = {
        Reach.NATION: Q(region__isnull=True, office__isnull=True, unit=""),
        Reach.PROVINCE: Q(region__isnull=True, office__isnull=True, unit__regex=r"^[0-9]{2}$"),
        Reach.REGION: Q(region__isnull=False, office__isnull=True, unit=""),
        Reach.OFFICE: Q(region__isnull=True, office__isnull=False, unit=""),
        Reach.UNIT: Q(region__isnull=False, office__isnull=True) & ~Q(unit=""),
    }
    fits = Q()
    for reach, place in wanted.items():
        roles = [role.value for role, facts in ROLES.items() if facts.reach is reach]
        fits |= Q(role__in=roles) & place if roles else Q()
    return models.CheckConstraint(condition=fits, name="membership_role_fits_reach")


# A hash, because an index of ranges takes texts only with an extension that not every server has.
_HELD = Func(
    Concat(*(
        Coalesce(Cast(name, models.TextField()), Value("", models.TextField()))
        for name in ("user", "role", "region", "office", "unit")
    )),
    Value(0), function="hashtextextended", output_field=models.BigIntegerField(),
)  # fmt: skip
_HELD_RANGE = Func(_HELD, _HELD, Value("[]"), function="int8range", output_field=BigIntegerRangeField())
_TIME = Func(F("since"), F("until"), function="tstzrange", output_field=DateTimeRangeField())


class Membership(models.Model):
    """A role held (keanggotaan) from one moment to another, for the nation, a region, an office or a unit.

    A last day is kept as the midnight that ends it in the region. One that was ended before it began has no duration.
    One that takes two keys has ``asked_by``, and counts once somebody else has confirmed it.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20)
    region = models.ForeignKey("areas.Region", null=True, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("areas.Office", null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=20, blank=True, default="")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    asked_by = SignatureField(max_length=200, blank=True)
    asked_at = models.DateTimeField(null=True)
    confirmed_by = SignatureField(max_length=200, blank=True)

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            role_fits_reach(),
            models.CheckConstraint(
                condition=Q(confirmed_by="")
                | (~Q(asked_by="") & ~Q(confirmed_by=F("asked_by")) & Q(since__gte=F("asked_at") + ROLE_WAIT)),
                name="membership_of_two_after_a_day",
            ),
            models.CheckConstraint(
                condition=Q(asked_by="", asked_at__isnull=True) | (~Q(asked_by="") & Q(asked_at__isnull=False)),
                name="membership_asked_at",
            ),
            # The code of a district or village begins with that of its region; other units have other codes.
            models.CheckConstraint(
                condition=~Q(unit__regex=r"^[0-9]{2}\.[0-9]{2}\.") | Q(region=Left("unit", 5)),
                name="membership_unit_in_its_region",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="membership_ends_after_begin"
            ),
            ExclusionConstraint(name="membership_held_once", expressions=[(_HELD_RANGE, "&&"), (_TIME, "&&")]),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    @property
    def area(self) -> str | None:
        """Code of the region that the role is held in, also for an office's role; None for the nation."""
        return self.office.region_id if self.office else self.region_id


class Notice(models.Model):
    """A matter that somebody must act on or should know (pemberitahuan); open until ``done_at``.

    ``sentence`` is the English source sentence and ``fields`` are its values, so each reader gets their own language.
    ``subject`` names the thing it is about, such as ``evaluation.request:17``.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=100)
    sentence = models.CharField(max_length=400)
    fields = models.JSONField(default=dict)
    address = models.CharField(max_length=300)
    region = models.ForeignKey("areas.Region", null=True, on_delete=models.PROTECT, related_name="+")
    needs_action = models.BooleanField()
    deadline = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = SignatureField(max_length=200, blank=True)

    class Meta:
        ordering = [F("deadline").asc(nulls_last=True), "-created_at", "-id"]
        indexes = [
            models.Index(fields=["subject"], condition=Q(done_at__isnull=True), name="notice_open_of_subject"),
            models.Index(fields=["user", "-done_at"], condition=Q(done_at__isnull=False), name="notice_done_of_user"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "subject"], condition=Q(done_at__isnull=True), name="notice_open_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind="") & ~Q(subject="") & ~Q(sentence=""), name="notice_says_something"
            ),
            models.CheckConstraint(condition=Q(address__regex=r"^/([^/]|$)"), name="notice_leads_inside"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(done_at__gte=F("created_at")), name="notice_done_after_made"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class NoticeChannel(models.Model):
    """A channel chosen by somebody for their notices; without one, they are sent by e-mail."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10)
    number = models.CharField(max_length=MAX_NUMBER, blank=True)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "channel"], name="notice_channel_once"),
            models.CheckConstraint(condition=Q(channel__in=list(Channel)), name="notice_channel_known"),
            models.CheckConstraint(
                condition=Q(channel=Channel.EMAIL, number="")
                | Q(channel__in=sorted(PHONES), number__regex=r"^\+[1-9][0-9]{7,14}$"),
                name="notice_channel_has_its_number",
            ),
        ]

    def __str__(self) -> str:
        return self.channel


class Delivery(models.Model):
    """A notice on its way to its reader by one channel; one ``message`` carries several. It goes with its notice."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10)
    message = models.UUIDField()
    state = models.CharField(max_length=10, default=DeliveryState.WAITING)
    reason = models.CharField(max_length=20, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["message"], name="delivery_of_message"),
            models.Index(fields=["due_at"], condition=Q(state=DeliveryState.WAITING), name="delivery_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notice", "message"], name="delivery_once_a_message"),
            models.CheckConstraint(condition=Q(channel__in=list(Channel)), name="delivery_channel_known"),
            models.CheckConstraint(condition=Q(state__in=list(DeliveryState)), name="delivery_state_known"),
            models.CheckConstraint(condition=Q(reason__in=["", *Reason]), name="delivery_reason_known"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING, settled_at__isnull=True)
                | Q(state=DeliveryState.SENT, settled_at__isnull=False, reason="")
                | (Q(state=DeliveryState.FAILED, settled_at__isnull=False) & ~Q(reason="")),
                name="delivery_says_what_became_of_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class Token(models.Model):
    """A token with which a program acts: only its hash and its first characters are stored. A model adds its owner."""

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    beginning = models.CharField(max_length=8)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.beginning}… {self.name}"


def token_constraints(table: str, *, a_year: str) -> list[models.BaseConstraint]:
    """Return the constraints of a table of tokens; ``a_year`` names the one that limits their life."""
    lives = Q(expires_at__gt=F("created_at")) & Q(expires_at__lte=F("created_at") + timedelta(days=365))
    revoked = Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at"))
    return [
        models.CheckConstraint(condition=Q(name__regex=r"\S"), name=f"{table}_has_a_name"),
        models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name=f"{table}_kept_as_hash"),
        models.CheckConstraint(condition=lives, name=a_year),
        models.CheckConstraint(condition=revoked, name=f"{table}_revoked_after_made"),
    ]


class ApiToken(Token):
    """A token by which a program acts for an account (token API)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta(Token.Meta):
        constraints = token_constraints("token", a_year="token_lives_a_year_at_most")
        triggers = [
            pgtrigger.Trigger(
                name="token_named",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("name"),
                func=named(
                    "'token:' || NEW.id",
                    "left((SELECT u.name FROM people_user u WHERE u.id = NEW.user_id) || ' (' || NEW.name || ')', 200)",
                ),
            ),
        ]


class FailedSignIn(models.Model):
    """A wrong password or code, for the limits of ``rules``; of the account only a keyed hash is kept.

    ``device`` is the mark of a device that the account has been used on before, empty for all others.
    """

    account = models.CharField(max_length=64)
    network = models.CharField(max_length=50, blank=True)
    device = models.CharField(max_length=64, blank=True)
    what = models.CharField(max_length=10)
    failed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-failed_at"], name="failed_sign_in_of_account"),
            models.Index(fields=["network", "-failed_at"], name="failed_sign_in_from_network"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(account__regex=r"^[0-9a-f]{64}$"), name="failed_account_kept_as_hash"),
            models.CheckConstraint(condition=Q(what__in=["password", "code"]), name="failed_what_known"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.network}"
