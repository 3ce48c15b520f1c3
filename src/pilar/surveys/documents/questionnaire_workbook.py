"""A questionnaire as a workbook for further editing: unchanged, it is read back as the same questionnaire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pilar import index
from pilar.design.import_files import template_workbook
from pilar.platform.imports import Column
from pilar.platform.yaml_files import load_texts
from pilar.surveys.rules.questionnaire import ItemKind, Kind
from pilar.surveys.rules.questionnaire_check import DISTRICTS
from pilar.surveys.rules.questionnaire_sheets import (
    BANDS,
    BETWEEN,
    GROUPS,
    ITEMS,
    OPTIONS,
    PAGES,
    PROFILE,
    SCALE,
    SHEETS,
    TOP,
    TOP_KEYS,
)

WORDS: dict[str, tuple[str, ...]] = {
    "kind": tuple(Kind),
    "basis.kind": tuple(index.Paper),
    "basis.status": tuple(index.Certainty),
}
"""The allowed values of general fields that have fixed ones."""
CHOICES = {"kind": tuple(ItemKind), "required": ("true", "false"), "options": (DISTRICTS,)}
"""The choices of a column."""
NUMBERS = frozenset({"value", "from"})


def questionnaire_workbook(text: str) -> bytes:
    """The workbook of a questionnaire from the text of its file, in the reader's language."""
    rows = _rows(load_texts(text))
    return template_workbook(
        {
            str(sheet.name): [
                Column(key, heading, required=False, options=() if sheet is TOP else CHOICES.get(key, ()))
                for key, heading in sheet.columns
            ]
            for sheet in SHEETS
        },
        {
            place: [[_cell(sheet is TOP, key, row) for key, _heading in sheet.columns] for row in rows[sheet.name.en]]
            for place, sheet in enumerate(SHEETS)
        },
        guide=(
            _("Each row of “%(sheet)s” is a question; “%(column)s” holds the code of the page that it stands on.")
            % {"sheet": ITEMS.name, "column": dict(ITEMS.columns)["page"]},
            _("Answers to choose from stand on “%(sheet)s”, by the code of their question; “%(groups)s” are the kinds "
              "of respondents.") % {"sheet": OPTIONS.name, "groups": GROUPS},
            _("Several answers after which a question is asked are written with commas between them."),
            _("A source is an address, or the word assumption where nobody states it."),
            _("A changed questionnaire gets a new version. Its basis is the decree, letter or file that it rests on."),
        ),
    )  # fmt: skip


def _cell(top: bool, key: str, row: Mapping[str, str]) -> Any:
    value = row.get(key, "")
    return Decimal(value) if key in NUMBERS and value and not top else value


def _rows(said: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
    given = dict(_flat(said))
    fields = said["profile"]["fields"]
    options = [{"of": GROUPS, **dict(_flat(group))} for group in said.get("groups", {}).get("list", ())]
    items = [(page, item) for page in said["sections"] for item in page["items"]]
    for told in (*fields, *(item for _page, item in items)):
        if isinstance(told.get("options"), list):
            options += [{"of": told["code"], **dict(_flat(option))} for option in told["options"]]
    return {
        TOP.name.en: [
            {"key": str(label), "value": given.get(key, ""), "remark": _remark(key)} for key, label in TOP_KEYS
        ],
        SCALE.name.en: [dict(_flat(label)) for label in said["scale"]["labels"]],
        PROFILE.name.en: [dict(_flat(told)) for told in fields],
        PAGES.name.en: [dict(_flat(section)) for section in said["sections"]],
        ITEMS.name.en: [
            {
                **dict(_flat(item)), "page": page["code"],
                "when.values": f"{BETWEEN} ".join(item.get("when", {}).get("values", ())),
            }
            for page, item in items
        ],
        OPTIONS.name.en: options,
        BANDS.name.en: [dict(_flat(band)) for band in said.get("satisfaction", {}).get("bands", ())],
    }  # fmt: skip


def _remark(key: str) -> str:
    if key in WORDS:
        return _("one of: %(words)s") % {"words": ", ".join(WORDS[key])}
    return _("such as 2026-03-31") if key == "basis.dated" else ""


def _flat(said: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield all values that are not lists, by dotted keys."""
    for key, value in said.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        elif isinstance(value, str):
            yield before + key, value
