"""Forms whose rows come and go: a button adds or removes one and shows the form again, with and without a script."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from pilar.evidence.forms import FaultsForm
from pilar.platform.errors import Fault
from pilar.platform.language import translate

MOST_ROWS = 200
"""Of one form; a longer one comes from no page."""
_DO = re.compile(r"(add|remove)-([a-z]+)(?:-(\d{1,3}))?")

F = TypeVar("F", bound=FaultsForm)


class Rows(Generic[F]):
    """Rows of one ``kind`` of form, named ``name``, each with the prefix ``name-0`` and so on.

    ``first`` holds the values that are shown before anything is sent. Rows in which nothing was typed do not count;
    ``fixed`` names the fields that nobody types. ``named`` goes to each form.
    """

    def __init__(
        self,
        kind: type[F],
        name: str,
        *,
        first: Sequence[Mapping[str, Any]] = (),
        fixed: Collection[str] = (),
        **named: Any,
    ) -> None:
        self.kind, self.name, self.fixed, self.named = kind, name, fixed, named
        self.forms = self._unbound(first or [{}])

    def read(self, sent: Mapping[str, str]) -> None:
        """Take what was sent, and add or remove the row that its button asks for; nothing is judged yet."""
        rows = self._sent(sent)
        asked = _DO.fullmatch(sent.get("do", ""))
        if asked and asked[2] == self.name:
            if asked[1] == "add":
                rows.append({})
            elif asked[3] and int(asked[3]) < len(rows):
                del rows[int(asked[3])]
        self.forms = self._unbound(rows)

    def judge(self, sent: Mapping[str, str]) -> bool:
        """Take what was sent as what is to be stored; whether all rows are well formed."""
        rows = [row for row in self._sent(sent) if self._typed(row)]
        data = {f"{self.name}-{place}-{name}": value for place, row in enumerate(rows) for name, value in row.items()}
        self.forms = [self.kind(data, prefix=f"{self.name}-{place}", **self.named) for place in range(len(rows))]
        return all(form.is_valid() for form in self.forms)

    def append(self, row: Mapping[str, Any]) -> None:
        """A further row as it is shown before anything is sent."""
        self.forms.append(self._made(len(self.forms), row))

    def tell(self, fault: Fault) -> bool:
        """Show a fault at its row and field (``name.2.text`` or ``2.text``); False for one of another place."""
        place, _point, field = fault.place.removeprefix(f"{self.name}.").partition(".")
        if not place.isdigit() or int(place) >= len(self.forms):
            return False
        form = self.forms[int(place)]
        form.add_error(field if field in form.fields else None, translate(fault.sentence, **fault.fields))
        return True

    def _typed(self, row: Mapping[str, str]) -> bool:
        return any(value.strip() for name, value in row.items() if name not in self.fixed)

    def _sent(self, sent: Mapping[str, str]) -> list[dict[str, str]]:
        count = sent.get(f"{self.name}-rows", "")
        size = min(int(count), MOST_ROWS) if count.isascii() and count.isdigit() and len(count) < 5 else 0
        return [
            {name: sent.get(f"{self.name}-{place}-{name}", "") for name in self.kind.base_fields}
            for place in range(size)
        ]

    def _unbound(self, rows: Iterable[Mapping[str, Any]]) -> list[F]:
        return [self._made(place, row) for place, row in enumerate(rows)]

    def _made(self, place: int, row: Mapping[str, Any]) -> F:
        return self.kind(initial=row, prefix=f"{self.name}-{place}", **self.named)
