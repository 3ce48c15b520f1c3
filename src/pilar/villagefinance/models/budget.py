"""The budget of a village and year in its versions, down to its cost items and cash plan, and the ceilings of funds."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only
from pilar.villagefinance.models import triggers
from pilar.villagefinance.models.places import OfYear
from pilar.villagefinance.rules.budgets import BudgetState


class BudgetVersion(OfYear):
    """A version of a budget (APBDes): the original, a shift by the head (Perkades), the change of the year (PAK), and
    number 0, by which the head permits the spending that is allowed before the original is enacted.

    ``period``: at the end of every so many months, spending may not exceed the cash plan so far (R4).
    ``extraordinary``: the rule by which there may be a further change in the year. The version with the highest number
    of those in force on a day counts. ``heads``, ``secretaries`` and ``staff``: posts that draw a fixed income.
    """

    pk = models.CompositePrimaryKey("region", "village", "year", "number")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=9, default=BudgetState.DRAFT.value)
    rule_number = models.CharField(max_length=100, blank=True)
    rule_date = models.DateField(null=True)
    in_force_from = models.DateField(null=True)
    extraordinary = models.CharField(max_length=200, blank=True)
    period = models.PositiveSmallIntegerField(default=12, db_default=12)
    heads = models.PositiveSmallIntegerField(default=1)
    secretaries = models.PositiveSmallIntegerField(default=1)
    staff = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="interim", number=0) | Q(kind__in=["original", "shift", "amended"], number__gt=0),
                name="budget_kind_known",
            ),
            models.CheckConstraint(condition=Q(period__in=[1, 2, 3, 4, 6, 12]), name="budget_period_of_a_year"),
            models.CheckConstraint(
                condition=Q(state__in=[budget_state.value for budget_state in BudgetState]), name="budget_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="enacted") | (Q(in_force_from__isnull=False) & ~Q(rule_number="")),
                name="budget_enacted_by_a_rule",
            ),
            models.UniqueConstraint(
                fields=["region", "village", "year"],
                condition=Q(kind="original") & ~Q(state="dropped"),
                name="budget_original_once",
            ),
            models.UniqueConstraint(
                fields=["region", "village", "year"],
                condition=Q(kind="amended", extraordinary="") & ~Q(state="dropped"),
                name="budget_amended_once_a_year",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="budget_enacted_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="enacted"),
            ),
            triggers.ENACTMENT,
        ]

    def __str__(self) -> str:
        return f"{self.village} {self.year}/{self.number}"


class BudgetLine(OfYear):
    """A budget line: activity (none for revenue and financing), account and fund.

    Its key is the same in every version; a line that a version does not list has no amount there.
    """

    pk = models.CompositePrimaryKey("region", "village", "year", "key")
    key = models.PositiveSmallIntegerField()
    activity = models.CharField(max_length=10, blank=True)
    account = models.CharField(max_length=12)
    fund = models.CharField(max_length=5)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "village", "year", "activity", "account", "fund"], name="budget_line_once"
            ),
            models.CheckConstraint(condition=Q(account__regex=r"^[456]\."), name="budget_line_of_the_budget"),
            models.CheckConstraint(
                condition=Q(account__startswith="5", activity__gt="") | (~Q(account__startswith="5") & Q(activity="")),
                name="budget_line_activity_where_spent",
            ),
        ]
        triggers = [append_only("budget_line_stays"), triggers.BUDGET_LINE]

    def __str__(self) -> str:
        return f"{self.activity} {self.account} {self.fund}".strip()


class BudgetAmount(OfYear):
    """The amount of a line in a version, in rupiah."""

    pk = models.CompositePrimaryKey("region", "village", "year", "version", "line")
    version = models.PositiveSmallIntegerField()
    line = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="budget_amount_not_negative")]
        triggers = [triggers.frozen("budget_amount_frozen")]

    def __str__(self) -> str:
        return f"{self.line}: {self.amount}"


class CostItem(OfYear):
    """A line of the cost plan (RAB) under a line of the budget; ``package`` groups items that are carried out
    together."""

    pk = models.CompositePrimaryKey("region", "village", "year", "version", "line", "no")
    version = models.PositiveSmallIntegerField()
    line = models.PositiveSmallIntegerField()
    no = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=300)
    package = models.CharField(max_length=200, blank=True)
    output = models.CharField(max_length=200, blank=True)
    volume = models.DecimalField(max_digits=14, decimal_places=3)
    unit = models.CharField(max_length=40)
    unit_price = models.DecimalField(max_digits=18, decimal_places=2)
    amount = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(volume__gt=0, unit_price__gte=0), name="cost_item_positive"),
            models.CheckConstraint(
                condition=Q(amount=models.functions.Round(models.F("volume") * models.F("unit_price"), 2)),
                name="cost_item_volume_times_price",
            ),
        ]
        triggers = [triggers.frozen("cost_item_frozen")]

    def __str__(self) -> str:
        return self.description


class CashPlan(OfYear):
    """The amount of a budget line in a month of the cash plan (RAK Desa): income or spending."""

    pk = models.CompositePrimaryKey("region", "village", "year", "version", "line", "month")
    version = models.PositiveSmallIntegerField()
    line = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(month__range=(1, 12), amount__gte=0), name="cash_plan_of_a_month")
        ]
        triggers = [triggers.CASH_PLAN]

    def __str__(self) -> str:
        return f"{self.line} {self.month}: {self.amount}"


class Ceiling(OfYear):
    """The amount granted to a village by a rule, by fund and year (pagu); a correction gets the next number, and the
    highest counts. ``status``: the village's status in the index of villages (IDM), which may decide the stages of
    disbursement."""

    pk = models.CompositePrimaryKey("region", "village", "year", "fund", "number")
    fund = models.CharField(max_length=5)
    number = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    rule = models.CharField(max_length=200)
    made_on = models.DateField()
    status = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0) & ~Q(rule=""), name="ceiling_of_a_rule"),
        ]
        triggers = [append_only("ceiling_stays")]

    def __str__(self) -> str:
        return f"{self.fund} {self.amount}"


class CarriedLine(OfYear):
    """The unspent part of a budget line that continues in the next year when its year is closed (DPAL), paid from the
    surplus of its fund."""

    pk = models.CompositePrimaryKey("region", "village", "year", "line")
    line = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="carried_line_positive")]
        triggers = [append_only("carried_line_stays")]

    def __str__(self) -> str:
        return f"{self.line}: {self.amount}"


class ActivityExecutor(OfYear):
    """The executor of an activity of a year (PKA). A successor gets the next number, and the highest counts;
    ``executor`` is empty where nobody is responsible any more."""

    pk = models.CompositePrimaryKey("region", "village", "year", "activity", "no")
    activity = models.CharField(max_length=10)
    no = models.PositiveSmallIntegerField()
    executor = SignatureField(max_length=200, blank=True)
    by = SignatureField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(activity=""), name="activity_executor_of_an_activity")]
        triggers = [append_only("activity_executor_stays")]

    def __str__(self) -> str:
        return f"{self.activity}: {self.executor}"
