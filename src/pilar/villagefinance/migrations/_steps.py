"""Tables of steps, and what guards them."""

from django.db import models
from django.db.models import F, Q

from pilar.platform.names import SignatureField
from pilar.platform.squashed import check, guard, index, stays, table

TABLES = [
    table(
        "BudgetStep",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "version", "no", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("version", models.PositiveSmallIntegerField()),
        ("no", models.PositiveSmallIntegerField()),
        ("act", models.CharField(max_length=9)),
        ("by", SignatureField(max_length=200)),
        ("at", models.DateTimeField()),
        ("paper", models.CharField(max_length=100, blank=True)),
        ("elaboration", models.CharField(max_length=100, blank=True)),
        ("day", models.DateField(null=True)),
        ("due", models.DateField(null=True)),
        ("told", models.CharField(max_length=2000, blank=True)),
        ("sheet", models.JSONField(null=True)),
        ("lines", models.BigIntegerField(null=True)),
    ),
    table(
        "PlannedWork",
        ("pk", models.CompositePrimaryKey("region", "village", "first", "last", "no", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("first", models.PositiveSmallIntegerField()),
        ("last", models.PositiveSmallIntegerField()),
        ("no", models.PositiveSmallIntegerField()),
        ("activity", models.CharField(max_length=10)),
        ("told", models.CharField(max_length=300, blank=True)),
        ("place", models.CharField(max_length=200, blank=True)),
        ("volume", models.DecimalField(null=True, max_digits=14, decimal_places=3)),
        ("unit", models.CharField(max_length=40, blank=True)),
        ("fund", models.CharField(max_length=5, blank=True)),
        ("amount", models.DecimalField(max_digits=18, decimal_places=2)),
        ("since", models.PositiveSmallIntegerField()),
        ("until", models.PositiveSmallIntegerField()),
        constraints=[
            check("planned_work_positive", Q(amount__gte=0) & (Q(volume__isnull=True) | Q(volume__gt=0))),
            check(
                "planned_work_within_its_plan", Q(last__gte=F("until"), since__gte=F("first"), until__gte=F("since"))
            ),
        ],
    ),
    table(
        "ReportStep",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "act", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("act", models.CharField(max_length=8)),
        ("by", SignatureField(max_length=200)),
        ("at", models.DateTimeField()),
        ("paper", models.CharField(max_length=100, blank=True)),
        ("day", models.DateField(null=True)),
        constraints=[
            check(
                "report_step_has_its_paper",
                Q(act="lpj", day=None, paper="")
                | (Q(act__in=["semester", "perdes"], day__isnull=False) & ~Q(paper="")),
            )
        ],
    ),
    table(
        "OtherProgramme",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "no", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("no", models.PositiveSmallIntegerField()),
        ("name", models.CharField(max_length=300)),
        ("source", models.CharField(max_length=200)),
        ("place", models.CharField(max_length=200, blank=True)),
        ("amount", models.DecimalField(max_digits=18, decimal_places=2)),
        constraints=[check("other_programme_not_below_zero", Q(amount__gte=0))],
    ),
    table(
        "Correction",
        ("pk", models.CompositePrimaryKey("region", "village", "no", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("no", models.PositiveIntegerField()),
        ("about", models.CharField(max_length=40)),
        ("before", models.JSONField()),
        ("after", models.JSONField()),
        ("reason", models.CharField(max_length=1000)),
        ("by", SignatureField(max_length=200)),
        ("at", models.DateTimeField()),
        indexes=[index("correction_by_what", "region", "village", "about")],
        constraints=[check("correction_has_a_reason", ~Q(reason="") & ~Q(before=F("after")))],
    ),
]

GUARDS = [
    stays("BudgetStep", "budget_step_stays"),
    guard(
        "BudgetStep",
        "budget_step_by_two",
        "INSERT",
        when="AFTER",
        declare="DECLARE bad integer;",
        condition="NEW.\"act\" = 'approved'",
    ).exactly("""\
-- R4, R9: who approves the DPA has not checked it, its months add up, and they give what was already spent or \
promised.
PERFORM villagefinance_hold(NEW.region, NEW.village);
IF (
    SELECT s."by" FROM villagefinance_budgetstep AS s WHERE (s.region, s.village, s.year, s.version)
    = (NEW.region, NEW.village, NEW.year, NEW.version) AND s.act = 'checked' ORDER BY s.no DESC LIMIT 1
) IS NOT DISTINCT FROM NEW."by" THEN PERFORM villagefinance_refuse('execution_of_two_people'); END IF;

SELECT a.line INTO bad FROM villagefinance_budgetamount AS a WHERE (a.region, a.village, a.year, a.version)
    = (NEW.region, NEW.village, NEW.year, NEW.version) AND a.amount <> coalesce((
        SELECT sum(p.amount) FROM villagefinance_cashplan AS p WHERE (p.region, p.village, p.year, p.version, \
p.line)
        = (a.region, a.village, a.year, a.version, a.line)
    ), 0) ORDER BY a.line LIMIT 1;
IF FOUND THEN PERFORM villagefinance_refuse('cash_plan_differs', json_build_object('line', bad)); END IF;

SELECT l.key INTO bad FROM villagefinance_budgetline AS l JOIN villagefinance_budgetversion AS v
    ON (v.region, v.village, v.year, v.number) = (l.region, l.village, l.year, NEW.version)
    WHERE (l.region, l.village, l.year) = (NEW.region, NEW.village, NEW.year) AND ((l.account = '5' OR \
starts_with(l.account, '5.')) OR (l.account = '6.2' OR starts_with(l.account, '6.2.')))
    AND villagefinance_plan_left(l.region, l.village, l.year, l.key, v.in_force_from, false) < 0
    ORDER BY l.key LIMIT 1;
IF FOUND THEN PERFORM villagefinance_refuse('cash_plan_below_spent', json_build_object('line', bad)); END IF;
RETURN NULL;
"""),
    stays("ReportStep", "report_step_stays"),
    guard("ReportStep", "report_step_by_two", "INSERT", condition="NEW.\"act\" = 'perdes'").exactly("""\
-- R9: the account of the year is agreed by somebody else than has made it.
IF NOT EXISTS (
    SELECT 1 FROM villagefinance_reportstep AS s WHERE (s.region, s.village, s.year, s.act)
    = (NEW.region, NEW.village, NEW.year, 'lpj') AND s."by" <> NEW."by"
) THEN PERFORM villagefinance_refuse('account_of_two_people'); END IF;
RETURN NEW;
"""),
    stays("Correction", "correction_stays"),
]
