"""Tables of budget, and what guards them."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from pilar.platform.names import SignatureField
from pilar.platform.squashed import check, guard, stays, table, unique

TABLES = [
    table(
        "BudgetAmount",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "version", "line", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("version", models.PositiveSmallIntegerField()),
        ("line", models.PositiveSmallIntegerField()),
        ("amount", models.DecimalField(max_digits=18, decimal_places=2)),
        constraints=[check("budget_amount_not_negative", Q(amount__gte=0))],
    ),
    table(
        "BudgetLine",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "key", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("key", models.PositiveSmallIntegerField()),
        ("activity", models.CharField(max_length=10, blank=True)),
        ("account", models.CharField(max_length=12)),
        ("fund", models.CharField(max_length=5)),
        constraints=[
            unique("budget_line_once", "region", "village", "year", "activity", "account", "fund"),
            check("budget_line_of_the_budget", Q(account__regex="^[456]\\.")),
            check(
                "budget_line_activity_where_spent",
                Q(account__startswith="5", activity__gt="") | (~Q(account__startswith="5") & Q(activity="")),
            ),
        ],
    ),
    table(
        "BudgetVersion",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "number", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("number", models.PositiveSmallIntegerField()),
        ("kind", models.CharField(max_length=8)),
        ("state", models.CharField(max_length=9, default="draft")),
        ("rule_number", models.CharField(max_length=100, blank=True)),
        ("rule_date", models.DateField(null=True)),
        ("in_force_from", models.DateField(null=True)),
        ("extraordinary", models.CharField(max_length=200, blank=True)),
        ("heads", models.PositiveSmallIntegerField(default=1)),
        ("secretaries", models.PositiveSmallIntegerField(default=1)),
        ("staff", models.PositiveSmallIntegerField(default=0)),
        ("period", models.PositiveSmallIntegerField(default=12, db_default=12)),
        constraints=[
            check(
                "budget_enacted_by_a_rule", ~Q(state="enacted") | (Q(in_force_from__isnull=False) & ~Q(rule_number=""))
            ),
            unique("budget_original_once", "region", "village", "year", where=Q(kind="original") & ~Q(state="dropped")),
            unique(
                "budget_amended_once_a_year",
                "region",
                "village",
                "year",
                where=Q(extraordinary="", kind="amended") & ~Q(state="dropped"),
            ),
            check(
                "budget_state_known",
                Q(
                    state__in=[
                        "draft",
                        "agreed",
                        "submitted",
                        "evaluated",
                        "deemed",
                        "returned",
                        "corrected",
                        "enacted",
                        "dropped",
                    ]
                ),
            ),
            check(
                "budget_kind_known",
                Q(kind="interim", number=0) | Q(kind__in=["original", "shift", "amended"], number__gt=0),
            ),
            check("budget_period_of_a_year", Q(period__in=[1, 2, 3, 4, 6, 12])),
        ],
    ),
    table(
        "CashPlan",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "version", "line", "month", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("version", models.PositiveSmallIntegerField()),
        ("line", models.PositiveSmallIntegerField()),
        ("month", models.PositiveSmallIntegerField()),
        ("amount", models.DecimalField(max_digits=18, decimal_places=2)),
        constraints=[check("cash_plan_of_a_month", Q(amount__gte=0, month__range=(1, 12)))],
    ),
    table(
        "Ceiling",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "fund", "number", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("fund", models.CharField(max_length=5)),
        ("number", models.PositiveSmallIntegerField()),
        ("amount", models.DecimalField(max_digits=18, decimal_places=2)),
        ("rule", models.CharField(max_length=200)),
        ("made_on", models.DateField()),
        ("status", models.CharField(max_length=20, blank=True)),
        constraints=[check("ceiling_of_a_rule", Q(amount__gte=0) & ~Q(rule=""))],
    ),
    table(
        "CostItem",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "version", "line", "no", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("version", models.PositiveSmallIntegerField()),
        ("line", models.PositiveSmallIntegerField()),
        ("no", models.PositiveSmallIntegerField()),
        ("description", models.CharField(max_length=300)),
        ("package", models.CharField(max_length=200, blank=True)),
        ("output", models.CharField(max_length=200, blank=True)),
        ("volume", models.DecimalField(max_digits=14, decimal_places=3)),
        ("unit", models.CharField(max_length=40)),
        ("unit_price", models.DecimalField(max_digits=18, decimal_places=2)),
        ("amount", models.DecimalField(max_digits=18, decimal_places=2)),
        constraints=[
            check("cost_item_positive", Q(unit_price__gte=0, volume__gt=0)),
            check("cost_item_volume_times_price", Q(amount=Round(F("volume") * F("unit_price"), 2))),
        ],
    ),
    table(
        "CarriedLine",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "line", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("line", models.PositiveSmallIntegerField()),
        ("amount", models.DecimalField(max_digits=18, decimal_places=2)),
        constraints=[check("carried_line_positive", Q(amount__gt=0))],
    ),
    table(
        "ActivityExecutor",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "activity", "no", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("activity", models.CharField(max_length=10)),
        ("no", models.PositiveSmallIntegerField()),
        ("executor", SignatureField(max_length=200, blank=True)),
        ("by", SignatureField(max_length=200, blank=True)),
        ("at", models.DateTimeField()),
        constraints=[check("activity_executor_of_an_activity", ~Q(activity=""))],
    ),
]

GUARDS = [
    guard("BudgetAmount", "budget_amount_frozen", "INSERT OR UPDATE OR DELETE").exactly("""\
