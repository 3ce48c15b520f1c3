"""Typed fields out of located values; every fault is collected with its line and path."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from pilar.index.faults import N_, Fault, at_line
from pilar.index.instrument import ASSUMPTION, Statement
from pilar.index.reading.document import Mapping, Scalar, Sequence, Value

LANGUAGES = ("id", "en")
NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
CODE = r"[a-z][a-z0-9_]{0,59}"
INSTRUMENT_CODE = r"[a-z0-9]+(-[a-z0-9]+)*"
VERSION = r"[0-9]+(\.[0-9]+)*"
EMPTY = N_("The value of %(key)s is empty or has the wrong form.")
FORMS = {
    CODE: N_("“%(given)s” cannot be a code: write small letters, digits and _, a letter first."),
    INSTRUMENT_CODE: N_("“%(given)s” cannot be a code: write small letters and digits, with hyphens between words."),
    VERSION: N_("“%(given)s” cannot be a version: write numbers with points between them, such as 1.0."),
}
FORMAT = N_("“%(given)s” is no format: write format: 1 for an instrument, format: composite-1 for a composite index.")
ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s]+")

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass
class Fields:
    """The entries of one mapping at ``path``. Reading a field that is absent or faulty gives ``None``."""

    name: str
    path: str
    line: int
    faults: list[Fault]
    values: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def tell(self, fault: Fault, key: str = "") -> None:
        """Collect a fault in the field ``key``, or in the block as a whole."""
        self.tell_at(fault, self.lines.get(key, self.line))

    def tell_at(self, fault: Fault, line: int) -> None:
        """Collect a fault in that line."""
        self.faults.append(at_line(fault, self.name, line, self.path))

    def value(self, key: str) -> Value | None:
        """The value of a field; ``None`` if it is absent, or refused, whose fault is already told."""
        value = self.values.get(key)
        return None if isinstance(value, Scalar) and value.refused else value

    def text(self, key: str, pattern: str = r"[\s\S]*\S[\s\S]*") -> str | None:
        value = self.value(key)
        if value is None:
            return None
        if not isinstance(value, Scalar) or value.text is None or not re.fullmatch(pattern, value.text):
            given = value.text if isinstance(value, Scalar) else None
            sentence = FORMS.get(pattern, EMPTY) if given else EMPTY
            self.tell(Fault("text", sentence, {"key": key, "given": (given or "")[:40]}), key)
            return None
        return value.text.strip()

    def unknown_format(self) -> Fault:
        """The only fault of a file that says another format than its reader's."""
        value = self.values["format"]
        given = (value.text or "")[:40] if isinstance(value, Scalar) else ""
        return at_line(Fault("format", FORMAT, {"given": given}), self.name, self.lines["format"])

    def number(self, key: str) -> Decimal | None:
        value = self.value(key)
        if value is None:
            return None
        if not isinstance(value, Scalar) or not NUMBER.fullmatch(value.text or ""):
            self.tell(
                Fault("number", "%(key)s must be a number such as 12.5, with a decimal point.", {"key": key}), key
            )
            return None
        return Decimal(value.text or "")

    def whole(self, key: str, lowest: int, highest: int) -> int | None:
        number = self.number(key)
        if number is None:
            return None
        if number != int(number) or not lowest <= number <= highest:
            fields = {"key": key, "lowest": lowest, "highest": highest}
            self.tell(Fault("whole", "%(key)s must be a whole number from %(lowest)s to %(highest)s.", fields), key)
            return None
        return int(number)

    def day(self, key: str) -> date | None:
        text = self.text(key)
        if text is None:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.tell(Fault("day", "%(key)s must be a day such as 2026-03-31.", {"key": key}), key)
            return None

    def choice(self, key: str, choices: type[Choice]) -> Choice | None:
        text = self.text(key)
        if text is None:
            return None
        if text not in [choice.value for choice in choices]:
            fields = {"key": key, "value": text, "choices": ", ".join(choices)}
            self.tell(Fault("choice", "%(key)s is %(value)s; it must be one of %(choices)s.", fields), key)
            return None
        return choices(text)

    def yes(self, key: str) -> bool:
        """Return whether the field is there; it can only be ``true``, since leaving it out says no."""
        value = self.value(key)
        if value is not None and not (isinstance(value, Scalar) and value.text == "true"):
            self.tell(Fault("yes", "%(key)s can only be true; leave it out otherwise.", {"key": key}), key)
        return value is not None

    def source(self, key: str = "source") -> str:
        """An address, or ``assumption``; a source that is left out is an assumption."""
        text = self.text(key)
        if text is not None and text != ASSUMPTION and not ADDRESS.fullmatch(text):
            self.tell(
                Fault("source", "%(key)s must be an http or https address, or the word assumption.", {"key": key}), key
            )
        return text or ASSUMPTION

    def titles(self, key: str) -> dict[str, str] | None:
        """A text in both languages."""
        block = self.block(key, required=LANGUAGES)
        return block.both_languages() if block else None

    def both_languages(self) -> dict[str, str] | None:
        texts = {language: self.text(language) for language in LANGUAGES}
        return {language: text for language, text in texts.items() if text} if all(texts.values()) else None

    def statement(self, key: str) -> Statement | None:
        """A text in both languages with its source."""
        block = self.block(key, required=(*LANGUAGES, "source"))
        text = block.both_languages() if block else None
        return Statement(text, block.source()) if block and text else None

    def block(self, key: str, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Fields | None:
        value = self.value(key)
        return self.inside(value, self.path, required, optional, key) if value is not None else None

    def blocks(self, key: str, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> list[Fields]:
        """The mappings of a list that must not be empty."""
        fieldses = [self.inside(item, self.path, required, optional, key) for item in self.items(key)]
        return [block for block in fieldses if block is not None]

    def items(self, key: str) -> list[Value]:
        value = self.value(key)
        if value is None:
            return []
        if not isinstance(value, Sequence) or not value.items:
            self.tell(Fault("list", "%(key)s must be a list with at least one entry.", {"key": key}), key)
            return []
        return value.items

    def inside(
        self, value: Value, path: str, required: tuple[str, ...], optional: tuple[str, ...], key: str
    ) -> Fields | None:
        """``value`` as fields of its own; unknown, repeated and missing keys are faults."""
        inner = Fields(self.name, path, value.line, self.faults)
        if not isinstance(value, Mapping):
            if not (isinstance(value, Scalar) and value.refused):
                fault = Fault("mapping", "%(key)s must hold keys with values.", {"key": key})
                self.faults.append(at_line(fault, self.name, value.line, path))
            return None
        inner._fill(value, required, optional)
        return inner

    def _fill(self, value: Mapping, required: tuple[str, ...], optional: tuple[str, ...]) -> None:
        for key, entry in value.entries:
            if key.refused:
                continue
            fields = {"key": key.text}
            if key.text in self.values:
                self.tell_at(Fault("repeated-key", "%(key)s stands here twice.", fields), key.line)
            elif key.text is None or key.text not in (*required, *optional):
                self.tell_at(Fault("unknown-key", "%(key)s is not a known key here.", fields), key.line)
            else:
                self.values[key.text] = entry
                self.lines[key.text] = key.line
        for missing in required:
            if missing not in self.values:
                self.tell(Fault("missing-key", "%(key)s is missing.", {"key": missing}), missing)
