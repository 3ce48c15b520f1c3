-- R12: a remittance picks what was withheld of its tax, and no more than it remits.
PERFORM villagefinance_hold(NEW.region, NEW.village);
IF NOT EXISTS (
    SELECT 1 FROM villagefinance_remittance AS r
    WHERE (r.region, r.ntpn, r.village, r.tax) = (NEW.region, NEW.ntpn, NEW.village, NEW.tax) AND r.amount >= (
        SELECT sum(w.amount) FROM villagefinance_withholding AS w WHERE (w.region, w.ntpn) = (r.region, r.ntpn)
    )
) THEN PERFORM villagefinance_refuse('remittance_of_others'); END IF;
RETURN NULL;
