"""Seats on the panels of a campaign, from a file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from pilar.areas.reference import directory
from pilar.evaluation import operations
from pilar.evaluation.queries.seating import Seating, seating
from pilar.evaluation.rules.answers import SAID_YES
from pilar.evaluation.rules.assignment import Sitting
from pilar.evaluation.rules.panels import BARRED, Barred, NoAssessor, PanelFull, check_seat
from pilar.people.imports import PersonsImporter
from pilar.platform import imports
from pilar.platform.errors import Fault, PilarError
from pilar.platform.imports import NEW, REFUSED, UNCHANGED, Column, Row, Value, Verdict, yes
from pilar.platform.language import N_

MAX_SEATS = 5_000
AT_ONCE = 200
"""Rows stored while the reader waits: each seat is recorded and told, some twenty statements (assumption)."""
LEADS = imports.Outcome("leads", N_("leads the panel now"), "brand", stored=True)


class PanelSeats(PersonsImporter):
    """Seats on the panels of a campaign, whose code is the subject: a row for each; seats that stand stay.

    Made for anybody else it raises NotFound, NotAllowed, WrongState.
    """

    kind = "evaluation.seats"
    most_rows, at_once = MAX_SEATS, AT_ONCE
    outcomes = (NEW, LEADS, UNCHANGED, REFUSED)

    @cached_property
    def seating(self) -> Seating:
        """Return what is known of the campaign; raises NotFound, NotAllowed, WrongState."""
        return seating(self.subject, by=self.by, now=self.now)

    def columns(self) -> Sequence[Column]:
        return (
            Column("region", N_("Region"), ("daerah", "kode daerah", "wilayah"), filled=True, example="36.03"),
            Column("email", N_("E-mail address of the assessor"), filled=True,
                   example="asesor@contoh.invalid"),
            Column("chair", N_("Chair"), ("ketua", "ketua panel"), read=yes, required=False, options=(SAID_YES,)),
        )  # fmt: skip

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        panels = {region: dict(seats) for region, seats in self.seating.seats.items()}
        earlier: dict[tuple[str, int], int] = {}
        chairs: dict[str, int] = {}
        return [self._verdict(row, panels, earlier, chairs) for row in rows]

    def store(self, verdicts: Sequence[Verdict]) -> None:
        for verdict in verdicts:
            sitting: Sitting = verdict.of
            named = {"by": self.by, "campaign": self.subject, "region": sitting.region, "assessor": sitting.assessor}
            if verdict.outcome is LEADS:
                operations.make_chair(**named, now=self.now)
            else:
                operations.seat(**named, is_chair=sitting.is_chair, now=self.now)

    def _verdict(
        self,
        row: Row,
        panels: dict[str, dict[int, bool]],
        earlier: dict[tuple[str, int], int],
        chairs: dict[str, int],
    ) -> Verdict:
        faults, facts = list(row.faults), self.seating.facts
        region, assessor = self._region(row, faults), self._assessor(row, faults)
        name = facts.assessors[assessor].name if assessor else row["email"]
        values = (Value(N_("Region"), facts.regions.get(region, row["region"])), Value(N_("Assessor"), name),
                  Value(N_("Chair"), bool(row["chair"])))  # fmt: skip
        if faults or not (region and assessor):
            return Verdict(row, REFUSED, values, tuple(faults))
        sitting, panel = Sitting(region, assessor, bool(row["chair"])), panels[region]
        seated = panel.get(assessor)
        if before := earlier.get((region, assessor)):
            faults.append(Fault("row-twice", N_("This already stands in row %(row)s"), {"row": before}, "email"))
        elif sitting.is_chair and (before := chairs.get(region)):
            sentence = N_("The panel already has its chair in row %(row)s")
            faults.append(Fault("two-chairs", sentence, {"row": before}, "chair"))
        elif seated is None or (sitting.is_chair and not seated):
            faults += self._unfit(sitting)
            if seated is None and len(panel) >= facts.largest:
                fields = {"region": facts.regions[region], "most": facts.largest}
                faults.append(Fault(PanelFull.code, PanelFull.sentence, fields, "region"))
        if faults:
            return Verdict(row, REFUSED, values, tuple(faults))
        outcome = NEW if seated is None else LEADS if sitting.is_chair and not seated else UNCHANGED
        panel[assessor] = sitting.is_chair or bool(seated)
        earlier[region, assessor] = row.number
        if sitting.is_chair:
            chairs[region] = row.number
        return Verdict(row, outcome, values, of=sitting)

    def _region(self, row: Row, faults: list[Fault]) -> str:
        if not row["region"]:
            return ""
        try:
            code = directory().find(row["region"]).code
        except PilarError as refused:
            faults.append(Fault(refused.code, refused.sentence, refused.fields, "region"))
            return ""
        if code not in self.seating.facts.regions:
            sentence = N_("%(region)s takes no part in this campaign")
            faults.append(Fault("unknown-region", sentence, {"region": row["region"]}, "region"))
            return ""
        return code

    def _assessor(self, row: Row, faults: list[Fault]) -> int | None:
        account = self.seating.by_email.get((row["email"] or "").lower())
        if account is None and row["email"]:
            sentence = N_("No account with this address holds the role of an assessor or a panel chair")
            faults.append(Fault(NoAssessor.code, sentence, {}, "email"))
        return account

    def _unfit(self, sitting: Sitting) -> list[Fault]:
        try:
            check_seat(sitting, self.seating.facts)
        except Barred as refused:
            return [Fault(refused.code, BARRED[refused.bar], refused.fields, "email")]
        except PilarError as refused:
            return [Fault(refused.code, refused.sentence, refused.fields, "chair")]
        return []
