IF NOT EXISTS (SELECT 1 FROM villagefinance_line AS l
    WHERE (l.region, l.village, l.year, l.place, l.no, l.bank_account)
        = (NEW.region, NEW.village, NEW.year, NEW.place, NEW.no, NEW.bank_account))
THEN PERFORM villagefinance_refuse('matched_line_unknown'); END IF;
RETURN NEW;
