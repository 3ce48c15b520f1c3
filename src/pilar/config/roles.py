"""Two roles of the database: an owner makes and changes tables; the role that serves may not touch what must stay.

Triggers refuse the same, but a role that may write may also switch them off for a session; what a role has no privilege
for it cannot give itself. Why: docs/adr/0012.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from django.db import connection, transaction
from psycopg import sql

from pilar.platform.errors import PilarError
from pilar.platform.language import N_
from pilar.platform.triggers import kept_tables

AUDIT = "platform_auditevent"
ONLY_READ = ("django_migrations", "platform_retention")
"""Written by the owner alone: which version the tables are of, and how long personal data are kept."""
SERVING_ROLE = "pilar_serving"
"""The role that serves in the embedded database of the demonstration."""

# What pgtrigger.ignore names is skipped for the owner alone, also where a trigger guards some rows of a table only.
_IGNORED_BY_OWNER = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN AS $$
    DECLARE
        ignored TEXT[];
    BEGIN
        IF NOT pg_has_role(
            current_user, (SELECT relowner FROM pg_class WHERE oid = 'public.django_migrations'::regclass), 'MEMBER'
        ) THEN
            RETURN FALSE;
        END IF;
        BEGIN
            ignored := current_setting('pgtrigger.ignore', true)::TEXT[];
        EXCEPTION WHEN OTHERS THEN
            RETURN FALSE;
        END;
        RETURN coalesce(trigger_name = ANY(ignored), FALSE);
    END;
$$ LANGUAGE plpgsql
"""


class OneRole(PilarError):
    code = "one-role"
    sentence = N_(
        "PILAR_OWNER_URL and DATABASE_URL name the same user of the database (%(role)s). Let DATABASE_URL name the one "
        "that serves"
    )


class RoleMissing(PilarError):
    code = "role-missing"
    sentence = N_(
        "The database has no user “%(role)s”, whom DATABASE_URL names. Make it first: CREATE ROLE %(role)s LOGIN "
        "PASSWORD '…'"
    )


def serving_role(environment: Mapping[str, str]) -> str | None:
    """The role that serves, if ``PILAR_OWNER_URL`` names another one that owns; raises :class:`OneRole`."""
    if not environment.get("PILAR_OWNER_URL"):
        return None
    role = _user(environment["DATABASE_URL"])
    if not role or role == _user(environment["PILAR_OWNER_URL"]):
        raise OneRole(role=role or "?")
    return role


def _user(url: str) -> str:
    return unquote(urlsplit(url).username or "")


@transaction.atomic
def grant(role: str) -> None:
    """Give the serving role what its work takes and no more; asked by the owner, the same however often.

    Every table may be read and written, none emptied or changed in its form; where rows stay, they can be added only.
    A table that a later version makes can be read and added to until the next time. Raises :class:`RoleMissing`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            raise RoleMissing(role=role)
        to = sql.Identifier(role)
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {to}",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {to}",
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {to}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {to}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {to}",
            "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {to}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO {to}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {to}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {to}",
        ):
            cursor.execute(sql.SQL(statement).format(to=to))
        closed = [*kept_tables(), *((table, ("INSERT", "UPDATE", "DELETE")) for table in ONLY_READ)]
        for table, refused in closed:
            cursor.execute(
                sql.SQL("REVOKE {refused} ON {table} FROM {to}").format(
                    refused=sql.SQL(", ").join(sql.SQL(text) for text in refused), table=sql.Identifier(table), to=to
                )
            )
        cursor.execute(_IGNORED_BY_OWNER)


def make(role: str, password: str) -> None:
    """Make a role that signs in with this password, or give it the password again; the caller may make roles."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        verb = "CREATE" if cursor.fetchone() is None else "ALTER"
        cursor.execute(
            sql.SQL(verb + " ROLE {role} LOGIN PASSWORD {password}").format(
                role=sql.Identifier(role), password=sql.Literal(password)
            )
        )


def may_change_audit() -> bool:
    """Return whether the connected user could change the audit log, as the owner of the tables can."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(%s, 'UPDATE') OR has_table_privilege(%s, 'DELETE')"
            " OR has_table_privilege(%s, 'TRUNCATE')",
            [AUDIT] * 3,
        )
        return bool(cursor.fetchone()[0])
