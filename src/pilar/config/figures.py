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
RIDDLES = re.compile(r"(What|Who|How|Whether|Which|Where|Whose|Whom|Of|Its|Their)\b")
SHORT_FILE = 60


def figures(room: Path) -> dict[str, int | float]:
    """Count one room without its migrations.

    ``repeating``: API schemas that have three fields or more, all of them also fields of one dataclass of the room.
    ``once``: functions and methods named with an underscore that the room mentions once besides their definition.
    ``spelt``: calls with one keyword a line. ``init``: lines of ``__init__.py``. ``short``: files below 60 lines.
    ``vague``: names ``one`` or ``found`` in a hundred that are given to variables. ``riddles``: docstrings in a hundred
    (of modules, classes and functions) that begin with a question word or a pronoun. ``statements``: all but imports,
    docstrings and what declares a class or a function.
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
    modules = [node for node in nodes if isinstance(node, ast.Module)]
    told = [text for node in (*modules, *classes, *functions) if (text := ast.get_docstring(node))]
    names_given = [name for node in nodes for name in assigned(node)]
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
        "functions": len(functions),
        "statements": sum(_is_statement(node) for node in nodes),
        "dataclasses": len(rows),
        "schemas": len(schemas),
        "repeating": sum(len(own := _fields(schema)) > 2 and any(own <= row for row in declared) for schema in schemas),
        "once": sum(
            function.name[0] == "_" and function.name[:2] != "__" and names[function.name] == 2
            for function in functions
        ),
        "spelt": sum(_is_spelt(node) for node in nodes),
        "vague": _share(sum(name in VAGUE_NAMES for name in names_given), len(names_given)),
        "riddles": _share(sum(bool(RIDDLES.match(text)) for text in told), len(told)),
        "templates": sum(path.read_text(encoding="utf-8").count("\n") for path in room.rglob("*.html")),
    }


def assigned(node: ast.AST) -> Iterator[str]:
    """Yield the names of variables that a node of source gives: by assignment, in a loop or as a parameter."""
    match node:
        case ast.Assign(targets=targets):
            given = targets
        case ast.For(target=target) | ast.comprehension(target=target) | ast.NamedExpr(target=target):
            given = [target]
        case ast.arg(arg=name):
            yield name
            return
        case _:
            return
    for part in (part for target in given for part in ast.walk(target)):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id


def _fields(declared: ast.ClassDef) -> set[str]:
    targets = [node.target for node in declared.body if isinstance(node, ast.AnnAssign)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _is_spelt(node: ast.AST) -> bool:
    """Return whether a call of four keywords or more has each on a line of its own."""
    if not isinstance(node, ast.Call) or len(node.keywords) < 4:
        return False
    return len({keyword.value.lineno for keyword in node.keywords}) == len(node.keywords)


def _is_statement(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return False
    return isinstance(node, ast.stmt)


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
