IF (SELECT sum(r.amount) FROM villagefinance_matchedrow AS m JOIN villagefinance_bankrow AS r
    ON (r.region, r.village, r.bank_account, r.number) = (m.region, m.village, m.bank_account, m.row)
    WHERE (m.region, m.village, m.bank_account, m.match) = (NEW.region, NEW.village, NEW.bank_account, NEW.match))
IS DISTINCT FROM (
    SELECT sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END)
    FROM villagefinance_matchedline AS m JOIN villagefinance_line AS l
    ON (l.region, l.village, l.year, l.place, l.no, l.bank_account)
        = (m.region, m.village, m.year, m.place, m.no, m.bank_account)
    WHERE (m.region, m.village, m.bank_account, m.match) = (NEW.region, NEW.village, NEW.bank_account, NEW.match))
THEN PERFORM villagefinance_refuse('match_unbalanced'); END IF;
RETURN NULL;
