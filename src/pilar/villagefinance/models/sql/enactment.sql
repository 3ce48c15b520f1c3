-- R14, R3 for what was promised and spent before, and the order of versions.
PERFORM villagefinance_hold(NEW.region, NEW.village);
IF EXISTS (
    SELECT 1 FROM villagefinance_budgetversion AS e WHERE $YEAR AND e.state = 'enacted'
    AND (e.number > NEW.number OR (e.number < NEW.number AND e.in_force_from > NEW.in_force_from))
) THEN PERFORM villagefinance_refuse('budget_out_of_order'); END IF;

SELECT coalesce(sum(CASE WHEN $OUT THEN -a.amount ELSE a.amount END), 0) AS balance,
    min(l.key) FILTER (WHERE $SPENT AND a.amount <> coalesce((
        SELECT sum(c.amount) FROM villagefinance_costitem AS c WHERE (c.region, c.village, c.year, c.version, c.line)
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
    WHERE (l.region, l.village, l.year) = (NEW.region, NEW.village, NEW.year) AND $OUT
    AND villagefinance_left(l.region, l.village, l.year, l.key, NEW.in_force_from) < 0 LIMIT 1;
IF FOUND THEN PERFORM villagefinance_refuse('below_what_is_spent', json_build_object('line', told.key)); END IF;
RETURN NULL;
