"""A pytest plugin, loaded by ``-p``: tests without a database come first, and a module may come from another text.

``PILAR_PLANTED`` is the path of such a module, and from the next line on its text.
"""

from __future__ import annotations

import os
from importlib.machinery import SourceFileLoader
from types import CodeType

import pytest

_path, _, _text = os.environ.get("PILAR_PLANTED", "").partition("\n")
_as_usual = SourceFileLoader.get_code


def _get_code(loader: SourceFileLoader, fullname: str) -> CodeType | None:
    return compile(_text, _path, "exec") if loader.path == _path else _as_usual(loader, fullname)


SourceFileLoader.get_code = _get_code  # type: ignore[method-assign]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """pytest-django has put them last; of rules they tell most, and at once."""
    items.sort(key=lambda item: "db" in getattr(item, "fixturenames", ()) or bool(item.get_closest_marker("django_db")))
