"""Tables of statements, and what guards them."""

from django.db import models
from django.db.models import F, Q

from pilar.platform.names import SignatureField
from pilar.platform.squashed import check, guard, index, stays, table

TABLES = [
    table(
        "BankFormat",
        ("pk", models.CompositePrimaryKey("region", "village", "bank_account", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("bank_account", models.PositiveSmallIntegerField()),
        ("columns", models.JSONField()),
    ),
    table(
        "BankMatch",
        ("pk", models.CompositePrimaryKey("region", "village", "bank_account", "number", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("bank_account", models.PositiveSmallIntegerField()),
        ("number", models.PositiveIntegerField()),
        ("accepted_by", SignatureField(max_length=200)),
        ("accepted_at", models.DateTimeField()),
    ),
    table(
        "BankStatement",
        ("pk", models.CompositePrimaryKey("region", "village", "bank_account", "number", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("bank_account", models.PositiveSmallIntegerField()),
        ("number", models.PositiveIntegerField()),
        ("name", models.CharField(max_length=200)),
        ("digest", models.CharField(max_length=64)),
        ("first", models.DateField()),
        ("last", models.DateField()),
        ("opening", models.DecimalField(max_digits=18, decimal_places=2)),
        ("closing", models.DecimalField(max_digits=18, decimal_places=2)),
        ("kept_by", SignatureField(max_length=200)),
        ("kept_at", models.DateTimeField()),
        constraints=[check("bank_statement_of_days", Q(last__gte=F("first")))],
    ),
    table(
        "MatchedLine",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "place", "no", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("place", models.PositiveIntegerField()),
        ("no", models.PositiveSmallIntegerField()),
        ("bank_account", models.PositiveSmallIntegerField()),
        ("match", models.PositiveIntegerField()),
        indexes=[index("matched_line_of_match", "region", "village", "bank_account", "match")],
    ),
    table(
        "MatchedRow",
        ("pk", models.CompositePrimaryKey("region", "village", "bank_account", "row", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("bank_account", models.PositiveSmallIntegerField()),
        ("row", models.PositiveIntegerField()),
        ("match", models.PositiveIntegerField()),
        indexes=[index("matched_row_of_match", "region", "village", "bank_account", "match")],
    ),
    table(
        "BankRow",
        ("pk", models.CompositePrimaryKey("region", "village", "bank_account", "number", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("bank_account", models.PositiveSmallIntegerField()),
        ("number", models.PositiveIntegerField()),
        ("statement", models.PositiveIntegerField()),
        ("date", models.DateField()),
        ("amount", models.DecimalField(max_digits=18, decimal_places=2)),
        ("text", models.TextField(blank=True)),
        ("reference", models.CharField(max_length=100, blank=True)),
        constraints=[check("bank_row_moves", ~Q(amount=0))],
    ),
]

GUARDS = [
    stays("BankStatement", "bank_statement_stays"),
    stays("MatchedLine", "matched_line_stays", "UPDATE"),
    guard("MatchedLine", "matched_line_balanced", "INSERT", when="AFTER", deferred="DEFERRED").exactly("""\
IF (SELECT sum(r.amount) FROM villagefinance_matchedrow AS m JOIN villagefinance_bankrow AS r
    ON (r.region, r.village, r.bank_account, r.number) = (m.region, m.village, m.bank_account, m.row)
    WHERE (m.region, m.village, m.bank_account, m.match) = (NEW.region, NEW.village, NEW.bank_account, NEW.match))
IS DISTINCT FROM (
    SELECT sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END)
    FROM villagefinance_matchedline AS m JOIN villagefinance_line AS l
    ON (l.region, l.village, l.year, l.place, l.no, l.bank_account)
        = (m.region, m.village, m.year, m.place, m.no, m.bank_account)
    WHERE (m.region, m.village, m.bank_account, m.match) = (NEW.region, NEW.village, NEW.bank_account, NEW.match))
THEN PERFORM villagefinance_refuse('match_unbalanced'); END IF;
RETURN NULL;
"""),
    stays("MatchedRow", "matched_row_stays", "UPDATE"),
    guard("MatchedRow", "matched_row_balanced", "INSERT", when="AFTER", deferred="DEFERRED").exactly("""\
IF (SELECT sum(r.amount) FROM villagefinance_matchedrow AS m JOIN villagefinance_bankrow AS r
    ON (r.region, r.village, r.bank_account, r.number) = (m.region, m.village, m.bank_account, m.row)
    WHERE (m.region, m.village, m.bank_account, m.match) = (NEW.region, NEW.village, NEW.bank_account, NEW.match))
IS DISTINCT FROM (
    SELECT sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END)
    FROM villagefinance_matchedline AS m JOIN villagefinance_line AS l
    ON (l.region, l.village, l.year, l.place, l.no, l.bank_account)
        = (m.region, m.village, m.year, m.place, m.no, m.bank_account)
    WHERE (m.region, m.village, m.bank_account, m.match) = (NEW.region, NEW.village, NEW.bank_account, NEW.match))
THEN PERFORM villagefinance_refuse('match_unbalanced'); END IF;
RETURN NULL;
"""),
    stays("BankRow", "bank_row_stays"),
]
