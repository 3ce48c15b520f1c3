-- The plan that payments draw on stays as it was approved, until the head has given it back.
plan := CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END;
PERFORM villagefinance_hold(plan.region, plan.village);
IF villagefinance_executed(plan.region, plan.village, plan.year, plan.version) OR TG_OP = 'UPDATE'
    AND villagefinance_executed(NEW.region, NEW.village, NEW.year, NEW.version)
THEN PERFORM villagefinance_refuse('cash_plan_is_approved'); END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
