"""Tables of ledger."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear, Left

from pilar.platform.names import SignatureField
from pilar.platform.squashed import check, table, unique

TABLES = [
    table(
        "BudgetPosition",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "line", "month", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("line", models.PositiveSmallIntegerField()),
        ("month", models.PositiveSmallIntegerField()),
        ("moved", models.DecimalField(max_digits=18, decimal_places=2)),
    ),
    table(
        "CashPosition",
        (
            "pk",
            models.CompositePrimaryKey(
                "region", "village", "year", "account", "holder", "fund", "day", serialize=False
            ),
        ),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("account", models.CharField(max_length=12)),
        ("holder", models.CharField(max_length=20)),
        ("fund", models.CharField(max_length=5)),
        ("day", models.DateField()),
        ("moved", models.DecimalField(max_digits=18, decimal_places=2)),
    ),
    table(
        "Entry",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "place", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("place", models.PositiveIntegerField()),
        ("kind", models.CharField(max_length=12)),
        ("number", models.PositiveIntegerField()),
        ("date", models.DateField()),
        ("document", models.CharField(max_length=100, blank=True)),
        ("told", models.CharField(max_length=300)),
        ("maker", SignatureField(max_length=200)),
        ("checker", SignatureField(max_length=200, blank=True)),
        ("approver", SignatureField(max_length=200, blank=True)),
        ("reverses", models.PositiveIntegerField(null=True)),
        ("lines_digest", models.CharField(max_length=64)),
        ("previous", models.CharField(max_length=64)),
        ("hash", models.CharField(max_length=64)),
        ("recorded_at", models.DateTimeField()),
        constraints=[
            unique("entry_number_once", "region", "village", "year", "kind", "number"),
            unique("entry_reversed_once", "region", "village", "year", "reverses"),
            check(
                "entry_kind_known",
                Q(
                    kind__in=[
                        "opening",
                        "receipt",
                        "settlement",
                        "payment",
                        "advance",
                        "accounted",
                        "unused",
                        "remittance",
                        "withdrawal",
                        "deposit",
                        "refund",
                        "late_refund",
                        "investment",
                        "closing",
                        "reversal",
                    ]
                ),
            ),
            check("entry_of_its_year", Q(year=ExtractYear("date"))),
            check("entry_opening_on_first_of_january", ~Q(kind="opening") | Q(date__day=1, date__month=1)),
            check("entry_closing_on_last_of_december", ~Q(kind="closing") | Q(date__day=31, date__month=12)),
            check(
                "entry_reversal_names_another",
                Q(kind="reversal", reverses__isnull=False) | (~Q(kind="reversal") & Q(reverses__isnull=True)),
            ),
            check(
                "entry_of_three_people",
                ~Q(maker="")
                & ~Q(maker=F("checker"))
                & ~Q(maker=F("approver"))
                & (Q(checker="") | ~Q(checker=F("approver")))
                & (
                    ~Q(kind__in=["settlement", "payment", "advance", "accounted", "remittance", "investment"])
                    | (~Q(checker="") & ~Q(approver=""))
                ),
            ),
        ],
        parted="year",
    ),
    table(
        "Line",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "place", "no", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("place", models.PositiveIntegerField()),
        ("no", models.PositiveSmallIntegerField()),
        ("side", models.CharField(max_length=1)),
        ("amount", models.DecimalField(max_digits=18, decimal_places=2)),
        ("account", models.CharField(max_length=12)),
        ("activity", models.CharField(max_length=10, blank=True)),
        ("fund", models.CharField(max_length=5)),
        ("line", models.PositiveSmallIntegerField(null=True)),
        ("bank_account", models.PositiveSmallIntegerField(null=True)),
        ("tax", models.CharField(max_length=20, blank=True)),
        constraints=[
            check("line_side_and_amount", Q(amount__gt=0, side__in=["D", "C"])),
            check(
                "line_account_of_the_books", Q(account__regex="^(1\\.1\\.1\\.|1\\.1\\.4$|3\\.1\\.2$|[456]\\.|7\\.1\\.)")
            ),
            check(
                "line_money_lies_somewhere",
                Q(account__startswith="1.1.1", bank_account__isnull=False)
                | (~Q(account__startswith="1.1.1") & Q(bank_account__isnull=True)),
            ),
            check(
                "line_tax_has_its_kind",
                (Q(account__startswith="7.1") & ~Q(tax="")) | (~Q(account__startswith="7.1") & Q(tax="")),
            ),
            check(
                "line_spending_has_an_activity", Q(activity__gt="") | ~(Q(account__startswith="5") | Q(account="1.1.4"))
            ),
        ],
        parted="year",
    ),
    table(
        "Period",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "month", "no", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("month", models.PositiveSmallIntegerField()),
        ("no", models.PositiveSmallIntegerField()),
        ("act", models.CharField(max_length=8)),
        ("by", SignatureField(max_length=200)),
        ("second", SignatureField(max_length=200, blank=True)),
        ("reason", models.CharField(max_length=500, blank=True)),
        ("at", models.DateTimeField()),
        constraints=[
            check("period_act_known", Q(act__in=["closed", "asked", "reopened"])),
            check("period_of_a_month", Q(month__range=(1, 12))),
            check(
                "period_reopened_by_two_with_a_reason",
                Q(act="closed") | (~Q(reason="") & (Q(act="asked") | (~Q(second="") & ~Q(second=F("by"))))),
            ),
        ],
    ),
    table(
        "SealedBook",
        ("pk", models.CompositePrimaryKey("region", "village", "day", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("day", models.DateField()),
        ("entries", models.PositiveIntegerField()),
        ("head", models.CharField(max_length=64)),
    ),
    table(
        "Book",
        ("pk", models.CompositePrimaryKey("region", "village", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("entries", models.PositiveIntegerField(default=0)),
        ("head", models.CharField(max_length=64, default="")),
        constraints=[check("book_village_in_region", Q(region=Left("village", 5)))],
    ),
]
