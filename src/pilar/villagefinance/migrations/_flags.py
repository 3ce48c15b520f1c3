"""Tables of flags, and what guards them."""

from django.db import models
from django.db.models import Q

from pilar.platform.names import SignatureField
from pilar.platform.squashed import check, guard, index, stays, table, unique

TABLES = [
    table(
        "Flag",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "number", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("number", models.PositiveIntegerField()),
        ("rule", models.CharField(max_length=20)),
        ("version", models.PositiveSmallIntegerField()),
        ("subject", models.CharField(max_length=200)),
        ("day", models.DateField()),
        ("amount", models.DecimalField(max_digits=18, decimal_places=2)),
        ("inputs", models.JSONField()),
        ("raised_at", models.DateTimeField()),
        ("told_on", models.DateField()),
        ("state", models.CharField(max_length=12, default="raised")),
        ("reply", models.TextField(blank=True)),
        ("replied_by", SignatureField(max_length=200, blank=True)),
        ("replied_at", models.DateTimeField(null=True)),
        ("reason", models.TextField(blank=True)),
        ("judged_by", SignatureField(max_length=200, blank=True)),
        ("judged_at", models.DateTimeField(null=True)),
        indexes=[index("flag_by_state", "region", "state", "rule")],
        constraints=[
            unique("flag_raised_once", "region", "village", "year", "rule", "subject"),
            check("flag_state_known", Q(state__in=["raised", "told", "answered", "closed", "false_alarm"])),
            check("flag_answered_by", ~Q(state="answered") | (~Q(reply="") & ~Q(replied_by=""))),
            check(
                "flag_judged_with_a_reason",
                (Q(judged_at__isnull=False, state__in=("closed", "false_alarm")) & ~Q(reason="") & ~Q(judged_by=""))
                | (~Q(state__in=("closed", "false_alarm")) & Q(reason="")),
            ),
        ],
    ),
    table(
        "SampledEntry",
        ("pk", models.CompositePrimaryKey("region", "sample", "village", "year", "place", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("sample", models.PositiveIntegerField()),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("place", models.PositiveIntegerField()),
        ("amount", models.DecimalField(max_digits=18, decimal_places=2)),
        ("hits", models.PositiveSmallIntegerField()),
    ),
    table(
        "AuditSample",
        ("pk", models.CompositePrimaryKey("region", "number", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("number", models.PositiveIntegerField()),
        ("year", models.PositiveSmallIntegerField()),
        ("size", models.PositiveSmallIntegerField()),
        ("seed", models.CharField(max_length=64)),
        ("entries", models.PositiveIntegerField()),
        ("total", models.DecimalField(max_digits=18, decimal_places=2)),
        ("drawn_by", SignatureField(max_length=200)),
        ("drawn_at", models.DateTimeField()),
        constraints=[check("audit_sample_of_something", Q(size__gt=0, total__gt=0))],
    ),
    table(
        "StandardPrice",
        ("pk", models.CompositePrimaryKey("region", "no", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("no", models.PositiveIntegerField()),
        ("item", models.CharField(max_length=300)),
        ("unit", models.CharField(max_length=40)),
        ("price", models.DecimalField(max_digits=18, decimal_places=2)),
        ("rule", models.CharField(max_length=200)),
        ("since", models.DateField()),
        constraints=[check("standard_price_of_a_rule", Q(price__gt=0) & ~Q(rule=""))],
    ),
]

GUARDS = [
    stays("Flag", "flag_kept", "DELETE"),
    guard("Flag", "flag_stays", "UPDATE").exactly("""\
IF NEW.village IS DISTINCT FROM OLD.village OR NEW.year IS DISTINCT FROM OLD.year OR NEW.number IS DISTINCT FROM \
OLD.number OR NEW.rule IS DISTINCT FROM OLD.rule OR NEW.version IS DISTINCT FROM OLD.version OR NEW.subject IS \
DISTINCT FROM OLD.subject OR NEW.day IS DISTINCT FROM OLD.day OR NEW.amount IS DISTINCT FROM OLD.amount OR \
NEW.inputs IS DISTINCT FROM OLD.inputs OR NEW.raised_at IS DISTINCT FROM OLD.raised_at OR NEW.told_on IS DISTINCT \
FROM OLD.told_on THEN RAISE EXCEPTION 'flag_raised_for_good' USING ERRCODE = 'check_violation'; END IF; IF \
OLD.state IN ('closed', 'false_alarm') AND NOT (NEW.state IN ('closed', 'false_alarm')
    AND (NEW.reply, NEW.replied_by, NEW.replied_at) IS NOT DISTINCT FROM (OLD.reply, OLD.replied_by, OLD.replied_at)
    AND EXISTS (
        SELECT 1 FROM villagefinance_correction AS c WHERE (c.region, c.village) = (OLD.region, OLD.village)
        AND c.about = 'flag/' || OLD.year || '/' || OLD.number AND c.at = NEW.judged_at
        AND (c.before ->> 'state', c.before ->> 'reason') = (OLD.state, OLD.reason)
        AND (c.after ->> 'state', c.after ->> 'reason') = (NEW.state, NEW.reason)
    )) THEN RAISE EXCEPTION 'flag_judged_for_good' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"""),
    stays("SampledEntry", "sampled_entry_stays"),
    stays("AuditSample", "audit_sample_stays"),
    stays("StandardPrice", "standard_price_stays"),
]
