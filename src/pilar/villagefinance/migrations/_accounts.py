"""Tables of accounts."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q, Value

from pilar.platform.names import SignatureField
from pilar.platform.squashed import check, table, unique

TABLES = [
    table(
        "BankAccount",
        ("pk", models.CompositePrimaryKey("region", "village", "key", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("key", models.PositiveSmallIntegerField()),
        ("account", models.CharField(max_length=12)),
        ("name", models.CharField(max_length=100)),
        ("bank", models.CharField(max_length=100, blank=True)),
        ("number", models.CharField(max_length=40, blank=True)),
        ("closed_on", models.DateField(null=True)),
        constraints=[
            unique("bank_account_of_its_code", "region", "village", "key", "account"),
            check("bank_account_is_money", Q(account__in=["1.1.1.01", "1.1.1.02"])),
            check(
                "bank_account_has_a_number",
                Q(account="1.1.1.01", bank="", number="") | (Q(account="1.1.1.02") & ~Q(number="")),
            ),
        ],
    ),
    table(
        "AccountChange",
        ("pk", models.CompositePrimaryKey("region", "village", "no", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("no", models.PositiveIntegerField()),
        ("supplier", models.PositiveSmallIntegerField(null=True)),
        ("bank_account", models.PositiveSmallIntegerField(null=True)),
        ("name", models.CharField(max_length=100, blank=True)),
        ("bank", models.CharField(max_length=100)),
        ("number", models.CharField(max_length=40)),
        ("asked_by", SignatureField(max_length=200)),
        ("asked_at", models.DateTimeField()),
        ("confirmed_by", SignatureField(max_length=200, blank=True)),
        ("confirmed_at", models.DateTimeField(null=True)),
        ("dropped_at", models.DateTimeField(null=True)),
        ("dropped_by", SignatureField(max_length=200, blank=True)),
        constraints=[
            check("account_change_to_a_number", ~Q(number="") & ~Q(bank="")),
            check(
                "account_change_of_two_after_a_day",
                Q(confirmed_at__isnull=True, confirmed_by="")
                | (
                    Q(confirmed_at__gte=F("asked_at") + Value(timedelta(days=1)))
                    & ~Q(confirmed_by="")
                    & ~Q(confirmed_by=F("asked_by"))
                ),
            ),
            check(
                "account_change_dropped_or_confirmed",
                Q(dropped_at__isnull=True, dropped_by="")
                | (Q(confirmed_at__isnull=True, dropped_at__isnull=False) & ~Q(dropped_by="")),
            ),
        ],
    ),
    table(
        "Supplier",
        ("pk", models.CompositePrimaryKey("region", "village", "key", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("key", models.PositiveSmallIntegerField()),
        ("name", models.CharField(max_length=200)),
        ("npwp", models.CharField(max_length=20, blank=True)),
        ("taxable", models.BooleanField(default=False)),
        ("small", models.BooleanField(default=False)),
        ("builder", models.CharField(max_length=9, default="none")),
        ("bank", models.CharField(max_length=100, blank=True)),
        ("number", models.CharField(max_length=40, blank=True)),
        ("official", models.BooleanField(default=False)),
        constraints=[
            unique("supplier_named_once", "region", "village", "name"),
            check("supplier_builder", Q(builder__in=["none", "small", "certified"])),
        ],
    ),
]
