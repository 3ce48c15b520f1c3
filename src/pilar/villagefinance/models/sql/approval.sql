-- R4, R9: who approves the DPA has not checked it, its months add up, and they give what was already spent or promised.
PERFORM villagefinance_hold(NEW.region, NEW.village);
IF (
    SELECT s."by" FROM villagefinance_budgetstep AS s WHERE (s.region, s.village, s.year, s.version)
    = (NEW.region, NEW.village, NEW.year, NEW.version) AND s.act = 'checked' ORDER BY s.no DESC LIMIT 1
) IS NOT DISTINCT FROM NEW."by" THEN PERFORM villagefinance_refuse('execution_of_two_people'); END IF;

SELECT a.line INTO bad FROM villagefinance_budgetamount AS a WHERE (a.region, a.village, a.year, a.version)
    = (NEW.region, NEW.village, NEW.year, NEW.version) AND a.amount <> coalesce((
        SELECT sum(p.amount) FROM villagefinance_cashplan AS p WHERE (p.region, p.village, p.year, p.version, p.line)
        = (a.region, a.village, a.year, a.version, a.line)
    ), 0) ORDER BY a.line LIMIT 1;
IF FOUND THEN PERFORM villagefinance_refuse('cash_plan_differs', json_build_object('line', bad)); END IF;

SELECT l.key INTO bad FROM villagefinance_budgetline AS l JOIN villagefinance_budgetversion AS v
    ON (v.region, v.village, v.year, v.number) = (l.region, l.village, l.year, NEW.version)
    WHERE (l.region, l.village, l.year) = (NEW.region, NEW.village, NEW.year) AND $OUT
    AND villagefinance_plan_left(l.region, l.village, l.year, l.key, v.in_force_from, false) < 0
    ORDER BY l.key LIMIT 1;
IF FOUND THEN PERFORM villagefinance_refuse('cash_plan_below_spent', json_build_object('line', bad)); END IF;
RETURN NULL;
