"""What the tables need beside Django's migrations: parts by year, functions, a view."""

from django.db import migrations

YEARS = r"""
CREATE SCHEMA villagefinance_years;

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

-- R4: what the cash plan (RAK) of the version in force leaves, once its documents of execution (DPA) are approved.
CREATE FUNCTION villagefinance_executed(of_region text, of_village text, of_year integer, of_version integer)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT s.act = 'approved' FROM villagefinance_budgetstep AS s
        WHERE s.region = of_region AND s.village = of_village AND s.year = of_year AND s.version = of_version
        AND s.act IN ('checked', 'unchecked', 'approved') ORDER BY s.no DESC LIMIT 1
    ), false)
$$;

-- The least that is left, at the end of the month of a day or of a later one, of what the plan gives so far, by months or
-- by periods; without a plan that was approved, nothing is told.
CREATE FUNCTION villagefinance_plan_left(
    of_region text, of_village text, of_year integer, of_line integer, of_day date, monthly boolean
) RETURNS numeric LANGUAGE plpgsql STABLE AS $$
DECLARE
    v villagefinance_budgetversion;
BEGIN
    SELECT * INTO v FROM villagefinance_budgetversion AS f WHERE f.region = of_region AND f.village = of_village
        AND f.year = of_year AND f.state = 'enacted' AND f.in_force_from <= of_day ORDER BY f.number DESC LIMIT 1;
    IF NOT FOUND OR NOT villagefinance_executed(of_region, of_village, of_year, v.number) THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT min(m.so_far) FROM (
            SELECT month, sum(coalesce((
                SELECT sum(c.amount) FROM villagefinance_cashplan AS c WHERE c.region = of_region
                AND c.village = of_village AND c.year = of_year AND c.version = v.number AND c.line = of_line
                AND c.month = months.month
            ), 0) - coalesce((
                SELECT sum(p.moved) FROM villagefinance_budgetposition AS p WHERE p.region = of_region
                AND p.village = of_village AND p.year = of_year AND p.line = of_line AND p.month = months.month
            ), 0) - coalesce((
                SELECT sum(r.open) FROM villagefinance_requestline AS r JOIN villagefinance_paymentrequest AS a
                ON (a.region, a.village, a.year, a.number) = (r.region, r.village, r.year, r.request)
                WHERE r.region = of_region AND r.village = of_village AND r.year = of_year AND r.line = of_line
                AND extract(month FROM a.date) = months.month
            ), 0)) OVER (ORDER BY month) AS so_far
            FROM generate_series(1, 12) AS months (month)
        ) AS m WHERE m.month >= extract(month FROM of_day) AND (monthly OR m.month % v.period = 0)
    );
END $$;

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
    room := villagefinance_plan_left(of_region, of_village, of_year, of_line, of_day, false);
    IF room < 0 THEN
        PERFORM villagefinance_refuse('over_the_plan', json_build_object('line', of_line, 'amount', (-room)::text));
    END IF;
END $$;

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

OPERATIONS = [migrations.RunSQL(YEARS), migrations.RunSQL(FUNCTIONS)]
