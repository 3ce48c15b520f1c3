"""Made-up answers and marks of the demonstration, drawn and written at once."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pilar import index
from pilar.evaluation.models import AgreedMark, Answer, Assessment, Mark, MarkingDone
from pilar.evaluation.operations.copying import NULL, copy_rows
from pilar.evaluation.rules.demonstration import SYNTHETIC, PastPhase, draw_answer, draw_marks, settled
from pilar.evaluation.rules.stages import Settlement

ANSWER = (
    "assessment_id", "node", "mark", "quantity", "realised", "planned", "not_applicable", "explanation", "source",
    "version", "changed_by_id", "changed_at",
)  # fmt: skip
MARK = ("assessment_id", "node", "assessor_id", "value", "reason", "version", "changed_at")
DONE = ("assessment_id", "assessor_id", "done_at")
AGREED = ("assessment_id", "node", "value", "how", "reason", "settled_by_id", "settled_at")


@dataclass
class Drawn:
    """Rows of assessments; each region keeps its strength from one phase and campaign to the next."""

    instrument: index.Instrument
    draw: random.Random
    regions: Sequence[str]
    answers: list[tuple[Any, ...]] = field(default_factory=list)
    marks: list[tuple[Any, ...]] = field(default_factory=list)
    done: list[tuple[Any, ...]] = field(default_factory=list)
    agreed: list[tuple[Any, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._strength = {region: self.draw.uniform(1.5, 3.3) for region in self.regions}

    def strength(self, region: str) -> float:
        """About the mark that a region comes to."""
        return self._strength[region]

    def answer(
        self, assessment: Assessment, region: str, nodes: Mapping[str, int | None], at: datetime, *, gain: float = 0
    ) -> None:
        """Answers of a region to ``nodes``, each by the account that it names."""
        for node, account in nodes.items():
            given = draw_answer(self.instrument.node(node), self.strength(region) + gain, self.draw)
            numbers = (_text(value) for value in (given.mark, given.quantity, given.realised, given.planned))
            texts = (given.explanation, given.source)
            self.answers.append((assessment.pk, node, *numbers, False, *texts, 1, _text(account), at))

    def mark(self, assessment: Assessment, region: str, panel: Sequence[int], past: PastPhase, *, gain: float) -> None:
        """Everything that a panel, its chair first, has done with an assessment by the time it agreed."""
        for leaf in self.instrument.leaves:
            given = draw_marks(leaf, self.instrument.scale, self.strength(region) + gain, self.draw)
            self.marks += [
                (assessment.pk, leaf.code, assessor, value, SYNTHETIC, 1, past.moved[3])
                for assessor, value in zip(panel, given, strict=True)
            ]
            found = settled(leaf, self.instrument.scale, given)
            chair = panel[0] if found.how is Settlement.CHAIR else NULL
            self.agreed.append(
                (assessment.pk, leaf.code, found.value, found.how.value, found.reason, chair, past.agreed_at)
            )
        self.done += [(assessment.pk, assessor, past.moved[3]) for assessor in panel]

    def save(self) -> None:
        """Write all rows."""
        copy_rows(Answer._meta.db_table, ANSWER, self.answers)
        copy_rows(Mark._meta.db_table, MARK, self.marks)
        copy_rows(MarkingDone._meta.db_table, DONE, self.done)
        copy_rows(AgreedMark._meta.db_table, AGREED, self.agreed)


def _text(value: object) -> object:
    return NULL if value is None else value
