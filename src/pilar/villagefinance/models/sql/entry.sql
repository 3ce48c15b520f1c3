-- R7, R13, R19 and the chain: what an entry is given, and when there may be none.
SELECT * INTO book FROM villagefinance_book AS b WHERE (b.region, b.village) = (NEW.region, NEW.village)
    FOR NO KEY UPDATE;
IF NOT FOUND THEN PERFORM villagefinance_refuse('no_books'); END IF;
NEW.place := book.entries + 1;
NEW.previous := book.head;
NEW.recorded_at := clock_timestamp();
SELECT coalesce(max(e.number), 0) + 1 INTO NEW.number FROM villagefinance_entry AS e
    WHERE $YEAR AND e.kind = NEW.kind;

-- The first clock of the country, that of Papua; each region's own day is asked by the operation.
IF NEW.date > (NEW.recorded_at AT TIME ZONE 'Asia/Jayapura')::date THEN
    PERFORM villagefinance_refuse('entry_in_the_future');
END IF;
IF EXISTS (SELECT 1 FROM villagefinance_entry AS e WHERE $YEAR AND e.kind = 'closing') THEN
    PERFORM villagefinance_refuse('year_is_closed');
END IF;
IF EXISTS (SELECT 1 FROM villagefinance_entry AS e WHERE $YEAR AND e.reverses = NEW.reverses) THEN
    PERFORM villagefinance_refuse('reversed_already');
END IF;
IF EXISTS (SELECT 1 FROM villagefinance_entry AS e WHERE $YEAR AND e.place = NEW.reverses AND e.kind = 'remittance') THEN
    PERFORM villagefinance_refuse('remittance_stays');
END IF;
-- Without its opening a year takes nothing more, and after anything else it is not opened again.
IF EXISTS (SELECT 1 FROM villagefinance_entry AS e WHERE $YEAR AND e.place = NEW.reverses AND e.kind = 'opening')
    AND EXISTS (SELECT 1 FROM villagefinance_entry AS e WHERE $YEAR AND e.kind NOT IN ('opening', 'reversal'))
THEN PERFORM villagefinance_refuse('opening_is_built_on'); END IF;
-- What a later year began with stays what there was before it.
IF (NEW.kind = 'opening' OR NOT EXISTS (SELECT 1 FROM villagefinance_entry AS e WHERE $YEAR)) AND EXISTS (
    SELECT 1 FROM villagefinance_entry AS e
    WHERE (e.region, e.village) = (NEW.region, NEW.village) AND e.year > NEW.year
) THEN PERFORM villagefinance_refuse('later_year_is_begun'); END IF;
IF NEW.kind <> 'closing' THEN
    SELECT e.act INTO last FROM villagefinance_period AS e
        WHERE $YEAR AND e.month = extract(month FROM NEW.date) ORDER BY e.no DESC LIMIT 1;
    IF last <> 'reopened' THEN PERFORM villagefinance_refuse('month_is_closed'); END IF;
END IF;

IF NOT EXISTS (
    SELECT 1 FROM villagefinance_entry AS e WHERE $YEAR AND e.kind = 'opening' AND NOT EXISTS (
        SELECT 1 FROM villagefinance_entry AS r
        WHERE (r.region, r.village, r.year, r.reverses) = (e.region, e.village, e.year, e.place)
    )
) THEN
    SELECT max(e.year) INTO before FROM villagefinance_entry AS e
        WHERE (e.region, e.village) = (NEW.region, NEW.village) AND e.year < NEW.year;
    IF NEW.kind <> 'opening' THEN
        IF before IS NOT NULL AND EXISTS (
            SELECT 1 FROM villagefinance_cashposition AS p
            WHERE (p.region, p.village, p.year) = (NEW.region, NEW.village, before)
            GROUP BY p.account, p.holder, p.fund HAVING sum(p.moved) <> 0
        ) THEN PERFORM villagefinance_refuse('opening_is_missing'); END IF;
    ELSIF EXISTS (
        SELECT 1 FROM villagefinance_entry AS e WHERE $YEAR AND e.kind NOT IN ('opening', 'reversal')
    ) THEN PERFORM villagefinance_refuse('opening_not_first');
    ELSIF before IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM villagefinance_entry AS e
        WHERE (e.region, e.village, e.year, e.kind) = (NEW.region, NEW.village, before, 'closing')
    ) THEN PERFORM villagefinance_refuse('year_before_is_open');
    END IF;
ELSIF NEW.kind = 'opening' THEN PERFORM villagefinance_refuse('opening_not_first');
END IF;

NEW.hash := encode(sha256(
    decode(NEW.previous, 'hex') || convert_to(villagefinance_entry_text(NEW), 'UTF8')
), 'hex');
UPDATE villagefinance_book AS b SET entries = NEW.place, head = NEW.hash
    WHERE (b.region, b.village) = (NEW.region, NEW.village);
RETURN NEW;
