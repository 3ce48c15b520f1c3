IF EXISTS (
    SELECT 1 FROM villagefinance_budgetversion AS v WHERE v.state = 'enacted' AND (
        TG_OP <> 'INSERT' AND (v.region, v.village, v.year, v.number) = (OLD.region, OLD.village, OLD.year, OLD.version)
        OR TG_OP <> 'DELETE' AND (v.region, v.village, v.year, v.number)
        = (NEW.region, NEW.village, NEW.year, NEW.version)
    )
) THEN PERFORM villagefinance_refuse('budget_is_enacted'); END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
