IF NOT EXISTS (
    SELECT 1 FROM villagefinance_account AS a WHERE (a.region, a.code) = (NEW.region, NEW.account) AND a.is_leaf
) THEN PERFORM villagefinance_refuse('account_not_booked_on', json_build_object('account', NEW.account)); END IF;
IF NEW.activity <> '' AND NOT EXISTS (
    SELECT 1 FROM villagefinance_activity AS a WHERE (a.region, a.code, a.level) = (NEW.region, NEW.activity, 3)
) THEN PERFORM villagefinance_refuse('activity_not_spent_on', json_build_object('activity', NEW.activity)); END IF;
RETURN NEW;
