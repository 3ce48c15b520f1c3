"""An instrument from its file, YAML or a workbook: looked at beside the version before, then stored as a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from pilar import index
from pilar.evaluation import operations
from pilar.evaluation.queries.drafts import Known, known_instruments
from pilar.evaluation.rules.instrument_changes import changes, whole
from pilar.evaluation.rules.instrument_drafts import before, draft_faults
from pilar.evaluation.rules.instrument_files import inspect_instrument
from pilar.people.imports import PersonsImporter
from pilar.platform.documents import sent
from pilar.platform.errors import Faults
from pilar.platform.imports import NEW, Column, Reading, Row, Told, Verdict
from pilar.platform.imports.changes import OUTCOMES
from pilar.platform.language import Bilingual
from pilar.platform.tables import Table


class Instruments(PersonsImporter):
    """The file of one instrument. Its rows are the instrument as a whole and each node, with what they change."""

    kind = "evaluation.instrument"
    outcomes = tuple(OUTCOMES.values())
    at_once = 1_000_000

    @cached_property
    def known(self) -> Known:
        """Return what is stored already; raises NotAllowed."""
        return known_instruments(by=self.by)

    def columns(self) -> Sequence[Column]:
        return ()

    def inspect(self, name: str, content: bytes, chosen: Mapping[str, str]) -> list[Table]:
        return inspect_instrument(name, content)

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

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        text = rows[0]["text"]
        instrument = index.parse_instrument(text)
        faults = draft_faults(
            instrument,
            versions=self.known.versions(instrument.code),
            drafts=self.known.drafts(instrument.code),
            hashes=self.known.hashes,
        )
        if faults:
            raise Faults(faults)
        earlier = before(instrument, self.known.trees)
        places = {row["code"]: row for row in rows[1:]}
        title = Bilingual(**instrument.title)
        about = f"{instrument.code} {instrument.version}"
        if earlier is not None:
            about = f"{earlier.code} {earlier.version} → {about}"
        said = [
            Verdict(
                rows[0], NEW, whole(earlier, instrument), title=title, seen=instrument.sha256, of=text,
                about=(about,),
            )
        ]  # fmt: skip
        for change in changes(earlier, instrument):
            row = places.get(change.code, Row(0, {}))
            said.append(Verdict(row, OUTCOMES[change.kind], change.values, title=change.title, about=(change.code,)))
        return said

    def store(self, verdicts: Sequence[Verdict]) -> None:
        operations.send_instrument(by=self.by, document=verdicts[0].of, file=self.file, now=self.now)
