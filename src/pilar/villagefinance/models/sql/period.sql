PERFORM villagefinance_hold(NEW.region, NEW.village);
SELECT * INTO last FROM villagefinance_period AS e WHERE $YEAR AND e.month = NEW.month ORDER BY e.no DESC LIMIT 1;
NEW.no := coalesce(last.no, 0) + 1;
IF NEW.act = 'closed' AND last.act <> 'reopened' THEN PERFORM villagefinance_refuse('month_is_closed'); END IF;
IF NEW.act = 'asked' AND last.act IS DISTINCT FROM 'closed' THEN PERFORM villagefinance_refuse('month_is_open'); END IF;
IF NEW.act = 'reopened' AND last.act IS DISTINCT FROM 'asked' THEN
    PERFORM villagefinance_refuse('reopening_not_asked');
END IF;
RETURN NEW;
