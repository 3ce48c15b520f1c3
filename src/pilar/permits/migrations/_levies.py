"""Tables of levies, and what guards them."""

from django.db import models
from django.db.models import F, Q

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, guard, index, stays, table, unique

TABLES = [
    table(
        "Levy",
        ID,
        ("number", models.CharField(max_length=60, unique=True)),
        ("amount", models.DecimalField(max_digits=18, decimal_places=0)),
        ("formula", models.CharField(max_length=1000)),
        ("inputs", models.JSONField(default=dict)),
        ("due_on", models.DateField()),
        ("code", models.CharField(max_length=600, blank=True)),
        ("set_at", models.DateTimeField()),
        ("set_by", SignatureField(max_length=200)),
        ("state", models.CharField(max_length=4, default="open")),
        ("closed_at", models.DateTimeField(null=True)),
        ("closed_by", SignatureField(max_length=200, blank=True)),
        ("paid_on", models.DateField(null=True)),
        ("reason", models.CharField(max_length=500, blank=True)),
        ("case", models.ForeignKey("permits.case", models.PROTECT, related_name="levies")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ("owed", models.DecimalField(null=True, max_digits=18, decimal_places=0)),
        ordering=["-id"],
        indexes=[index("levy_by_due_date", "region", "state", "due_on")],
        constraints=[
            unique("levy_of_case_once", "case", where=~Q(state="void")),
            check("levy_above_zero", Q(amount__gt=0)),
            check(
                "levy_closed_as_its_state",
                Q(closed_at__isnull=True, owed__isnull=True, paid_on__isnull=True, state="open")
                | Q(closed_at__isnull=False, owed__gte=F("amount"), paid_on__isnull=False, state="paid")
                | (Q(closed_at__isnull=False, owed__isnull=True, paid_on__isnull=True, state="void") & ~Q(reason="")),
            ),
        ],
    ),
    table(
        "MerchantCode",
        ID,
        ("text", models.CharField(max_length=512)),
        ("set_at", models.DateTimeField()),
        ("set_by", SignatureField(max_length=200)),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
    ),
    table(
        "Payment",
        ID,
        ("reference", models.CharField(max_length=80)),
        ("paid_on", models.DateField()),
        ("amount", models.DecimalField(max_digits=18, decimal_places=2)),
        ("text", models.CharField(max_length=500, blank=True)),
        ("reported_at", models.DateTimeField()),
        ("reported_by", SignatureField(max_length=200)),
        ("matched_at", models.DateTimeField(null=True)),
        ("matched_by", SignatureField(max_length=200, blank=True)),
        ("levy", models.ForeignKey("permits.levy", models.PROTECT, null=True, related_name="payments")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ordering=["-paid_on", "-id"],
        constraints=[
            unique("payment_reported_once", "region", "reference"),
            check(
                "payment_matched_whole",
                Q(levy__isnull=True, matched_at__isnull=True) | Q(levy__isnull=False, matched_at__isnull=False),
            ),
            check("payment_or_given_back", Q(amount__gt=0) | Q(amount__lt=0, levy__isnull=False)),
        ],
    ),
]

GUARDS = [
    stays("Levy", "levy_kept", "DELETE"),
    guard("Levy", "levy_stays", "UPDATE")("""
        IF OLD.state = 'void' OR OLD.state = 'paid' AND NEW.state <> 'open' THEN
            RAISE EXCEPTION 'levy_closed_stays' USING ERRCODE = 'check_violation';
        END IF;
        IF (NEW.case_id, NEW.number, NEW.amount, NEW.formula, NEW.inputs, NEW.due_on, NEW.code) IS DISTINCT
            FROM (OLD.case_id, OLD.number, OLD.amount, OLD.formula, OLD.inputs, OLD.due_on, OLD.code) THEN
            RAISE EXCEPTION 'levy_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("MerchantCode", "merchant_code_append_only"),
    stays("Payment", "payment_kept", "DELETE"),
    guard("Payment", "payment_stays", "UPDATE")("""
        IF OLD.levy_id IS NOT NULL AND (NEW.levy_id IS NOT NULL OR EXISTS (SELECT FROM permits_levy WHERE id =
            OLD.levy_id AND state <> 'open')) THEN
            RAISE EXCEPTION 'payment_matched_stays' USING ERRCODE = 'check_violation';
        END IF;
        IF (NEW.region_id, NEW.reference, NEW.paid_on, NEW.amount, NEW.text) IS DISTINCT FROM (OLD.region_id,
            OLD.reference, OLD.paid_on, OLD.amount, OLD.text) THEN
            RAISE EXCEPTION 'payment_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
]
