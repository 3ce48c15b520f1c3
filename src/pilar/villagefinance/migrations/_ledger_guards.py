"""What guards the tables of ledger."""

from pilar.platform.squashed import guard, stays

GUARDS = [
    stays(
        "BudgetPosition",
        "budget_position_by_lines_alone",
        "INSERT OR UPDATE OR DELETE",
        condition="pg_trigger_depth() = 0",
    ),
    stays(
        "CashPosition", "cash_position_by_lines_alone", "INSERT OR UPDATE OR DELETE", condition="pg_trigger_depth() = 0"
    ),
    stays("Entry", "entry_stays"),
    guard("Entry", "entry_has_lines", "INSERT", when="AFTER", deferred="DEFERRED")("""
        IF NOT EXISTS (SELECT 1 FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) =
            (NEW.region, NEW.village, NEW.year, NEW.place)) THEN
            PERFORM villagefinance_refuse('entry_without_lines');
        END IF;
        RETURN NULL;
    """),
    guard(
        "Entry",
        "entry_takes_its_place",
        "INSERT",
        declare="DECLARE book villagefinance_book; before integer; last text;",
    ).exactly("""\
-- R7, R13, R19 and the chain: what an entry is given, and when there may be none.
SELECT * INTO book FROM villagefinance_book AS b WHERE (b.region, b.village) = (NEW.region, NEW.village)
    FOR NO KEY UPDATE;
IF NOT FOUND THEN PERFORM villagefinance_refuse('no_books'); END IF;
NEW.place := book.entries + 1;
NEW.previous := book.head;
NEW.recorded_at := clock_timestamp();
SELECT coalesce(max(e.number), 0) + 1 INTO NEW.number FROM villagefinance_entry AS e
    WHERE (e.region, e.village, e.year) = (NEW.region, NEW.village, NEW.year) AND e.kind = NEW.kind;

-- The first clock of the country, that of Papua; each region's own day is asked by the operation.
IF NEW.date > (NEW.recorded_at AT TIME ZONE 'Asia/Jayapura')::date THEN
    PERFORM villagefinance_refuse('entry_in_the_future');
END IF;
IF EXISTS (SELECT 1 FROM villagefinance_entry AS e WHERE (e.region, e.village, e.year) = (NEW.region, \
NEW.village, NEW.year) AND e.kind = 'closing') THEN
    PERFORM villagefinance_refuse('year_is_closed');
END IF;
IF EXISTS (SELECT 1 FROM villagefinance_entry AS e WHERE (e.region, e.village, e.year) = (NEW.region, \
NEW.village, NEW.year) AND e.reverses = NEW.reverses) THEN
    PERFORM villagefinance_refuse('reversed_already');
END IF;
IF EXISTS (SELECT 1 FROM villagefinance_entry AS e WHERE (e.region, e.village, e.year) = (NEW.region, \
NEW.village, NEW.year) AND e.place = NEW.reverses AND e.kind = 'remittance') THEN
    PERFORM villagefinance_refuse('remittance_stays');
END IF;
-- Without its opening a year takes nothing more, and after anything else it is not opened again.
IF EXISTS (SELECT 1 FROM villagefinance_entry AS e WHERE (e.region, e.village, e.year) = (NEW.region, \
NEW.village, NEW.year) AND e.place = NEW.reverses AND e.kind = 'opening')
    AND EXISTS (SELECT 1 FROM villagefinance_entry AS e WHERE (e.region, e.village, e.year) = (NEW.region, \
NEW.village, NEW.year) AND e.kind NOT IN ('opening', 'reversal'))
THEN PERFORM villagefinance_refuse('opening_is_built_on'); END IF;
-- What a later year began with stays what there was before it.
IF (NEW.kind = 'opening' OR NOT EXISTS (SELECT 1 FROM villagefinance_entry AS e WHERE (e.region, e.village, \
e.year) = (NEW.region, NEW.village, NEW.year))) AND EXISTS (
    SELECT 1 FROM villagefinance_entry AS e
    WHERE (e.region, e.village) = (NEW.region, NEW.village) AND e.year > NEW.year
) THEN PERFORM villagefinance_refuse('later_year_is_begun'); END IF;
IF NEW.kind <> 'closing' THEN
    SELECT e.act INTO last FROM villagefinance_period AS e
        WHERE (e.region, e.village, e.year) = (NEW.region, NEW.village, NEW.year) AND e.month = extract(month \
FROM NEW.date) ORDER BY e.no DESC LIMIT 1;
    IF last <> 'reopened' THEN PERFORM villagefinance_refuse('month_is_closed'); END IF;
END IF;

IF NOT EXISTS (
    SELECT 1 FROM villagefinance_entry AS e WHERE (e.region, e.village, e.year) = (NEW.region, NEW.village, \
NEW.year) AND e.kind = 'opening' AND NOT EXISTS (
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
        SELECT 1 FROM villagefinance_entry AS e WHERE (e.region, e.village, e.year) = (NEW.region, NEW.village, \
NEW.year) AND e.kind NOT IN ('opening', 'reversal')
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
"""),
    stays("Line", "line_stays"),
    guard(
        "Line",
        "lines_booked",
        "INSERT",
        when="AFTER",
        new="fresh",
        declare="""
        DECLARE given record;
        e villagefinance_entry;
        told record;
        bad record;
        before integer;
        room numeric;
    """,
        level="STATEMENT",
    ).exactly("""\
-- All that holds of the lines of an entry, and what they come to. An entry without lines is never committed, so its
-- lines are those of one statement, and whoever adds some holds the lock on the book that the entry took.
FOR given IN SELECT f.region, f.village, f.year, f.place, count(*) AS lines FROM fresh AS f
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
LOOP
    SELECT * INTO e FROM villagefinance_entry AS x
        WHERE (x.region, x.village, x.year, x.place) = (given.region, given.village, given.year, given.place);

    -- R1, and the digest that the chain covers.
    SELECT count(*) AS lines, bool_or(l.account = '3.1.2') AS surplus, bool_or(((l.account = '1.1.1' OR \
starts_with(l.account, '1.1.1.')) OR (l.account = '1.1.4' OR starts_with(l.account, '1.1.4.')) OR (l.account = \
'7.1' OR starts_with(l.account, '7.1.')))) AS beside,
        sum(l.amount) FILTER (WHERE l.side = 'D') AS debit, sum(l.amount) FILTER (WHERE l.side = 'C') AS credit
        INTO told FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = (e.region, \
e.village, e.year, e.place);
    IF told.lines <> given.lines THEN PERFORM villagefinance_refuse('lines_added_later'); END IF;
    IF told.lines < 2 THEN PERFORM villagefinance_refuse('lines_too_few'); END IF;
    IF told.debit IS DISTINCT FROM told.credit THEN PERFORM villagefinance_refuse('entry_unbalanced'); END IF;
    IF villagefinance_lines_digest(e.region, e.village, e.year, e.place) <> e.lines_digest THEN
        PERFORM villagefinance_refuse('lines_differ_from_digest');
    END IF;
    IF e.kind = 'closing' AND told.beside OR e.kind <> 'closing' AND told.surplus THEN
        PERFORM villagefinance_refuse('closing_of_other_accounts');
    END IF;
    IF e.kind = 'closing' THEN
        IF EXISTS (SELECT 1 FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = \
(e.region, e.village, e.year, e.place) AND l.line IS NOT NULL) THEN
            PERFORM villagefinance_refuse('line_of_no_budget', json_build_object('account', '3.1.2'));
        END IF;
        IF EXISTS (
            SELECT 1 FROM (
                SELECT l.account, l.activity, l.fund, CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END AS \
moved FROM villagefinance_line AS l
                WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place) AND \
l.account <> '3.1.2'
                UNION ALL SELECT l.account, l.activity, l.fund, CASE WHEN ((l.account = '5' OR \
starts_with(l.account, '5.')) OR (l.account = '6.2' OR starts_with(l.account, '6.2.'))) THEN p.moved ELSE \
-p.moved END
                FROM villagefinance_budgetposition AS p JOIN villagefinance_budgetline AS l
                ON (l.region, l.village, l.year, l.key) = (p.region, p.village, p.year, p.line)
                WHERE (p.region, p.village, p.year) = (e.region, e.village, e.year)
            ) AS closed GROUP BY account, activity, fund HAVING sum(moved) <> 0
        ) THEN PERFORM villagefinance_refuse('closing_differs'); END IF;
        CONTINUE;
    END IF;

    -- R2.
    SELECT l.account INTO bad FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = \
(e.region, e.village, e.year, e.place) AND (
        NOT EXISTS (
            SELECT 1 FROM villagefinance_account AS a WHERE (a.region, a.code) = (l.region, l.account)
            AND a.is_leaf AND coalesce(a.closed_on > e.date, true)
        ) OR EXISTS (
            SELECT 1 FROM villagefinance_bankaccount AS a
            WHERE (a.region, a.village, a.key) = (l.region, l.village, l.bank_account) AND a.closed_on <= e.date
        ) OR l.activity <> '' AND NOT EXISTS (
            SELECT 1 FROM villagefinance_activity AS a WHERE (a.region, a.code, a.level) = (l.region, l.activity, 3)
        )
    ) LIMIT 1;
    IF FOUND THEN
        PERFORM villagefinance_refuse('account_not_booked_on', json_build_object('account', bad.account));
    END IF;
    SELECT l.account INTO bad FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = \
(e.region, e.village, e.year, e.place)
        AND (l.line IS NOT NULL OR left(l.account, 1) IN ('4', '5', '6')) AND NOT EXISTS (
            SELECT 1 FROM villagefinance_budgetline AS b
            WHERE (b.region, b.village, b.year, b.key, b.account, b.fund, b.activity)
            = (l.region, l.village, l.year, l.line, l.account, l.fund, l.activity)
        ) LIMIT 1;
    IF FOUND THEN
        PERFORM villagefinance_refuse('line_of_no_budget', json_build_object('account', bad.account));
    END IF;

    IF e.kind = 'reversal' THEN
        -- R8: a reversal takes back the whole of an entry that is none itself.
        IF EXISTS (SELECT 1 FROM villagefinance_entry AS x WHERE x.kind = 'reversal'
            AND (x.region, x.village, x.year, x.place) = (e.region, e.village, e.year, e.reverses)
        ) THEN PERFORM villagefinance_refuse('reversal_of_a_reversal'); END IF;
        IF EXISTS (
            SELECT l.account FROM (
                SELECT l.side, l.amount, l.account, l.activity, l.fund, l.line, l.bank_account, l.tax FROM \
villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place)
                UNION ALL SELECT l.side, l.amount, l.account, l.activity, l.fund, l.line, l.bank_account, l.tax \
FROM villagefinance_line AS l
                WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.reverses)
            ) AS l GROUP BY l.amount, l.account, l.activity, l.fund, l.line, l.bank_account, l.tax
            HAVING count(*) FILTER (WHERE l.side = 'D') <> count(*) FILTER (WHERE l.side = 'C')
        ) OR told.lines <> (SELECT count(*) FROM villagefinance_line AS l
            WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.reverses)
        ) THEN PERFORM villagefinance_refuse('reversal_differs'); END IF;
    ELSIF e.kind = 'opening' THEN
        -- R19.
        SELECT max(x.year) INTO before FROM villagefinance_entry AS x
            WHERE (x.region, x.village) = (e.region, e.village) AND x.year < e.year;
        IF before IS NOT NULL AND EXISTS (
            SELECT 1 FROM (
                SELECT l.account, coalesce(l.bank_account::text, nullif(l.tax, ''), l.activity) AS holder, \
l.fund, CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END AS moved FROM villagefinance_line AS l
                WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place) AND \
((l.account = '1.1.1' OR starts_with(l.account, '1.1.1.')) OR (l.account = '1.1.4' OR starts_with(l.account, \
'1.1.4.')) OR (l.account = '7.1' OR starts_with(l.account, '7.1.')))
                UNION ALL SELECT p.account, p.holder, p.fund, -p.moved FROM villagefinance_cashposition AS p
                WHERE (p.region, p.village, p.year) = (e.region, e.village, before)
            ) AS both_years GROUP BY account, holder, fund HAVING sum(moved) <> 0
        ) THEN PERFORM villagefinance_refuse('opening_differs'); END IF;
    END IF;

    INSERT INTO villagefinance_budgetposition AS p (region, village, year, line, month, moved)
        SELECT e.region, e.village, e.year, l.line, extract(month FROM e.date), sum(CASE WHEN (l.side = 'D') = \
((l.account = '5' OR starts_with(l.account, '5.')) OR (l.account = '6.2' OR starts_with(l.account, '6.2.'))) THEN \
l.amount ELSE -l.amount END)
        FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, \
e.year, e.place) AND l.line IS NOT NULL GROUP BY l.line ORDER BY l.line
        ON CONFLICT (region, village, year, line, month) DO UPDATE SET moved = p.moved + EXCLUDED.moved;
    INSERT INTO villagefinance_cashposition AS p (region, village, year, account, holder, fund, day, moved)
        SELECT e.region, e.village, e.year, l.account, coalesce(l.bank_account::text, nullif(l.tax, ''), \
l.activity), l.fund, e.date, sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END)
        FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, \
e.year, e.place) AND ((l.account = '1.1.1' OR starts_with(l.account, '1.1.1.')) OR (l.account = '1.1.4' OR \
starts_with(l.account, '1.1.4.')) OR (l.account = '7.1' OR starts_with(l.account, '7.1.'))) GROUP BY 4, 5, 6 \
ORDER BY 4, 5, 6
        ON CONFLICT (region, village, year, account, holder, fund, day)
        DO UPDATE SET moved = p.moved + EXCLUDED.moved;

    -- R3: of a line of the budget there is something left, in the versions in force on the day and later.
    FOR bad IN SELECT l.line FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = \
(e.region, e.village, e.year, e.place) AND ((l.account = '5' OR starts_with(l.account, '5.')) OR (l.account = \
'6.2' OR starts_with(l.account, '6.2.')))
        GROUP BY l.line HAVING sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END) > 0
    LOOP
        PERFORM villagefinance_within_budget(e.region, e.village, e.year, bad.line, e.date);
    END LOOP;

    -- R18.
    FOR bad IN SELECT l.fund FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place) = \
(e.region, e.village, e.year, e.place) AND (l.account = '4.2' OR starts_with(l.account, '4.2.')) AND l.side = 'C' \
GROUP BY l.fund
    LOOP
        SELECT coalesce((
            SELECT c.amount FROM villagefinance_ceiling AS c
            WHERE (c.region, c.village, c.year, c.fund) = (e.region, e.village, e.year, bad.fund)
            ORDER BY c.number DESC LIMIT 1
        ), 0) - sum(p.moved) INTO room FROM villagefinance_budgetposition AS p JOIN villagefinance_budgetline AS l
            ON (l.region, l.village, l.year, l.key) = (p.region, p.village, p.year, p.line)
            WHERE (p.region, p.village, p.year) = (e.region, e.village, e.year) AND l.fund = bad.fund AND \
(l.account = '4.2' OR starts_with(l.account, '4.2.'));
        IF room < 0 THEN
            PERFORM villagefinance_refuse(
                'transfer_above_ceiling', json_build_object('fund', bad.fund, 'amount', (-room)::text)
            );
        END IF;
    END LOOP;

    -- R5, R6, R11, R12: money of an account and of a fund, an advance, what is owed of a tax; and of a fund all \
that is
    -- held less what is owed, which a year opens with as it is. On which day, from that of the entry on, is less \
than
    -- nothing left of what the entry has made less of?
    SELECT d.* INTO bad FROM (
        SELECT w.rule, concat_ws(' ', w.holder, w.fund) AS cell, p.day,
            sum(sum(w.sign * p.moved)) OVER (PARTITION BY w.rule, w.holder, w.fund ORDER BY p.day) AS balance
        FROM (
            SELECT c.rule, c.head, c.holder, c.fund, c.sign FROM villagefinance_line AS l, LATERAL (VALUES
                ('cash_below_zero', '1.1.1', coalesce(l.bank_account::text, nullif(l.tax, ''), l.activity), NULL, \
1),
                ('fund_below_zero', '1.1.1', NULL, l.fund, 1),
                ('advance_below_zero', '1.1.4', l.activity, l.fund, 1),
                ('surplus_below_zero', '', NULL, l.fund, 1),
                ('remitted_above_withheld', '7.1', l.tax, NULL, -1)
            ) AS c (rule, head, holder, fund, sign)
            WHERE (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place) AND ((l.account \
= '1.1.1' OR starts_with(l.account, '1.1.1.')) OR (l.account = '1.1.4' OR starts_with(l.account, '1.1.4.')) OR \
(l.account = '7.1' OR starts_with(l.account, '7.1.'))) AND starts_with(l.account, c.head)
            AND (e.kind <> 'opening' OR c.rule <> 'surplus_below_zero')
            GROUP BY 1, 2, 3, 4, 5 HAVING sum(c.sign * CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END) < 0
        ) AS w JOIN villagefinance_cashposition AS p ON (p.region, p.village, p.year) = (e.region, e.village, \
e.year)
            AND starts_with(p.account, w.head) AND p.holder = coalesce(w.holder, p.holder)
            AND p.fund = coalesce(w.fund, p.fund)
        GROUP BY w.rule, w.holder, w.fund, p.day
    ) AS d WHERE d.balance < 0 AND d.day >= e.date ORDER BY d.day, d.rule LIMIT 1;
    IF FOUND THEN
        PERFORM villagefinance_refuse(
            bad.rule, json_build_object('of', bad.cell, 'day', bad.day, 'amount', (-bad.balance)::text)
        );
    END IF;
END LOOP;
RETURN NULL;
"""),
    stays("Period", "period_stays"),
    guard("Period", "period_follows", "INSERT", declare="DECLARE last villagefinance_period;").exactly("""\
PERFORM villagefinance_hold(NEW.region, NEW.village);
SELECT * INTO last FROM villagefinance_period AS e WHERE (e.region, e.village, e.year) = (NEW.region, \
NEW.village, NEW.year) AND e.month = NEW.month ORDER BY e.no DESC LIMIT 1;
NEW.no := coalesce(last.no, 0) + 1;
IF NEW.act = 'closed' AND last.act <> 'reopened' THEN PERFORM villagefinance_refuse('month_is_closed'); END IF;
IF NEW.act = 'asked' AND last.act IS DISTINCT FROM 'closed' THEN PERFORM villagefinance_refuse('month_is_open'); \
END IF;
IF NEW.act = 'reopened' AND last.act IS DISTINCT FROM 'asked' THEN
    PERFORM villagefinance_refuse('reopening_not_asked');
END IF;
RETURN NEW;
"""),
    stays("SealedBook", "sealed_book_stays"),
    guard("Book", "book_begins", "INSERT")(r"""
        NEW.entries := 0;
        NEW.head := encode(sha256(convert_to(E'pilar-books\n' || NEW.village, 'UTF8')), 'hex');
        RETURN NEW;
    """),
    stays("Book", "book_by_entries_alone", "UPDATE", condition="pg_trigger_depth() = 0"),
]
