-- R9: the account of the year is agreed by somebody else than has made it.
IF NOT EXISTS (
    SELECT 1 FROM villagefinance_reportstep AS s WHERE (s.region, s.village, s.year, s.act)
    = (NEW.region, NEW.village, NEW.year, 'lpj') AND s."by" <> NEW."by"
) THEN PERFORM villagefinance_refuse('account_of_two_people'); END IF;
RETURN NEW;
