"""The file of a version that one person sends and another releases, compared with the previous version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pilar.people.imports.persons import PersonsImporter
from pilar.platform.documents import sent
from pilar.platform.imports import NEW, Column, Reading, Row, Told, Value, Verdict
from pilar.platform.imports.changes import OUTCOMES, Change
from pilar.platform.language import Bilingual
from pilar.platform.tables import Table


class VersionImporter(PersonsImporter):
    """A file whose rows are the whole version and each of its parts, with their changes."""

    outcomes = tuple(OUTCOMES.values())
    at_once = 1_000_000

    def columns(self) -> Sequence[Column]:
        return ()

    def reading(self, tables: Sequence[Table], chosen: Mapping[str, str]) -> Reading:
        content = sent(tables)
        if content.misfits:
            return Reading(
                (),
                tuple(Told(misfit.row, misfit.path, misfit.fault, misfit.sheet) for misfit in content.misfits),
                (),
                {},
            )
        rows = [Row(0, {"text": content.text})]
        rows += [Row(at.row, {"code": code}, sheet=at.sheet) for code, at in content.places.items()]
        return Reading(tuple(rows), (), (), {})

    @staticmethod
    def verdicts(
        rows: Sequence[Row], *, title: Bilingual, seen: str, names: Sequence[str], whole: tuple[Value, ...],
        changes: Sequence[Change],
    ) -> Sequence[Verdict]:  # fmt: skip
        """Describe the changes of the version; ``names``: of the previous version, if there is one, and of this one."""
        places = {row["code"]: row for row in rows[1:]}
        text, about = rows[0]["text"], (" → ".join(names),)
        return [
            Verdict(rows[0], NEW, whole, title=title, seen=seen, of=text, about=about),
            *(
                Verdict(
                    places.get(change.code, Row(0, {})), OUTCOMES[change.kind], change.values, title=change.title,
                    about=(change.code,),
                )
                for change in changes
            ),
        ]  # fmt: skip
