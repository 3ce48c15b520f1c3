"""Translation catalogues without system tools: extract, merge, compare, compile.

Every room keeps ``locale/id/LC_MESSAGES/django.po``; source strings are English. ``update`` brings the catalogues in
line with the code, ``faults`` says what is missing, ``compile_all`` writes the binary files that gettext reads.
"""

from __future__ import annotations

import ast
import io
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from pilar.platform.language import ROOMS, stale_catalogues

LANGUAGE = "id"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "N_": None,
    "translate": None,
    "Fault": (2,),
}
LITERAL = r"""u?((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))"""
# What Django's templatize() leaves of a template: calls with one to three literals.
TEMPLATE_CALLS = re.compile(
    rf"(?<!\w)(?P<name>npgettext|ngettext|pgettext|gettext|_)\({LITERAL}(?:, ?{LITERAL})?(?:, ?{LITERAL})?"
)
FIELD = re.compile(r"%\((\w+)\)[sd]")
HEADER = "# Indonesian catalogue of one room of Pilar. Source strings are English; `./pilar messages` keeps it in line."


def rooms() -> list[Path]:
    """Folders of the rooms, in order."""
    return sorted(folder for folder in ROOMS.iterdir() if (folder / "__init__.py").exists())


def po_file(room: Path) -> Path:
    return room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def extracted(room: Path) -> Catalog:
    """Every string of a room that is marked for translation."""
    catalogue = _empty()
    for path in sorted(room.rglob("*.py")):
        if "migrations" not in path.parts:
            with path.open("rb") as file:
                for _line, message, _comments, context in extract("python", file, keywords=KEYWORDS):  # type: ignore[arg-type]
                    catalogue.add(message, context=context)
    for path in sorted([*room.rglob("*.html"), *room.rglob("*.txt")]):
        for message, context in _template_messages(path.read_text(encoding="utf-8")):
            catalogue.add(message, context=context)
    return catalogue


def _template_messages(source: str) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    if not settings.configured:
        settings.configure()
    for match in TEMPLATE_CALLS.finditer(templatize(source)):
        words = [ast.literal_eval(group) for group in match.groups()[1:] if group]
        context = words.pop(0) if "p" in match["name"] else None
        if words[0]:
            yield (words[0] if len(words) == 1 else (words[0], words[1])), context


def update() -> list[str]:
    """Merge new strings into the catalogues, drop vanished ones, compile; returns what is still to be translated."""
    for room in rooms():
        source, path = extracted(room), po_file(room)
        if not len(source):
            path.unlink(missing_ok=True)
            continue
        catalogue = _read(path)
        catalogue.update(source, no_fuzzy_matching=True)
        for message in catalogue:
            if message.pluralizable and not any(message.string):
                message.string = ("",) * catalogue.num_plurals
        path.parent.mkdir(parents=True, exist_ok=True)
        written = io.BytesIO()
        write_po(
            written, catalogue, width=110, omit_header=True, sort_output=True, ignore_obsolete=True, no_location=True
        )
        head = f'{HEADER}\nmsgid ""\nmsgstr ""\n"Language: {LANGUAGE}\\n"\n'
        head += '"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
        path.write_text(head + written.getvalue().decode("utf-8").strip() + "\n", encoding="utf-8")
    compile_all(stale_catalogues())
    return faults()


def faults() -> list[str]:
    """Strings that are missing, empty, left over, or whose fields differ; empty when every catalogue is complete."""
    faults_found: list[str] = []
    said: dict[tuple[str, str | None], tuple[str, object]] = {}
    for room in rooms():
        source, catalogue = extracted(room), _read(po_file(room))
        for message in source:
            if not message.id:  # the header
                continue
            translated = catalogue.get(message.id, message.context)
            if translated is None or not _translated(translated):
                faults_found.append(f"{room.name}: not translated: {_key(message)!r}")
            elif _fields(message.id) != _fields(translated.string):
                faults_found.append(f"{room.name}: other fields in the translation of {_key(message)!r}")
            # Django merges the rooms' catalogues: one string has one translation, or needs a context.
            elsewhere, string = said.setdefault(
                (_key(message), message.context), (room.name, translated and translated.string)
            )
            if translated is not None and string and string != translated.string:
                faults_found.append(f"{room.name}: {_key(message)!r} is translated otherwise in {elsewhere}")
        for old in catalogue:
            if old.id and source.get(old.id, old.context) is None:
                faults_found.append(f"{room.name}: left over: {_key(old)!r}")
    return faults_found


def compile_all(paths: Iterable[Path]) -> None:
    """Write the ``.mo`` next to each ``.po``."""
    for path in paths:
        written = io.BytesIO()
        write_mo(written, _read(path))
        making = path.with_suffix(f".{os.getpid()}")
        making.write_bytes(written.getvalue())
        making.replace(path.with_suffix(".mo"))


def _empty() -> Catalog:
    return Catalog(locale=LANGUAGE, charset="utf-8")


def _read(path: Path) -> Catalog:
    if not path.exists():
        return _empty()
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _translated(message: Message) -> bool:
    strings = [message.string] if isinstance(message.string, str) else list(message.string)
    return all(strings)


def _fields(text: object) -> set[str]:
    texts = [text] if isinstance(text, str) else list(text)  # type: ignore[call-overload]
    return {name for text in texts for name in FIELD.findall(text)}
