"""Find dead code: names defined in the source and used by no source, template or setting.

Tests do not count as use, except for ``index``, which is a library for others. What a framework calls by its name is
listed in pyproject.toml, ``[tool.vulture]``.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path

from pilar.config.state import CHECKOUT

SOURCE = CHECKOUT / "src" / "pilar"
WORDS = re.compile(r"[A-Za-z_]\w*")
DECLARING = re.compile(r"/(models|api|forms|urls|settings|apps)(/|\.py|_\w+\.py)")
"""Files whose class attributes are declarations that Django or Pydantic reads."""


def dead_code() -> list[str]:
    """A line each: where it stands and what it is. Needs vulture, which only developers have."""
    from vulture import Vulture

    given = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["vulture"]
    looking = Vulture(ignore_names=given["ignore_names"], ignore_decorators=given["ignore_decorators"])
    looking.scavenge([str(SOURCE)], exclude=["*/migrations/*"])
    named, asked = _named_in_text() | _named_by_schemas(), _named_by_tests_of_index()
    return [
        f"{path.relative_to(CHECKOUT)}:{unused.first_lineno}: {unused.typ} {unused.name}"
        for unused in looking.get_unused_code(min_confidence=60)
        if unused.name not in (named | asked if "index" in (path := Path(unused.filename)).parts else named)
        and not _declared(unused.typ, str(path))
    ]


def _declared(kind: str, path: str) -> bool:
    """Return whether a framework, or an object of another library, reads the name."""
    return kind == "attribute" or (kind == "variable" and DECLARING.search(path) is not None)


def _named_in_text() -> set[str]:
    """Words of templates and scenarios, and of the settings, which name classes by dotted paths."""
    config = SOURCE / "config"
    settings = [*(config / "settings").glob("*.py"), config / "storage.py"]
    scenarios = (CHECKOUT / "data" / "demonstration").glob("*.yaml")
    return _words([*SOURCE.rglob("*.html"), *SOURCE.rglob("*.txt"), *settings, *scenarios])


def _named_by_schemas() -> set[str]:
    """Schemas that the API has published, and what they read off their rows (``platform.api.RowSchema``)."""
    published = json.loads((CHECKOUT / "docs" / "api" / "openapi.json").read_text(encoding="utf-8"))
    named = set(published["components"]["schemas"])
    for path in [*SOURCE.glob("*/api.py"), *SOURCE.glob("*/api/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.keyword)
                and node.arg in {"fields", "base"}
                and isinstance(node.value, ast.Constant)
            ):
                named.update(WORDS.findall(str(node.value.value)))
    return named


def _named_by_tests_of_index() -> set[str]:
    return _words([path for room in ("index", "property") for path in (CHECKOUT / "tests" / room).rglob("*.py")])


def _words(paths: list[Path]) -> set[str]:
    return {word for path in paths for word in WORDS.findall(path.read_text(encoding="utf-8"))}
