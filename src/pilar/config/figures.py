"""``./pilar figures``: how large each room is, and how often it declares a fact again; read from its files alone."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pilar.config.state import CHECKOUT

SOURCE = CHECKOUT / "src" / "pilar"
VAGUE_NAMES = {"one", "found"}
RIDDLES = re.compile(r"(What|Who|How|Whether|Of|Its|Their)\b")
SHORT_FILE = 60


def figures(room: Path) -> dict[str, int | float]:
    """Count one room without its migrations.

    ``repeating``: API schemas that have three fields or more, all of them also fields of one dataclass of the room.
    ``once``: functions and methods named with an underscore that the room mentions once beside their definition.
    ``spelt``: calls with one keyword a line. ``init``: lines of ``__init__.py``. ``short``: files below 60 lines.
    ``vague``: assignments to ``one`` or ``found`` in a hundred. ``riddles``: docstrings in a hundred that begin with
    a question word or a pronoun.
    """
    paths = [path for path in sorted(room.rglob("*.py")) if "migrations" not in path.parts]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    nodes = [node for text in texts for node in ast.walk(ast.parse(text))]
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    rows = [class_ for class_ in classes if any("dataclass" in ast.unparse(mark) for mark in class_.decorator_list)]
    schemas = [class_ for class_ in classes if any("Schema" in ast.unparse(base) for base in class_.bases)]
    declared = [_fields(row) for row in rows]
    names = Counter(re.findall(r"\w+", "\n".join(texts)))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    told = [text for node in (*classes, *functions) if (text := ast.get_docstring(node))]
    assigned = [
        name.id for node in nodes if isinstance(node, ast.Assign | ast.For | ast.comprehension)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for name in ast.walk(target) if isinstance(name, ast.Name)
    ]  # fmt: skip
    lengths = [text.count("\n") for text in texts]
    named, others = (
        [length for path, length in zip(paths, lengths, strict=True) if (path.name == "__init__.py") is init]
        for init in (True, False)
    )
    return {
        "lines": sum(lengths),
        "files": len(paths),
        "short": sum(length < SHORT_FILE for length in others),
        "init": sum(named),
        "dataclasses": len(rows),
        "schemas": len(schemas),
        "repeating": sum(len(own := _fields(schema)) > 2 and any(own <= row for row in declared) for schema in schemas),
        "once": sum(
            function.name[0] == "_" and function.name[:2] != "__" and names[function.name] == 2
            for function in functions
        ),
        "spelt": sum(_is_spelt(node) for node in nodes),
        "vague": _share(sum(name in VAGUE_NAMES for name in assigned), len(assigned)),
        "riddles": _share(sum(bool(RIDDLES.match(text)) for text in told), len(told)),
        "templates": sum(path.read_text(encoding="utf-8").count("\n") for path in room.rglob("*.html")),
    }


def _fields(declared: ast.ClassDef) -> set[str]:
    targets = [node.target for node in declared.body if isinstance(node, ast.AnnAssign)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _is_spelt(node: ast.AST) -> bool:
    """Tell whether a call of four keywords or more has each on a line of its own."""
    if not isinstance(node, ast.Call) or len(node.keywords) < 4:
        return False
    return len({keyword.value.lineno for keyword in node.keywords}) == len(node.keywords)


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def run() -> int:
    """Print a line a room and the sum of what can be added."""
    paths = [path for path in sorted(SOURCE.iterdir()) if path.is_dir() and any(path.glob("*.py"))]
    rooms = [figures(path) for path in paths]
    sums = {name: sum(room[name] for room in rooms) if isinstance(rooms[0][name], int) else "" for name in rooms[0]}
    rows = [[path.name, *map(str, room.values())] for path, room in zip(paths, rooms, strict=True)]
    _print([["room", *sums], *rows, ["all", *map(str, sums.values())]])
    return 0


def _print(table: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        sys.stdout.write("  ".join(_padded(row, widths)).rstrip() + "\n")


def _padded(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
        yield cell.rjust(width) if place else cell.ljust(width)
