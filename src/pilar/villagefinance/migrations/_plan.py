"""R4: what the cash plan (RAK) of the version in force leaves, once its documents of execution (DPA) are approved."""

from __future__ import annotations

PLAN = r"""
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

CREATE OR REPLACE FUNCTION villagefinance_within_budget(
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
"""
