-- R12: the number of a receipt alone changes, where two people said which is correct.
IF (NEW.region, NEW.village, NEW.year, NEW.place, NEW.tax, NEW.amount, NEW.date)
    IS DISTINCT FROM (OLD.region, OLD.village, OLD.year, OLD.place, OLD.tax, OLD.amount, OLD.date)
    OR NOT EXISTS (
        SELECT 1 FROM villagefinance_ntpnchange AS c
        WHERE (c.region, c.village, c.ntpn, c.correct) = (OLD.region, OLD.village, OLD.ntpn, NEW.ntpn)
        AND c.confirmed_at IS NOT NULL
    )
THEN PERFORM villagefinance_refuse('remittance_renumbered'); END IF;
RETURN NEW;
