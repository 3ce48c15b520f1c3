"""What the tables need beside Django's migrations: functions, years, references by several columns, a view."""

from __future__ import annotations

YEARS = r"""
CREATE SCHEMA IF NOT EXISTS villagefinance_years;

CREATE FUNCTION villagefinance_make_year(wanted integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF wanted NOT BETWEEN 2015 AND 2100 THEN
        RAISE EXCEPTION 'no_such_year' USING ERRCODE = 'check_violation';
    END IF;
    IF to_regclass(format('villagefinance_years.line_%s', wanted)) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE villagefinance_years.entry_%1$s PARTITION OF public.villagefinance_entry'
        ' FOR VALUES IN (%1$s)', wanted);
    EXECUTE format('CREATE TABLE villagefinance_years.line_%1$s PARTITION OF public.villagefinance_line'
        ' FOR VALUES IN (%1$s)', wanted);
    RETURN true;
END $$;
"""

FUNCTIONS = r"""
CREATE FUNCTION villagefinance_refuse(rule text, about json DEFAULT '{}') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', rule USING ERRCODE = 'check_violation', DETAIL = about::text;
END $$;

-- The lock of all that a village books, promises, closes and enacts. NO KEY, because rows that refer to the book are no
-- reason to wait.
CREATE FUNCTION villagefinance_hold(of_region text, of_village text) RETURNS void LANGUAGE sql AS $$
    SELECT 1 FROM villagefinance_book AS b WHERE b.region = of_region AND b.village = of_village FOR NO KEY UPDATE
$$;

CREATE FUNCTION villagefinance_entry_text(e villagefinance_entry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT format('["pilar-entry/1",%s,%s,%s,%s,%s,%s,"%s",%s,%s,%s,%s,%s,%s,"%s","%s"]',
        to_json(e.region), to_json(e.village), e.year, e.place, to_json(e.kind), e.number, e.date,
        to_json(e.document), to_json(e.told), to_json(e.maker), to_json(e.checker), to_json(e.approver),
        coalesce(e.reverses::text, 'null'),
        to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.lines_digest)
$$;

CREATE FUNCTION villagefinance_lines_text(of_region text, of_village text, of_year integer, of_place integer)
RETURNS text LANGUAGE sql STABLE AS $$
    SELECT '[' || string_agg(format('[%s,"%s","%s","%s","%s","%s",%s,%s,%s]',
        l.no, l.side, l.amount, l.account, l.activity, l.fund,
        coalesce(l.line::text, 'null'), coalesce(l.bank_account::text, 'null'), to_json(l.tax)), ',' ORDER BY l.no) || ']'
    FROM villagefinance_line AS l
    WHERE l.region = of_region AND l.village = of_village AND l.year = of_year AND l.place = of_place
$$;

CREATE FUNCTION villagefinance_lines_digest(of_region text, of_village text, of_year integer, of_place integer)
RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(villagefinance_lines_text(of_region, of_village, of_year, of_place), 'UTF8')), 'hex')
$$;

CREATE FUNCTION villagefinance_left(of_region text, of_village text, of_year integer, of_line integer, of_day date)
RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT (
        SELECT min(coalesce(a.amount, 0)) FROM villagefinance_budgetversion AS v
        LEFT JOIN villagefinance_budgetamount AS a ON a.region = v.region AND a.village = v.village AND a.year = v.year
            AND a.version = v.number AND a.line = of_line
        WHERE v.region = of_region AND v.village = of_village AND v.year = of_year AND v.state = 'enacted'
        AND v.number >= (
            SELECT max(f.number) FROM villagefinance_budgetversion AS f WHERE f.region = of_region
            AND f.village = of_village AND f.year = of_year AND f.state = 'enacted' AND f.in_force_from <= of_day
        )
    ) - coalesce((
        SELECT sum(p.moved) FROM villagefinance_budgetposition AS p
        WHERE p.region = of_region AND p.village = of_village AND p.year = of_year AND p.line = of_line
    ), 0) - coalesce((
        SELECT sum(r.open) FROM villagefinance_requestline AS r
        WHERE r.region = of_region AND r.village = of_village AND r.year = of_year AND r.line = of_line
    ), 0)
$$;

CREATE FUNCTION villagefinance_within_budget(
    of_region text, of_village text, of_year integer, of_line integer, of_day date
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    room numeric := villagefinance_left(of_region, of_village, of_year, of_line, of_day);
BEGIN
    IF room IS NULL THEN
        PERFORM villagefinance_refuse('budget_not_in_force', json_build_object('line', of_line, 'day', of_day));
    ELSIF room < 0 THEN
        PERFORM villagefinance_refuse('over_the_budget', json_build_object('line', of_line, 'amount', (-room)::text));
    END IF;
END $$;

-- What may never fall below nothing, by the rule that says so: money of an account, money of a fund, an advance, and
-- what is owed of a tax.
CREATE FUNCTION villagefinance_cells(account text, holder text, fund text, moved numeric)
RETURNS TABLE (rule text, cell text, moved numeric) LANGUAGE sql IMMUTABLE AS $$
    SELECT c.rule, c.cell, c.moved FROM (VALUES
        ('cash_below_zero', $2, $4, starts_with($1, '1.1.1')),
        ('fund_below_zero', $3, $4, starts_with($1, '1.1.1')),
        ('advance_below_zero', $2 || ' ' || $3, $4, $1 = '1.1.4'),
        ('remitted_above_withheld', $1 || ' ' || $2, -$4, starts_with($1, '7.1'))
    ) AS c (rule, cell, moved, applies) WHERE c.applies
$$;

-- R20: what the budget came to by the end of each day, and what is held and owed. Both are the same.
CREATE VIEW villagefinance_surplus AS
SELECT d.region, d.village, d.year, d.day,
    sum(d.realised) OVER so_far AS realised, sum(d.held) OVER so_far AS held
FROM (
    SELECT e.region, e.village, e.year, e.date AS day,
        sum(CASE l.side WHEN 'C' THEN l.amount ELSE -l.amount END) FILTER (WHERE l.account >= '4' AND l.account < '7')
            AS realised,
        sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END) FILTER (WHERE l.account < '2' OR l.account >= '7')
            AS held
    FROM villagefinance_entry AS e JOIN villagefinance_line AS l
        ON (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place)
    WHERE e.kind <> 'closing' GROUP BY 1, 2, 3, 4
) AS d
WINDOW so_far AS (PARTITION BY d.region, d.village, d.year ORDER BY d.day);
"""

