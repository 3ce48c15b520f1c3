"""An instrument from its file, YAML or a workbook: compared with the version before, then stored as a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pilar import index
from pilar.evaluation import operations
from pilar.evaluation.queries.drafts import sending_faults, stored_instruments
from pilar.evaluation.rules.instrument_changes import before, changes, whole
from pilar.evaluation.rules.instrument_sheets import inspect_instrument
from pilar.people.imports import VersionImporter
from pilar.platform.errors import Faults
from pilar.platform.imports import Row, Verdict
from pilar.platform.language import Bilingual
from pilar.platform.tables import Table


class Instruments(VersionImporter):
    """The file of one instrument."""

    kind = "evaluation.instrument"

    def inspect(self, name: str, content: bytes, chosen: Mapping[str, str]) -> list[Table]:
        return inspect_instrument(name, content)

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        stored = stored_instruments(by=self.by)
        after = index.parse_instrument(rows[0]["text"])
        if faults := sending_faults(after):
            raise Faults(faults)
        earlier = before(after, stored)
        names = [f"{tree.code} {tree.version}" for tree in (earlier, after) if tree is not None]
        return self.verdicts(
            rows, title=Bilingual(**after.title), seen=after.sha256, names=names, whole=whole(earlier, after),
            changes=changes(earlier, after),
        )  # fmt: skip

    def store(self, verdicts: Sequence[Verdict]) -> None:
        operations.send_instrument(by=self.by, document=verdicts[0].of, file=self.file, now=self.now)
