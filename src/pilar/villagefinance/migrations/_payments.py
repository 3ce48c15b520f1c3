"""Tables of payments, and what guards them."""

from django.db import models
from django.db.models import F, Q

from pilar.platform.names import SignatureField
from pilar.platform.squashed import check, guard, index, stays, table

TABLES = [
    table(
        "PaymentRequest",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "number", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("number", models.PositiveIntegerField()),
        ("kind", models.CharField(max_length=9)),
        ("state", models.CharField(max_length=9, default="draft")),
        ("date", models.DateField()),
        ("activity", models.CharField(max_length=10, blank=True)),
        ("payee", models.CharField(max_length=200, blank=True)),
        ("told", models.CharField(max_length=300)),
        ("maker", SignatureField(max_length=200)),
        ("checker", SignatureField(max_length=200, blank=True)),
        ("approver", SignatureField(max_length=200, blank=True)),
        ("fund", models.CharField(max_length=5)),
        ("income_line", models.PositiveSmallIntegerField(null=True)),
        ("paid_on", models.DateField(null=True)),
        ("reason", models.CharField(max_length=300, blank=True)),
        ("returned", models.DecimalField(default=0, max_digits=18, decimal_places=2)),
        ("supplier", models.PositiveSmallIntegerField(null=True)),
        ("cash_reason", models.CharField(max_length=300, blank=True)),
        ("plan_reason", models.CharField(max_length=300, blank=True)),
        ("accounted_by", SignatureField(max_length=200, blank=True)),
        constraints=[
            check("request_kind_known", Q(kind__in=["advance", "direct", "financing"])),
            check(
                "request_of_three_people",
                ~Q(maker=F("checker")) & ~Q(maker=F("approver")) & (Q(checker="") | ~Q(checker=F("approver"))),
            ),
            check(
                "request_state_known",
                Q(state__in=["draft", "submitted", "returned", "checked", "approved", "paid", "settled", "cancelled"]),
            ),
            check(
                "request_paid_on_a_day",
                Q(paid_on__isnull=False, state__in=["paid", "settled"])
                | (~Q(state__in=["paid", "settled"]) & Q(paid_on__isnull=True)),
            ),
            check("request_returned_not_negative", Q(returned__gte=0)),
        ],
    ),
    table(
        "Remittance",
        ("pk", models.CompositePrimaryKey("region", "ntpn", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("ntpn", models.CharField(max_length=20)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("place", models.PositiveIntegerField()),
        ("tax", models.CharField(max_length=20)),
        ("amount", models.DecimalField(max_digits=18, decimal_places=2)),
        ("date", models.DateField()),
        constraints=[check("remittance_positive", Q(amount__gt=0))],
    ),
    table(
        "RequestLine",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "request", "line", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("request", models.PositiveIntegerField()),
        ("line", models.PositiveSmallIntegerField()),
        ("amount", models.DecimalField(max_digits=18, decimal_places=2)),
        ("open", models.DecimalField(max_digits=18, decimal_places=2)),
        indexes=[index("request_line_of_budget_line", "region", "village", "year", "line")],
        constraints=[check("request_line_open_within_amount", Q(amount__gt=0, open__gte=0, open__lte=F("amount")))],
    ),
    table(
        "Withholding",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "request", "no", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("request", models.PositiveIntegerField()),
        ("no", models.PositiveSmallIntegerField()),
        ("tax", models.CharField(max_length=20)),
        ("base", models.DecimalField(max_digits=18, decimal_places=2)),
        ("rate", models.DecimalField(max_digits=7, decimal_places=4)),
        ("amount", models.DecimalField(max_digits=18, decimal_places=2)),
        ("ntpn", models.CharField(max_length=20, null=True)),
        ("account", models.CharField(max_length=12)),
        ("bill", models.PositiveSmallIntegerField()),
        ("due", models.DateField()),
        ("rule", models.CharField(max_length=40)),
        ("version", models.PositiveSmallIntegerField()),
        constraints=[check("withholding_of_its_base", Q(amount__gt=0, amount__lte=F("base")))],
    ),
    table(
        "Bill",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "request", "no", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("request", models.PositiveIntegerField()),
        ("no", models.PositiveSmallIntegerField()),
        ("line", models.PositiveSmallIntegerField()),
        ("kind", models.CharField(max_length=20)),
        ("parts", models.PositiveSmallIntegerField(default=1)),
        ("amount", models.DecimalField(max_digits=18, decimal_places=2)),
        ("payee", models.CharField(max_length=200, blank=True)),
        ("supplier", models.PositiveSmallIntegerField(null=True)),
        ("told", models.CharField(max_length=300, blank=True)),
        ("day", models.DateField(null=True)),
        ("number", models.CharField(max_length=50, blank=True)),
        constraints=[
            check("bill_positive", Q(amount__gt=0, parts__gt=0)),
            check(
                "bill_kind_known",
                Q(
                    kind__in=[
                        "goods",
                        "service",
                        "equipment_rent",
                        "land_rent",
                        "catering",
                        "building",
                        "building_design",
                        "honorarium",
                        "wage",
                        "salary",
                        "untaxed",
                    ]
                ),
            ),
        ],
    ),
    table(
        "Proof",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "request", "evidence", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("request", models.PositiveIntegerField()),
        ("evidence", models.UUIDField()),
        ("kind", models.CharField(max_length=8)),
        indexes=[index("proof_by_evidence", "evidence")],
        constraints=[check("proof_kind_known", Q(kind__in=["receipt", "progress"]))],
    ),
    table(
        "RequestEntry",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "place", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("place", models.PositiveIntegerField()),
        ("of_year", models.PositiveSmallIntegerField()),
        ("request", models.PositiveIntegerField()),
    ),
    table(
        "NtpnChange",
        ("pk", models.CompositePrimaryKey("region", "village", "no", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("no", models.PositiveIntegerField()),
        ("ntpn", models.CharField(max_length=20)),
        ("correct", models.CharField(max_length=20)),
        ("asked_by", SignatureField(max_length=200)),
        ("asked_at", models.DateTimeField()),
        ("confirmed_by", SignatureField(max_length=200, blank=True)),
        ("confirmed_at", models.DateTimeField(null=True)),
        ("dropped_at", models.DateTimeField(null=True)),
        ("dropped_by", SignatureField(max_length=200, blank=True)),
        ("told", models.CharField(max_length=300, blank=True)),
        constraints=[
            check(
                "ntpn_change_of_two",
                Q(confirmed_at__isnull=True, confirmed_by="")
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by="") & ~Q(confirmed_by=F("asked_by"))),
            ),
            check("ntpn_change_to_another", ~Q(ntpn=F("correct"))),
            check(
                "ntpn_change_dropped_or_confirmed",
                Q(dropped_at__isnull=True, dropped_by="", told="")
                | (Q(confirmed_at__isnull=True, dropped_at__isnull=False) & ~Q(dropped_by="") & ~Q(told="")),
            ),
        ],
    ),
]

GUARDS = [
    guard("Remittance", "remittance_of_its_entry", "INSERT").exactly("""\
-- R12: what is remitted under a receipt of the state is what its entry takes from the tax withheld.
IF NEW.amount IS DISTINCT FROM (
    SELECT sum(l.amount) FROM villagefinance_line AS l
    WHERE (l.region, l.village, l.year, l.place) = (NEW.region, NEW.village, NEW.year, NEW.place)
    AND l.side = 'D' AND l.tax = NEW.tax
) THEN PERFORM villagefinance_refuse('remittance_differs'); END IF;
RETURN NEW;
"""),
    stays("Remittance", "remittance_stays", "DELETE"),
    guard("Remittance", "remittance_renumbered", "UPDATE").exactly("""\
-- R12: the number of a receipt alone changes, where two people said which is correct.
IF (NEW.region, NEW.village, NEW.year, NEW.place, NEW.tax, NEW.amount, NEW.date)
    IS DISTINCT FROM (OLD.region, OLD.village, OLD.year, OLD.place, OLD.tax, OLD.amount, OLD.date)
    OR NOT EXISTS (
        SELECT 1 FROM villagefinance_ntpnchange AS c
        WHERE (c.region, c.village, c.ntpn, c.correct) = (OLD.region, OLD.village, OLD.ntpn, NEW.ntpn)
        AND c.confirmed_at IS NOT NULL
    )
THEN PERFORM villagefinance_refuse('remittance_renumbered'); END IF;
RETURN NEW;
"""),
    guard(
        "RequestLine",
        "request_within_budget",
        "INSERT OR UPDATE",
        when="AFTER",
        declare="DECLARE asked villagefinance_paymentrequest; beyond numeric;",
        condition='NEW."open" > 0',
    ).exactly("""\
-- R3 and R4 for what is promised; more than the cash plan of the months so far has a reason.
PERFORM villagefinance_hold(NEW.region, NEW.village);
SELECT * INTO asked FROM villagefinance_paymentrequest AS r
    WHERE (r.region, r.village, r.year, r.number) = (NEW.region, NEW.village, NEW.year, NEW.request);
PERFORM villagefinance_within_budget(NEW.region, NEW.village, NEW.year, NEW.line, asked.date);
beyond := villagefinance_plan_left(NEW.region, NEW.village, NEW.year, NEW.line, asked.date, true);
IF beyond < 0 AND asked.plan_reason = '' THEN
    PERFORM villagefinance_refuse('month_without_reason', json_build_object('line', NEW.line, 'amount', \
(-beyond)::text));
END IF;
RETURN NULL;
"""),
    guard(
        "Withholding", "withholding_remitted", "INSERT OR UPDATE", when="AFTER", condition='NEW."ntpn" IS NOT NULL'
    ).exactly("""\
-- R12: a remittance picks what was withheld of its tax, and no more than it remits.
PERFORM villagefinance_hold(NEW.region, NEW.village);
IF NOT EXISTS (
    SELECT 1 FROM villagefinance_remittance AS r
    WHERE (r.region, r.ntpn, r.village, r.tax) = (NEW.region, NEW.ntpn, NEW.village, NEW.tax) AND r.amount >= (
        SELECT sum(w.amount) FROM villagefinance_withholding AS w WHERE (w.region, w.ntpn) = (r.region, r.ntpn)
    )
) THEN PERFORM villagefinance_refuse('remittance_of_others'); END IF;
RETURN NULL;
"""),
    stays("Withholding", "withholding_remitted_stays", condition='OLD."ntpn" IS NOT NULL AND pg_trigger_depth() = 0'),
    stays("Proof", "proof_stays"),
    stays("RequestEntry", "request_entry_stays"),
    stays(
        "NtpnChange", "ntpn_change_stays", condition='OLD."confirmed_at" IS NOT NULL OR OLD."dropped_at" IS NOT NULL'
    ),
]
