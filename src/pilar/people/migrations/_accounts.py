"""Tables of accounts, and what guards them."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat, Left, Lower, Now

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, guard, index, table, unique

TABLES = [
    table(
        "User",
        ID,
        ("password", models.CharField(verbose_name="password", max_length=128)),
        ("last_login", models.DateTimeField(verbose_name="last login", blank=True, null=True)),
        ("email", models.EmailField(max_length=254, unique=True)),
        ("name", models.CharField(max_length=200)),
        ("language", models.CharField(max_length=2, default="id")),
        ("is_active", models.BooleanField(default=True)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("anonymised_at", models.DateTimeField(null=True)),
        ("sessions_ended", models.PositiveIntegerField(default=0)),
        ("digest", models.CharField(max_length=8, default="at_once")),
        ("digest_at", models.DateTimeField(null=True)),
        ordering=["email"],
        constraints=[
            check("user_email_in_lower_case", Q(email=Lower("email"))),
            check("user_has_a_name", Q(name__regex="\\S")),
            check("user_language_known", Q(language__in=["id", "en"])),
            check("user_anonymised_is_blocked", Q(anonymised_at__isnull=True) | Q(is_active=False)),
            check("user_digest_known", Q(digest__in=["at_once", "daily", "weekly"])),
            check(
                "user_digest_has_its_time",
                Q(digest="at_once", digest_at=None) | (~Q(digest="at_once") & Q(digest_at__isnull=False)),
            ),
        ],
    ),
    table(
        "Membership",
        ID,
        ("role", models.CharField(max_length=20)),
        ("since", models.DateTimeField()),
        ("until", models.DateTimeField(null=True)),
        ("office", models.ForeignKey("areas.office", models.PROTECT, null=True, related_name="+")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, null=True, related_name="+")),
        ("user", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")),
        ("unit", models.CharField(max_length=20, blank=True, default="")),
        ("asked_at", models.DateTimeField(null=True)),
        ("asked_by", SignatureField(max_length=200, blank=True)),
        ("confirmed_by", SignatureField(max_length=200, blank=True)),
        ordering=["since", "id"],
        constraints=[
            check("membership_ends_after_begin", Q(until__isnull=True) | Q(until__gte=F("since"))),
            check(
                "membership_unit_in_its_region", ~Q(unit__regex="^[0-9]{2}\\.[0-9]{2}\\.") | Q(region=Left("unit", 5))
            ),
            ExclusionConstraint(
                name="membership_held_once",
                expressions=[
                    (
                        Func(
                            Func(
                                Concat(
                                    Coalesce(Cast("user", models.TextField()), Value("", models.TextField())),
                                    Coalesce(Cast("role", models.TextField()), Value("", models.TextField())),
                                    Coalesce(Cast("region", models.TextField()), Value("", models.TextField())),
                                    Coalesce(Cast("office", models.TextField()), Value("", models.TextField())),
                                    Coalesce(Cast("unit", models.TextField()), Value("", models.TextField())),
                                ),
                                Value(0),
                                function="hashtextextended",
                                output_field=models.BigIntegerField(),
                            ),
                            Func(
                                Concat(
                                    Coalesce(Cast("user", models.TextField()), Value("", models.TextField())),
                                    Coalesce(Cast("role", models.TextField()), Value("", models.TextField())),
                                    Coalesce(Cast("region", models.TextField()), Value("", models.TextField())),
                                    Coalesce(Cast("office", models.TextField()), Value("", models.TextField())),
                                    Coalesce(Cast("unit", models.TextField()), Value("", models.TextField())),
                                ),
                                Value(0),
                                function="hashtextextended",
                                output_field=models.BigIntegerField(),
                            ),
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        "&&",
                    ),
                    (Func(F("since"), F("until"), function="tstzrange", output_field=DateTimeRangeField()), "&&"),
                ],
            ),
            check(
                "membership_of_two_after_a_day",
                Q(confirmed_by="")
                | (
                    ~Q(asked_by="")
                    & ~Q(confirmed_by=F("asked_by"))
                    & Q(since__gte=F("asked_at") + Value(timedelta(days=1)))
                ),
            ),
            check(
                "membership_asked_at",
                Q(asked_at__isnull=True, asked_by="") | (~Q(asked_by="") & Q(asked_at__isnull=False)),
            ),
            check(
                "membership_role_fits_reach",
                (
                    Q(role__in=["secretariat", "assessor", "panel_chair", "auditor"])
                    & Q(office__isnull=True, region__isnull=True, unit="")
                )
                | (Q(role__in=["provincial"]) & Q(office__isnull=True, region__isnull=True, unit__regex="^[0-9]{2}$"))
                | (
                    Q(
                        role__in=[
                            "coordinator",
                            "verifier",
                            "signatory",
                            "hospital_health",
                            "permit_front",
                            "permit_back",
                            "permit_treasury",
                            "permit_head",
                            "permit_editor",
                            "permit_inspectorate",
                            "village_office",
                            "inspectorate",
                        ]
                    )
                    & Q(office__isnull=True, region__isnull=False, unit="")
                )
                | (
                    Q(role__in=["contributor", "permit_technical", "permit_surveyor"])
                    & Q(office__isnull=False, region__isnull=True, unit="")
                )
                | (
                    Q(
                        role__in=[
                            "hospital_desk",
                            "hospital_nurse",
                            "hospital_doctor",
                            "hospital_pharmacy",
                            "hospital_manager",
                            "hospital_privacy",
                            "village_head",
                            "village_secretary",
                            "village_treasurer",
                            "village_executor",
                            "village_council",
                            "camat",
                        ]
                    )
                    & Q(office__isnull=True, region__isnull=False)
                    & ~Q(unit="")
                ),
            ),
        ],
    ),
    table(
        "ApiToken",
        ID,
        ("name", models.CharField(max_length=80)),
        ("digest", models.CharField(max_length=64, unique=True)),
        ("beginning", models.CharField(max_length=8)),
        ("created_at", models.DateTimeField()),
        ("expires_at", models.DateTimeField()),
        ("last_used_at", models.DateTimeField(null=True)),
        ("revoked_at", models.DateTimeField(null=True)),
        ("user", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        ordering=["-created_at", "-id"],
        constraints=[
            check("token_has_a_name", Q(name__regex="\\S")),
            check("token_kept_as_hash", Q(digest__regex="^[0-9a-f]{64}$")),
            check(
                "token_lives_a_year_at_most",
                Q(expires_at__gt=F("created_at"), expires_at__lte=F("created_at") + Value(timedelta(days=365))),
            ),
            check("token_revoked_after_made", Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at"))),
        ],
    ),
    table(
        "Notice",
        ID,
        ("kind", models.CharField(max_length=60)),
        ("subject", models.CharField(max_length=100)),
        ("sentence", models.CharField(max_length=400)),
        ("fields", models.JSONField(default=dict)),
        ("address", models.CharField(max_length=300)),
        ("needs_action", models.BooleanField()),
        ("deadline", models.DateTimeField(null=True)),
        ("created_at", models.DateTimeField()),
        ("read_at", models.DateTimeField(null=True)),
        ("mailed_at", models.DateTimeField(null=True)),
        ("reminded_at", models.DateTimeField(null=True)),
        ("done_at", models.DateTimeField(null=True)),
        ("done_by", SignatureField(max_length=200, blank=True)),
        ("region", models.ForeignKey("areas.region", models.PROTECT, null=True, related_name="+")),
        ("user", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        ordering=[models.OrderBy(F("deadline"), nulls_last=True), "-created_at", "-id"],
        indexes=[
            index("notice_open_of_subject", "subject", where=Q(done_at__isnull=True)),
            index("notice_done_of_user", "user", "-done_at", where=Q(done_at__isnull=False)),
        ],
        constraints=[
            unique("notice_open_once", "user", "kind", "subject", where=Q(done_at__isnull=True)),
            check("notice_says_something", ~Q(kind="") & ~Q(subject="") & ~Q(sentence="")),
            check("notice_leads_inside", Q(address__regex="^/([^/]|$)")),
            check("notice_done_after_made", Q(done_at__isnull=True) | Q(done_at__gte=F("created_at"))),
        ],
    ),
    table(
        "FailedSignIn",
        ID,
        ("account", models.CharField(max_length=64)),
        ("network", models.CharField(max_length=50, blank=True)),
        ("device", models.CharField(max_length=64, blank=True)),
        ("what", models.CharField(max_length=10)),
        ("failed_at", models.DateTimeField()),
        indexes=[
            index("failed_sign_in_of_account", "account", "-failed_at"),
            index("failed_sign_in_from_network", "network", "-failed_at"),
        ],
        constraints=[
            check("failed_account_kept_as_hash", Q(account__regex="^[0-9a-f]{64}$")),
            check("failed_what_known", Q(what__in=["password", "code"])),
        ],
    ),
    table(
        "Delivery",
        ID,
        ("channel", models.CharField(max_length=10)),
        ("message", models.UUIDField()),
        ("state", models.CharField(max_length=10, default="waiting")),
        ("reason", models.CharField(max_length=20, blank=True)),
        ("tries", models.PositiveSmallIntegerField(default=0)),
        ("queued_at", models.DateTimeField()),
        ("due_at", models.DateTimeField()),
        ("settled_at", models.DateTimeField(null=True)),
        ("notice", models.ForeignKey("people.notice", models.CASCADE, related_name="deliveries")),
        ordering=["id"],
        indexes=[
            index("delivery_of_message", "message"),
            index("delivery_waiting", "due_at", where=Q(state="waiting")),
        ],
        constraints=[
            unique("delivery_once_a_message", "notice", "message"),
            check("delivery_channel_known", Q(channel__in=["email", "whatsapp", "sms"])),
            check("delivery_state_known", Q(state__in=["waiting", "sent", "failed"])),
            check("delivery_reason_known", Q(reason__in=["", "silent", "refused"])),
            check(
                "delivery_says_what_became_of_it",
                Q(settled_at__isnull=True, state="waiting")
                | Q(reason="", settled_at__isnull=False, state="sent")
                | (Q(settled_at__isnull=False, state="failed") & ~Q(reason="")),
            ),
        ],
    ),
    table(
        "NoticeChannel",
        ID,
        ("channel", models.CharField(max_length=10)),
        ("number", models.CharField(max_length=16, blank=True)),
        ("chosen_at", models.DateTimeField()),
        ("user", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        constraints=[
            unique("notice_channel_once", "user", "channel"),
            check("notice_channel_known", Q(channel__in=["email", "whatsapp", "sms"])),
            check(
                "notice_channel_has_its_number",
                Q(channel="email", number="")
                | Q(channel__in=["sms", "whatsapp"], number__regex="^\\+[1-9][0-9]{7,14}$"),
            ),
        ],
    ),
]

GUARDS = [
    guard("User", "user_named", 'INSERT OR UPDATE OF "name"', when="AFTER")("""
        INSERT INTO platform_personname (reference, name) VALUES ('user:' || NEW.id, NEW.name) ON CONFLICT
            (reference) DO UPDATE SET name = EXCLUDED.name;
        RETURN NULL;
    """),
    guard("ApiToken", "token_named", 'INSERT OR UPDATE OF "name"', when="AFTER")("""
        INSERT INTO platform_personname (reference, name) VALUES ('token:' || NEW.id, left((SELECT u.name FROM
            people_user u WHERE u.id = NEW.user_id) || ' (' || NEW.name || ')', 200)) ON CONFLICT (reference)
            DO UPDATE SET name = EXCLUDED.name;
        RETURN NULL;
    """),
]
