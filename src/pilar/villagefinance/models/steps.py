"""Steps of a budget and of the reports of its year with their papers; the plans that a budget is based on."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only
from pilar.villagefinance.models import triggers
from pilar.villagefinance.models.places import OfVillage, OfYear
from pilar.villagefinance.rules.reports import ReportAct

TOLD, CHECKED, UNCHECKED, APPROVED = "told", "checked", "unchecked", "approved"
"""Steps without a change of state: the council is told of a shift; the DPA is checked by the secretary, given back or
approved by the head."""


class BudgetStep(OfYear):
    """A step of a version of a budget: the state that it reached, or one of ``TOLD``, ``CHECKED``, ``UNCHECKED``,
    ``APPROVED``.

    ``paper`` is the number of the minutes, letter or regulation, of ``day``; ``due``: the last day for the next step.
    ``sheet``: the evaluation at that moment, each rule with its version (``rules.sheets``); ``lines``: a checksum of
    the lines and posts that were judged.
    """

    pk = models.CompositePrimaryKey("region", "village", "year", "version", "no")
    version = models.PositiveSmallIntegerField()
    no = models.PositiveSmallIntegerField()
    act = models.CharField(max_length=9)
    by = SignatureField(max_length=200)
    at = models.DateTimeField()
    paper = models.CharField(max_length=100, blank=True)
    elaboration = models.CharField(max_length=100, blank=True)
    day = models.DateField(null=True)
    due = models.DateField(null=True)
    told = models.CharField(max_length=2000, blank=True)
    sheet = models.JSONField(null=True)
    lines = models.BigIntegerField(null=True)

    class Meta:
        triggers = [
            append_only("budget_step_stays"),
            triggers.APPROVAL,
        ]

    def __str__(self) -> str:
        return f"{self.village} {self.year}/{self.version}: {self.act}"


class ReportStep(OfYear):
    """A report of a year that was sent, made or agreed (``rules.reports``), by a letter or regulation of ``day``."""

    pk = models.CompositePrimaryKey("region", "village", "year", "act")
    act = models.CharField(max_length=8)
    by = SignatureField(max_length=200)
    at = models.DateTimeField()
    paper = models.CharField(max_length=100, blank=True)
    day = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(act=ReportAct.MADE.value, paper="", day=None)
                | (Q(act__in=[ReportAct.SENT.value, ReportAct.AGREED.value], day__isnull=False) & ~Q(paper="")),
                name="report_step_has_its_paper",
            ),
        ]
        triggers = [append_only("report_step_stays"), triggers.REPORT]

    def __str__(self) -> str:
        return f"{self.village} {self.year}: {self.act}"


class Correction(OfVillage):
    """The correction of a wrong record, with its reason: a verdict on a flag, or number and day of a paper. ``about``
    is the name of the record in ``queries.corrections``; ``before`` and ``after`` are its wrong and right content."""

    pk = models.CompositePrimaryKey("region", "village", "no")
    no = models.PositiveIntegerField()
    about = models.CharField(max_length=40)
    before = models.JSONField()
    after = models.JSONField()
    reason = models.CharField(max_length=1000)
    by = SignatureField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(before=F("after")), name="correction_has_a_reason")
        ]
        indexes = [models.Index(fields=["region", "village", "about"], name="correction_by_what")]
        triggers = [append_only("correction_stays")]

    def __str__(self) -> str:
        return f"{self.village} {self.about}"


class OtherProgramme(OfYear):
    """A programme of others in the village (program sektoral dan program daerah): none of its money passes through the
    village's books."""

    pk = models.CompositePrimaryKey("region", "village", "year", "no")
    no = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    source = models.CharField(max_length=200)
    place = models.CharField(max_length=200, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="other_programme_not_below_zero")]

    def __str__(self) -> str:
        return self.name


class PlannedWork(OfVillage):
    """A planned work of an activity, with place and cost, in the plan of the years ``first`` to ``last``: one year
    (RKPDes) or many (RPJMDes, where ``since`` and ``until`` are the years of the work)."""

    pk = models.CompositePrimaryKey("region", "village", "first", "last", "no")
    first = models.PositiveSmallIntegerField()
    last = models.PositiveSmallIntegerField()
    no = models.PositiveSmallIntegerField()
    activity = models.CharField(max_length=10)
    told = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=200, blank=True)
    volume = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    unit = models.CharField(max_length=40, blank=True)
    fund = models.CharField(max_length=5, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    since = models.PositiveSmallIntegerField()
    until = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0) & (Q(volume__isnull=True) | Q(volume__gt=0)), name="planned_work_positive"
            ),
            models.CheckConstraint(
                condition=Q(since__gte=F("first"), until__gte=F("since"), last__gte=F("until")),
                name="planned_work_within_its_plan",
            ),
        ]

    def __str__(self) -> str:
        return self.activity
