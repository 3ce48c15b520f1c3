"""Lines of the books on two floors: keys and references stand on the lower one, which holds the years of this server.

A foreign table cannot be a part of a table with a unique key. So the whole that everybody reads and writes has none of
its own and two kinds of parts: all years of this server together, with all that held of them, and years on another
server, each by itself (``./pilar move-year``). No row is moved. Lines never change and never go, so that a match needs
no reference to them but a look when it is made.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

_WITH_TRIGGERS = """
DO $$
DECLARE
    made record;
    kept text[] := '{}';
BEGIN
    FOR made IN SELECT tgname, pg_get_triggerdef(oid) AS told, obj_description(oid, 'pg_trigger') AS hash
        FROM pg_trigger WHERE tgrelid = 'public.villagefinance_line'::regclass AND NOT tgisinternal
    LOOP
        kept := kept || made.told
            || format('COMMENT ON TRIGGER %I ON public.villagefinance_line IS %L', made.tgname, made.hash);
        EXECUTE format('DROP TRIGGER %I ON public.villagefinance_line', made.tgname);
    END LOOP;
    -- MOVE
    FOR place IN 1 .. cardinality(kept) LOOP
        EXECUTE kept[place];
    END LOOP;
END $$;
"""
SURPLUS = """
CREATE VIEW villagefinance_surplus AS
SELECT d.region, d.village, d.year, d.day,
    sum(d.realised) OVER so_far AS realised, sum(d.held) OVER so_far AS held
FROM (
    SELECT e.region, e.village, e.year, e.date AS day,
        sum(CASE l.side WHEN 'C' THEN l.amount ELSE -l.amount END) FILTER (WHERE l.account >= '4' AND l.account < '7')
            AS realised,
        sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END) FILTER (WHERE l.account < '2' OR l.account >= '7')
            AS held
    FROM villagefinance_entry AS e JOIN villagefinance_line AS l
        ON (l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place)
    WHERE e.kind <> 'closing' GROUP BY 1, 2, 3, 4
) AS d
WINDOW so_far AS (PARTITION BY d.region, d.village, d.year ORDER BY d.day);
"""
APART = """
ALTER TABLE villagefinance_matchedline DROP CONSTRAINT matchedline_no_of_line;
DROP VIEW villagefinance_surplus;
""" + _WITH_TRIGGERS.replace("-- MOVE", """
    ALTER TABLE public.villagefinance_line RENAME TO line;
    ALTER TABLE public.line SET SCHEMA villagefinance_years;
    CREATE TABLE public.villagefinance_line
        (LIKE villagefinance_years.line INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY LIST (year);
    ALTER TABLE public.villagefinance_line ATTACH PARTITION villagefinance_years.line DEFAULT;
""") + SURPLUS
TOGETHER = "DROP VIEW villagefinance_surplus;" + _WITH_TRIGGERS.replace("-- MOVE", """
    ALTER TABLE public.villagefinance_line DETACH PARTITION villagefinance_years.line;
    DROP TABLE public.villagefinance_line;
    ALTER TABLE villagefinance_years.line SET SCHEMA public;
    ALTER TABLE public.line RENAME TO villagefinance_line;
""") + """
ALTER TABLE villagefinance_matchedline ADD CONSTRAINT matchedline_no_of_line
    FOREIGN KEY (region, village, year, place, no) REFERENCES villagefinance_line (region, village, year, place, no);
""" + SURPLUS
MOVED = """
CREATE FUNCTION villagefinance_year_is_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM villagefinance_refuse('year_is_moved', json_build_object('year', NEW.year));
    RETURN NEW;
END $$;
"""
YEARS = """
CREATE OR REPLACE FUNCTION villagefinance_make_year(wanted integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF wanted NOT BETWEEN 2015 AND 2100 THEN
        RAISE EXCEPTION 'no_such_year' USING ERRCODE = 'check_violation';
    END IF;
    IF to_regclass(format('villagefinance_years.line_%s', wanted)) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE villagefinance_years.entry_%1$s PARTITION OF public.villagefinance_entry'
        ' FOR VALUES IN (%1$s)', wanted);
    EXECUTE format('CREATE TABLE villagefinance_years.line_%1$s PARTITION OF LINES'
        ' FOR VALUES IN (%1$s)', wanted);
    RETURN true;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [("villagefinance", "0027_positions_in_their_keys")]

    operations = [
        migrations.RunSQL(APART, TOGETHER),
        migrations.RunSQL(
            YEARS.replace("LINES", "villagefinance_years.line"), YEARS.replace("LINES", "public.villagefinance_line")
        ),
        migrations.RunSQL(MOVED, "DROP FUNCTION villagefinance_year_is_moved()"),
        pgtrigger.migrations.AddTrigger(
            model_name='matchedline',
            trigger=pgtrigger.compiler.Trigger(name='matched_line_known', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF NOT EXISTS (SELECT 1 FROM villagefinance_line AS l\n    WHERE (l.region, l.village, l.year, l.place, l.no, l.bank_account)\n        = (NEW.region, NEW.village, NEW.year, NEW.place, NEW.no, NEW.bank_account))\nTHEN PERFORM villagefinance_refuse('matched_line_unknown'); END IF;\nRETURN NEW;\n", hash='05cb2eadc463f77a21c9f46ff8f258690014e975', operation='INSERT', pgid='pgtrigger_matched_line_known_e820a', table='villagefinance_matchedline', when='BEFORE')),
        ),
    ]
