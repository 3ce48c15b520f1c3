-- R12: what is remitted under a receipt of the state is what its entry takes from the tax withheld.
IF NEW.amount IS DISTINCT FROM (
    SELECT sum(l.amount) FROM villagefinance_line AS l
    WHERE (l.region, l.village, l.year, l.place) = (NEW.region, NEW.village, NEW.year, NEW.place)
    AND l.side = 'D' AND l.tax = NEW.tax
) THEN PERFORM villagefinance_refuse('remittance_differs'); END IF;
RETURN NEW;
