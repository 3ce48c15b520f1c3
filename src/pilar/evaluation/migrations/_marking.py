"""Tables of marking, and what guards them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.platform.squashed import ID, check, guard, table, unique

TABLES = [
    table(
        "AgreedMark",
        ID,
        ("node", models.CharField(max_length=100)),
        ("value", models.DecimalField(max_digits=9, decimal_places=4)),
        ("how", models.CharField(max_length=10)),
        ("reason", models.TextField(blank=True, default="")),
        ("settled_at", models.DateTimeField(db_default=Now())),
        ("settled_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ("assessment", models.ForeignKey("evaluation.assessment", models.CASCADE, related_name="agreed_marks")),
        ordering=["assessment", "id"],
        constraints=[
            unique("agreed_mark_once_an_indicator", "assessment", "node"),
            check(
                "agreed_mark_of_the_chair_has_a_reason",
                ~Q(how="chair") | (Q(settled_by__isnull=False) & Q(reason__regex="\\S")),
            ),
            check("agreed_mark_settlement_known", Q(how__in=["unanimous", "median", "tie", "chair"])),
        ],
    ),
    table(
        "EvidenceRequest",
        ID,
        ("node", models.CharField(max_length=100)),
        ("text", models.TextField()),
        ("asked_at", models.DateTimeField(db_default=Now())),
        ("deadline", models.DateTimeField()),
        ("reply", models.TextField(blank=True, default="")),
        ("answered_at", models.DateTimeField(null=True)),
        ("answered_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ("asked_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ("assessment", models.ForeignKey("evaluation.assessment", models.CASCADE, related_name="evidence_requests")),
        ("withdrawn_at", models.DateTimeField(null=True)),
        ("withdrawn_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ordering=["deadline", "id"],
        constraints=[
            check("evidence_request_says_something", Q(text__regex="\\S")),
            check(
                "evidence_request_answer_is_whole",
                Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
            check(
                "evidence_request_withdrawn_or_answered",
                Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(answered_at__isnull=True, withdrawn_at__isnull=False),
            ),
        ],
    ),
    table(
        "Finding",
        ID,
        ("kind", models.CharField(max_length=20)),
        ("node", models.CharField(max_length=100, blank=True, default="")),
        ("text", models.TextField()),
        ("written_at", models.DateTimeField(db_default=Now())),
        ("version", models.PositiveIntegerField(default=1)),
        ("assessment", models.ForeignKey("evaluation.assessment", models.CASCADE, related_name="findings")),
        ("written_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        ordering=["assessment", "kind", "id"],
        constraints=[
            check("finding_kind_known", Q(kind__in=["strength", "weakness", "recommendation"])),
            check("finding_says_something", Q(text__regex="\\S")),
        ],
    ),
    table(
        "Mark",
        ID,
        ("node", models.CharField(max_length=100)),
        ("value", models.DecimalField(max_digits=9, decimal_places=4)),
        ("reason", models.TextField(blank=True, default="")),
        ("version", models.PositiveIntegerField(default=1)),
        ("changed_at", models.DateTimeField(db_default=Now())),
        ("assessment", models.ForeignKey("evaluation.assessment", models.CASCADE, related_name="marks")),
        ("assessor", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        ordering=["assessment", "id"],
        constraints=[unique("mark_once_an_assessor", "assessment", "node", "assessor")],
    ),
    table(
        "MarkingDone",
        ID,
        ("done_at", models.DateTimeField(db_default=Now())),
        ("assessment", models.ForeignKey("evaluation.assessment", models.CASCADE, related_name="markings_done")),
        ("assessor", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        constraints=[unique("marking_done_once", "assessment", "assessor")],
    ),
    table(
        "Meeting",
        ID,
        ("kind", models.CharField(max_length=20)),
        ("starts_at", models.DateTimeField()),
        ("ends_at", models.DateTimeField()),
        ("place", models.CharField(max_length=300)),
        ("notes", models.TextField(blank=True, default="")),
        ("version", models.PositiveIntegerField(default=1)),
        ("assessment", models.ForeignKey("evaluation.assessment", models.CASCADE, related_name="meetings")),
        ordering=["starts_at", "id"],
        constraints=[
            check("meeting_ends_after_begin", Q(ends_at__gt=F("starts_at"))),
            check("meeting_kind_known", Q(kind__in=["interview", "field_review"])),
        ],
    ),
    table(
        "Attendance",
        ID,
        ("name", models.CharField(max_length=200)),
        ("capacity", models.CharField(max_length=200, blank=True, default="")),
        ("meeting", models.ForeignKey("evaluation.meeting", models.CASCADE, related_name="attendances")),
        ordering=["meeting", "id"],
        constraints=[unique("attendance_once", "meeting", "name")],
    ),
]

GUARDS = [
    guard("AgreedMark", "agreed_mark_on_scale_given", "INSERT", when="AFTER", new="given", level="STATEMENT")("""
        IF EXISTS (SELECT 1 FROM given m JOIN evaluation_assessment a ON a.id = m.assessment_id JOIN
            evaluation_participation p ON p.id = a.participation_id JOIN evaluation_campaign c ON c.id =
            p.campaign_id JOIN evaluation_instrument i ON i.id = c.instrument_id WHERE m.value <
            i.scale_minimum OR m.value > i.scale_maximum) THEN
            RAISE EXCEPTION 'a value lies off the scale of its instrument' USING ERRCODE =
                'check_violation';
        END IF;
        RETURN NULL;
    """),
    guard("AgreedMark", "agreed_mark_on_scale_changed", "UPDATE", when="AFTER", new="given", level="STATEMENT")("""
        IF EXISTS (SELECT 1 FROM given m JOIN evaluation_assessment a ON a.id = m.assessment_id JOIN
            evaluation_participation p ON p.id = a.participation_id JOIN evaluation_campaign c ON c.id =
            p.campaign_id JOIN evaluation_instrument i ON i.id = c.instrument_id WHERE m.value <
            i.scale_minimum OR m.value > i.scale_maximum) THEN
            RAISE EXCEPTION 'a value lies off the scale of its instrument' USING ERRCODE =
                'check_violation';
        END IF;
        RETURN NULL;
    """),
    guard("Mark", "mark_on_scale_given", "INSERT", when="AFTER", new="given", level="STATEMENT")("""
        IF EXISTS (SELECT 1 FROM given m JOIN evaluation_assessment a ON a.id = m.assessment_id JOIN
            evaluation_participation p ON p.id = a.participation_id JOIN evaluation_campaign c ON c.id =
            p.campaign_id JOIN evaluation_instrument i ON i.id = c.instrument_id WHERE m.value <
            i.scale_minimum OR m.value > i.scale_maximum) THEN
            RAISE EXCEPTION 'a value lies off the scale of its instrument' USING ERRCODE =
                'check_violation';
        END IF;
        RETURN NULL;
    """),
    guard("Mark", "mark_on_scale_changed", "UPDATE", when="AFTER", new="given", level="STATEMENT")("""
        IF EXISTS (SELECT 1 FROM given m JOIN evaluation_assessment a ON a.id = m.assessment_id JOIN
            evaluation_participation p ON p.id = a.participation_id JOIN evaluation_campaign c ON c.id =
            p.campaign_id JOIN evaluation_instrument i ON i.id = c.instrument_id WHERE m.value <
            i.scale_minimum OR m.value > i.scale_maximum) THEN
            RAISE EXCEPTION 'a value lies off the scale of its instrument' USING ERRCODE =
                'check_violation';
        END IF;
        RETURN NULL;
    """),
]
