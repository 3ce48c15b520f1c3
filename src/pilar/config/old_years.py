"""Old years of the books on a second server: the lines are copied there, compared, and read from there by the person
who reads the whole; positions and the chain of the entries stay here. Why the lines alone: docs/adr/0023.

One transaction of this server, so that a year is here or there whole. What a broken attempt left there is made again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from pilar.config.backup import SUMMED
from pilar.platform.errors import PilarError
from pilar.platform.language import N_

SERVER, SCHEMA = "pilar_old_years", "villagefinance_years"
_THERE = "SERVER {server} OPTIONS (schema_name {schema}, table_name {table})"


class YearNotHere(PilarError):
    code = "year-not-here"
    sentence = N_("The lines of %(year)s are not on this server: there are none, or they were moved before")


class YearNotClosed(PilarError):
    code = "year-not-closed"
    sentence = N_(
        "%(count)s villages have not closed the books of %(year)s, such as %(village)s. Move the year once all have"
    )


class CopyDiffers(PilarError):
    code = "copy-differs"
    sentence = N_("What was copied of %(year)s is not what is here. Nothing was moved; look at the second server")


class NoWrapper(PilarError):
    code = "no-foreign-data-wrapper"
    sentence = N_(
        "The database lets %(role)s use no other server. Let its superuser run: CREATE EXTENSION IF NOT EXISTS "
        "postgres_fdw; GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO %(role)s"
    )


@dataclass(frozen=True)
class Moved:
    """The number of lines that a year had, and how many bytes they took here with their key."""

    lines: int
    size: int


def move(year: int, *, url: str, there: str, reading: str, serving: str | None, say: Callable[[str], None]) -> Moved:
    """Move the lines of a year that every village has closed.

    ``url``: of the owner here; ``there``: of anyone who may make tables there; ``reading``: of anyone who reads there,
    which this server keeps; ``serving``: the role that serves here, if it is another than the owner. Raises
    :class:`YearNotHere`, :class:`YearNotClosed`, :class:`CopyDiffers` or :class:`NoWrapper`.
    """
    part = sql.Identifier(SCHEMA, f"line_{year:d}")
    with psycopg.connect(url) as here:
        if here.execute(
            "SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass(%s) AND inhparent = %s::regclass",
            [f"{SCHEMA}.line_{year}", f"{SCHEMA}.line"],
        ).fetchone() is None:  # fmt: skip
            raise YearNotHere(year=year)
        if left := _not_closed(here, year):
            raise YearNotClosed(year=year, count=len(left), village=left[0])
        here.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(part))
        size = _one(here, sql.SQL("SELECT pg_total_relation_size({}::regclass)").format(part.as_string(here)))
        before = _summed(here, part)
        say(N_("Copying the lines to the second server"))
        reader = conninfo_to_dict(reading)
        _copy(here, part, there, year, str(reader.get("user", "")))
        say(N_("Comparing what is read from there"))
        _connect(here, reader, serving)
        if _read_back(here, year) != before:
            raise CopyDiffers(year=year)
        _exchange(here, part, year)
    # Last, since readers would wait for it.
    with psycopg.connect(url) as here:
        here.execute(sql.SQL("ANALYZE {}").format(part))
    return Moved(before[0], int(size))


def _not_closed(here: psycopg.Connection, year: int) -> list[str]:
    rows = here.execute(
        "SELECT DISTINCT village FROM villagefinance_entry AS e WHERE year = %(year)s AND NOT EXISTS ("
        " SELECT 1 FROM villagefinance_entry AS c WHERE (c.region, c.village, c.year, c.kind)"
        " = (e.region, e.village, %(year)s, 'closing')) ORDER BY 1",
        {"year": year},
    )
    return [village for (village,) in rows.fetchall()]


def _copy(here: psycopg.Connection, part: sql.Identifier, there: str, year: int, reader: str) -> None:
    names = {
        "schema": sql.Identifier(SCHEMA),
        "part": part,
        "columns": _columns(here),
        "reader": sql.Identifier(reader),
    }
    with psycopg.connect(there) as second:
        for statement in (
            "CREATE SCHEMA IF NOT EXISTS {schema}",
            "DROP TABLE IF EXISTS {part}",
            "CREATE TABLE {part} ({columns})",
        ):
            second.execute(sql.SQL(statement).format(**names))
        with (
            here.cursor().copy(sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(part)) as source,
            second.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(part)) as target,
        ):
            for piece in source:
                target.write(piece)
        for statement in (
            "ALTER TABLE {part} ADD PRIMARY KEY (region, village, year, place, no)",
            "REVOKE ALL ON {part} FROM PUBLIC",
            "GRANT USAGE ON SCHEMA {schema} TO {reader}",
            "GRANT SELECT ON {part} TO {reader}",
            "ANALYZE {part}",
        ):
            second.execute(sql.SQL(statement).format(**names))


def _columns(here: psycopg.Connection) -> sql.Composable:
    columns = here.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = 'villagefinance_line'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
    ).fetchall()
    return sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in columns)


def _connect(here: psycopg.Connection, reader: dict[str, str | int | None], serving: str | None) -> None:
    """Let this server read from the second one, as the owner and as the serving role."""
    given = {name: str(value) for name, value in reader.items() if value is not None}
    mapped = {"user": given.pop("user"), "password": given.pop("password", "")}
    # Read alone whatever a role may there; rows come by thousands, for books are read by the year. Estimates come from
    # the statistics here: asked for its own, the second server would be waited for by plans of other years, too.
    options = given | {"updatable": "false", "truncatable": "false", "fetch_size": "10000"}
    try:
        here.execute("CREATE EXTENSION IF NOT EXISTS postgres_fdw")
        if here.execute("SELECT 1 FROM pg_foreign_server WHERE srvname = %s", [SERVER]).fetchone() is None:
            here.execute(
                sql.SQL("CREATE SERVER {} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({})").format(
                    sql.Identifier(SERVER), _options(options)
                )
            )
    except psycopg.errors.InsufficientPrivilege:
        raise NoWrapper(role=here.info.user) from None
    for role in (here.info.user, serving):
        if role is not None:
            here.execute(
                sql.SQL("CREATE USER MAPPING IF NOT EXISTS FOR {} SERVER {} OPTIONS ({})").format(
                    sql.Identifier(role), sql.Identifier(SERVER), _options(mapped)
                )
            )


def _read_back(here: psycopg.Connection, year: int) -> tuple[int, str]:
    """Sum what is there through a table that stands apart, so that nobody waits meanwhile."""
    names = {**_there(year), "apart": sql.Identifier(SCHEMA, f"compared_{year:d}"), "columns": _columns(here)}
    here.execute(sql.SQL("CREATE FOREIGN TABLE {apart} ({columns}) " + _THERE).format(**names))
    summed = _summed(here, names["apart"])
    here.execute(sql.SQL("DROP FOREIGN TABLE {apart}").format(**names))
    return summed


def _exchange(here: psycopg.Connection, part: sql.Identifier, year: int) -> None:
    """Put the table of the second server in the place of the part, which goes."""
    names = {
        "part": part, "kept": sql.Identifier(SCHEMA, "line"), "entries": sql.Identifier(SCHEMA, f"entry_{year:d}"),
        "year": sql.Literal(year), **_there(year),
    }  # fmt: skip
    for statement in (
        # From above, in the order in which who books takes them.
        "LOCK TABLE public.villagefinance_line IN ACCESS EXCLUSIVE MODE",
        "ALTER TABLE {kept} DETACH PARTITION {part}",
        "DROP TABLE {part}",
        "CREATE FOREIGN TABLE {part} PARTITION OF public.villagefinance_line FOR VALUES IN ({year}) " + _THERE,
        "CREATE TRIGGER moved_year_is_read_alone BEFORE INSERT ON {entries}"
        " FOR EACH ROW EXECUTE FUNCTION villagefinance_year_is_moved()",
    ):
        here.execute(sql.SQL(statement).format(**names))


def _there(year: int) -> dict[str, sql.Composable]:
    return {
        "server": sql.Identifier(SERVER), "schema": sql.Literal(SCHEMA), "table": sql.Literal(f"line_{year:d}"),
    }  # fmt: skip


def _options(given: dict[str, str]) -> sql.Composable:
    return sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.Literal(value)) for name, value in given.items()
    )


def _summed(connection: psycopg.Connection, part: sql.Composable) -> tuple[int, str]:
    row = connection.execute(sql.SQL(SUMMED).format(part)).fetchone()
    assert row is not None
    return row[0], str(row[1])


def _one(connection: psycopg.Connection, query: sql.Composed) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])