_VILLAGE = "region village"
_YEAR = "region village year"
REFERENCES = (
    ("budgetversion", _VILLAGE, "book", _VILLAGE),
    ("budgetline", _VILLAGE, "book", _VILLAGE),
    ("budgetline", "region account", "account", "region code"),
    ("budgetline", "region fund", "fund", "region code"),
    ("budgetamount", f"{_YEAR} version", "budgetversion", f"{_YEAR} number"),
    ("budgetamount", f"{_YEAR} line", "budgetline", f"{_YEAR} key"),
    ("costitem", f"{_YEAR} version line", "budgetamount", f"{_YEAR} version line"),
    ("cashplan", f"{_YEAR} version line", "budgetamount", f"{_YEAR} version line"),
    ("ceiling", _VILLAGE, "book", _VILLAGE),
    ("ceiling", "region fund", "fund", "region code"),
    ("bankaccount", _VILLAGE, "book", _VILLAGE),
    ("bankaccount", "region account", "account", "region code"),
    ("paymentrequest", _VILLAGE, "book", _VILLAGE),
    ("requestline", f"{_YEAR} request", "paymentrequest", f"{_YEAR} number"),
    ("requestline", f"{_YEAR} line", "budgetline", f"{_YEAR} key"),
    ("withholding", f"{_YEAR} request", "paymentrequest", f"{_YEAR} number"),
    ("withholding", "region ntpn", "remittance", "region ntpn"),
    ("remittance", f"{_YEAR} place", "entry", f"{_YEAR} place"),
    ("period", _VILLAGE, "book", _VILLAGE),
    ("entry", _VILLAGE, "book", _VILLAGE),
    ("entry", f"{_YEAR} reverses", "entry", f"{_YEAR} place"),
    ("line", f"{_YEAR} place", "entry", f"{_YEAR} place"),
    ("line", "region account", "account", "region code"),
    ("line", "region fund", "fund", "region code"),
    ("line", f"{_YEAR} line", "budgetline", f"{_YEAR} key"),
    ("line", f"{_VILLAGE} bank_account account", "bankaccount", f"{_VILLAGE} key account"),
    ("sealedbook", _VILLAGE, "book", _VILLAGE),
)


def references(of_tables: tuple[tuple[str, str, str, str], ...] = REFERENCES) -> str:
    """Foreign keys of several columns, which Django does not make; each begins with the region."""
    return "".join(
        f"ALTER TABLE villagefinance_{table} ADD CONSTRAINT {table}_{of.split()[-1]}_of_{other}"
        f" FOREIGN KEY ({', '.join(of.split())}) REFERENCES villagefinance_{other} ({', '.join(to.split())});\n"
        for table, of, other, to in of_tables
    )


_REQUEST = f"{_YEAR} request"
PAYMENT_REFERENCES = (
    ("paymentrequest", "region fund", "fund", "region code"),
    ("paymentrequest", f"{_VILLAGE} supplier", "supplier", f"{_VILLAGE} key"),
    ("paymentrequest", f"{_YEAR} income_line", "budgetline", f"{_YEAR} key"),
    ("paymentrequest", f"{_YEAR} place", "entry", f"{_YEAR} place"),
    ("bill", f"{_REQUEST} line", "requestline", f"{_REQUEST} line"),
    ("bill", f"{_VILLAGE} supplier", "supplier", f"{_VILLAGE} key"),
    ("proof", _REQUEST, "paymentrequest", f"{_YEAR} number"),
    ("withholding", f"{_REQUEST} bill", "bill", f"{_REQUEST} no"),
    ("supplier", _VILLAGE, "book", _VILLAGE),
    ("accountchange", _VILLAGE, "book", _VILLAGE),
    ("accountchange", f"{_VILLAGE} supplier", "supplier", f"{_VILLAGE} key"),
)
REQUEST_ENTRY_REFERENCES = (
    ("requestentry", f"{_YEAR} place", "entry", f"{_YEAR} place"),
    ("requestentry", f"{_VILLAGE} of_year request", "paymentrequest", f"{_YEAR} number"),
)
REPORT_REFERENCES = (("reportstep", _VILLAGE, "book", _VILLAGE),)
