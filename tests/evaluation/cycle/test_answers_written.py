"""What is written into a sheet of answers is read again as it was."""

from __future__ import annotations

import io

import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evaluation.cycle.world import INSTRUMENT
from kit.selection import examples
from pilar import index
from pilar.evaluation.rules.answer_sheets import fingerprint, read_sheet
from pilar.evaluation.rules.answers import Given
from pilar.platform.tables import inspect_content

TREE = index.parse_instrument(INSTRUMENT)
answers_of_any_kind = st.builds(
    Given,
    quantity=st.none() | st.decimals(min_value=0, max_value=100, places=6, allow_nan=False),
    explanation=st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp"))).map(str.strip),
    source=st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=200).map(str.strip),
)


@settings(max_examples=examples(30), deadline=None)
@given(answer=answers_of_any_kind)
@example(Given(explanation="=SUM(A1) _x000D_ _x0041_ 0012", source="https://example.org"))
def test_every_text_and_number_comes_back_as_it_went(answer: Given) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    from pilar.evaluation.workbooks import _put

    for column, name in enumerate(("code", "quantity", "explanation", "source")):
        sheet.write_string(0, column, name)
        value = "poverty" if name == "code" else getattr(answer, name)
        _put(sheet, 1, column, value, book.add_format())
    book.close()
    reading = read_sheet(inspect_content("f.xlsx", stream.getvalue(), longest_cell=10_500), TREE, 1)
    assert not reading.faults
    assert not reading.answers[0].faults
    back = reading.answers[0].given
    assert fingerprint(back) == fingerprint(answer)
