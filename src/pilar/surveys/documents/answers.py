"""Single answers as CSV, anonymised: codes of the questionnaire, one row for each answer."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from pilar.platform.tables import inert
from pilar.surveys.queries import CellRow, SurveyRow
from pilar.surveys.rules.anonymous import Single
from pilar.surveys.rules.questionnaire import ItemKind


def answers_csv(row: SurveyRow, cells: Sequence[CellRow], given: Sequence[Single]) -> bytes:
    """Write UTF-8 with a byte order mark for spreadsheets; several flags of an answer are in one cell, separated by
    spaces."""
    form = row.questionnaire
    items = [item.code for item in form.items() if item.kind in (ItemKind.SCALE, ItemKind.CHOICE)]
    programmes = {cell_row.key: cell_row for cell_row in cells}
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    fields = ["group", *(field.code for field in form.told_profile)]
    writer.writerow(["pillar", "part", "programme", "mode", *fields, *items, "flags", "weight"])
    for single in given:
        cell = programmes[single.cell]
        answers = [single.answers.get(code, "") for code in items]
        flags = " ".join(single.flags)
        writer.writerow(
            [
                cell.pillar,
                cell.part,
                inert(cell.programme),
                single.mode or "",
                *single.about,
                *answers,
                flags,
                single.weight,
            ]
        )
    return b"\xef\xbb\xbf" + stream.getvalue().encode()