IF EXISTS (
    SELECT 1 FROM villagefinance_budgetversion AS v WHERE v.state = 'enacted' AND (
        TG_OP <> 'INSERT' AND (v.region, v.village, v.year, v.number) = (OLD.region, OLD.village, OLD.year, \
OLD.version)
        OR TG_OP <> 'DELETE' AND (v.region, v.village, v.year, v.number)
        = (NEW.region, NEW.village, NEW.year, NEW.version)
    )
) THEN PERFORM villagefinance_refuse('budget_is_enacted'); END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""),
    stays("BudgetLine", "budget_line_stays"),
    guard("BudgetLine", "budget_line_of_leaves", "INSERT").exactly("""\
IF NOT EXISTS (
    SELECT 1 FROM villagefinance_account AS a WHERE (a.region, a.code) = (NEW.region, NEW.account) AND a.is_leaf
) THEN PERFORM villagefinance_refuse('account_not_booked_on', json_build_object('account', NEW.account)); END IF;
IF NEW.activity <> '' AND NOT EXISTS (
    SELECT 1 FROM villagefinance_activity AS a WHERE (a.region, a.code, a.level) = (NEW.region, NEW.activity, 3)
) THEN PERFORM villagefinance_refuse('activity_not_spent_on', json_build_object('activity', NEW.activity)); END IF;
RETURN NEW;
"""),
    stays("BudgetVersion", "budget_enacted_stays", condition="OLD.\"state\" = 'enacted'"),
    guard(
        "BudgetVersion",
        "budget_enacted_balanced",
        "INSERT OR UPDATE",
        when="AFTER",
        declare="DECLARE told record;",
        condition="NEW.\"state\" = 'enacted'",
    ).exactly("""\
-- R14, R3 for what was promised and spent before, and the order of versions.
PERFORM villagefinance_hold(NEW.region, NEW.village);
IF EXISTS (
    SELECT 1 FROM villagefinance_budgetversion AS e WHERE (e.region, e.village, e.year) = (NEW.region, \
NEW.village, NEW.year) AND e.state = 'enacted'
    AND (e.number > NEW.number OR (e.number < NEW.number AND e.in_force_from > NEW.in_force_from))
) THEN PERFORM villagefinance_refuse('budget_out_of_order'); END IF;

SELECT coalesce(sum(CASE WHEN ((l.account = '5' OR starts_with(l.account, '5.')) OR (l.account = '6.2' OR \
starts_with(l.account, '6.2.'))) THEN -a.amount ELSE a.amount END), 0) AS balance,
    min(l.key) FILTER (WHERE (l.account = '5' OR starts_with(l.account, '5.')) AND a.amount <> coalesce((
        SELECT sum(c.amount) FROM villagefinance_costitem AS c WHERE (c.region, c.village, c.year, c.version, \
c.line)
        = (a.region, a.village, a.year, a.version, a.line)
    ), 0)) AS unplanned
    INTO told FROM villagefinance_budgetamount AS a JOIN villagefinance_budgetline AS l
    ON (l.region, l.village, l.year, l.key) = (a.region, a.village, a.year, a.line)
    WHERE (a.region, a.village, a.year, a.version) = (NEW.region, NEW.village, NEW.year, NEW.number);
IF told.balance <> 0 AND NEW.kind <> 'interim' THEN
    PERFORM villagefinance_refuse('budget_unbalanced', json_build_object('amount', told.balance::text));
END IF;
IF told.unplanned IS NOT NULL THEN
    PERFORM villagefinance_refuse('cost_plan_differs', json_build_object('line', told.unplanned));
END IF;
SELECT l.key INTO told FROM villagefinance_budgetline AS l
    WHERE (l.region, l.village, l.year) = (NEW.region, NEW.village, NEW.year) AND ((l.account = '5' OR \
starts_with(l.account, '5.')) OR (l.account = '6.2' OR starts_with(l.account, '6.2.')))
    AND villagefinance_left(l.region, l.village, l.year, l.key, NEW.in_force_from) < 0 LIMIT 1;
IF FOUND THEN PERFORM villagefinance_refuse('below_what_is_spent', json_build_object('line', told.key)); END IF;
RETURN NULL;
"""),
    guard(
        "CashPlan",
        "cash_plan_approved_stays",
        "INSERT OR UPDATE OR DELETE",
        declare="DECLARE plan villagefinance_cashplan;",
    ).exactly("""\
-- The plan that payments draw on stays as it was approved, until the head has given it back.
plan := CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END;
PERFORM villagefinance_hold(plan.region, plan.village);
IF villagefinance_executed(plan.region, plan.village, plan.year, plan.version) OR TG_OP = 'UPDATE'
    AND villagefinance_executed(NEW.region, NEW.village, NEW.year, NEW.version)
THEN PERFORM villagefinance_refuse('cash_plan_is_approved'); END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""),
    stays("Ceiling", "ceiling_stays"),
    guard("CostItem", "cost_item_frozen", "INSERT OR UPDATE OR DELETE").exactly("""\
IF EXISTS (
    SELECT 1 FROM villagefinance_budgetversion AS v WHERE v.state = 'enacted' AND (
        TG_OP <> 'INSERT' AND (v.region, v.village, v.year, v.number) = (OLD.region, OLD.village, OLD.year, \
OLD.version)
        OR TG_OP <> 'DELETE' AND (v.region, v.village, v.year, v.number)
        = (NEW.region, NEW.village, NEW.year, NEW.version)
    )
) THEN PERFORM villagefinance_refuse('budget_is_enacted'); END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""),
    stays("CarriedLine", "carried_line_stays"),
    stays("ActivityExecutor", "activity_executor_stays"),
]
