"""What the tables need beside Django's migrations."""

from django.db import migrations

# How long the log is kept stands in platform_retention, which the owner alone writes: so the role that serves, which
# may not delete events, can let expired ones go and no other.
FORGET_AUDIT = """
CREATE FUNCTION pilar_forget_audit(at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    due timestamptz := least(at, now());
    gone bigint;
BEGIN
    PERFORM set_config('pgtrigger.ignore', '{pgtrigger_audit_append_only_0db69}', true);
    DELETE FROM platform_auditevent e USING (
        SELECT DISTINCT ON (kind) kind, days FROM platform_retention
        WHERE kind IN ('audit', 'audit-reading') AND since <= due::date ORDER BY kind, since DESC
    ) kept
    WHERE kept.kind = CASE WHEN e.action = 'read' THEN 'audit-reading' ELSE 'audit' END
        AND e.happened_at < due - make_interval(days => kept.days);
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('pgtrigger.ignore', '{}', true);
    RETURN gone;
END;
$$
"""

OPERATIONS = [migrations.RunSQL(FORGET_AUDIT, "DROP FUNCTION pilar_forget_audit(timestamptz)")]
