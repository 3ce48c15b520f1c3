-- R3 and R4 for what is promised; more than the cash plan of the months so far has a reason.
PERFORM villagefinance_hold(NEW.region, NEW.village);
SELECT * INTO asked FROM villagefinance_paymentrequest AS r
    WHERE (r.region, r.village, r.year, r.number) = (NEW.region, NEW.village, NEW.year, NEW.request);
PERFORM villagefinance_within_budget(NEW.region, NEW.village, NEW.year, NEW.line, asked.date);
beyond := villagefinance_plan_left(NEW.region, NEW.village, NEW.year, NEW.line, asked.date, true);
IF beyond < 0 AND asked.plan_reason = '' THEN
    PERFORM villagefinance_refuse('month_without_reason', json_build_object('line', NEW.line, 'amount', (-beyond)::text));
END IF;
RETURN NULL;
