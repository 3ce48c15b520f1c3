"""Lists on their way to PostgreSQL: what thousands of rows store goes as one list a column."""

from __future__ import annotations

from typing import Any

from django.db.backends.signals import connection_created
from django.dispatch import receiver
from psycopg.adapt import Buffer, PyFormat
from psycopg.types.array import ListDumper


class FlatListDumper(ListDumper):
    """Writes a list without lists in it, each part in quotes: the driver looks at every part whether it needs them, and
    puts each quote of a JSON text in by an expression of its own."""

    def dump(self, obj: list[Any]) -> Buffer | None:
        if not obj or any(isinstance(element, list) for element in obj):
            return super().dump(obj)
        return b"{" + self.delimiter.join(map(self._quoted, obj)) + b"}"

    def _quoted(self, element: Any) -> bytes:
        given = self.sub_dumper or self._tx.get_dumper(element, PyFormat.TEXT)
        said = None if element is None else given.dump(element)
        if said is None:
            return b"NULL"
        return b'"' + bytes(said).replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


@receiver(connection_created)
def _write_lists(*, connection: Any, **_signal: object) -> None:
    connection.connection.adapters.register_dumper(list, FlatListDumper)
