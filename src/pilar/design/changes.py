"""Changes made by a version, as pages show them (``platform.imports.changes``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import ngettext

from pilar.platform.imports.changes import Change, Kind


def shown_changes(changes: Sequence[Change]) -> dict[str, Any]:
    """Return what ``design/parts/changes.html`` draws: the parts that change, and how many do not."""
    differing = [change for change in changes if change.kind is not Kind.SAME]
    return {"changes": differing, "same": len(changes) - len(differing)}


def counted_changes(changes: Sequence[Change]) -> str:
    """Return how many parts are new, changed and gone."""
    kinds = [change.kind for change in changes]
    said = {
        Kind.NEW: ngettext("%(count)s new", "%(count)s new", kinds.count(Kind.NEW)),
        Kind.CHANGED: ngettext("%(count)s changed", "%(count)s changed", kinds.count(Kind.CHANGED)),
        Kind.GONE: ngettext("%(count)s no longer there", "%(count)s no longer there", kinds.count(Kind.GONE)),
    }
    return ", ".join(text % {"count": kinds.count(kind)} for kind, text in said.items())
