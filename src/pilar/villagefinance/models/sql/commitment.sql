-- R3 for what is promised.
PERFORM villagefinance_hold(NEW.region, NEW.village);
SELECT r.date INTO asked FROM villagefinance_paymentrequest AS r
    WHERE (r.region, r.village, r.year, r.number) = (NEW.region, NEW.village, NEW.year, NEW.request);
PERFORM villagefinance_within_budget(NEW.region, NEW.village, NEW.year, NEW.line, asked);
RETURN NULL;
