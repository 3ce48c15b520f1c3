"""Migrations of a fresh database in half of the time.

Whenever a migration touches a model, Django makes its class anew, and with it the class of every model that refers to
it. A new model needs no class but its own; a constraint, an index or a trigger needs none: no other class knows of
them, so the list of the one class is made longer instead. The tables come out the same
(tests/platform/test_migrating.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db.migrations.state import ModelState, ProjectState
from pgtrigger.migrations import AddTrigger

ADD_MODEL = ProjectState.add_model


@contextmanager
def classes_kept() -> Iterator[None]:
    """Let migrations within keep the classes that a new model, constraint, index or trigger leaves as they are."""
    with (
        patch.object(ProjectState, "add_model", _add_model),
        patch.object(ProjectState, "_append_option", _append),
        patch.object(AddTrigger, "state_forwards", _add_trigger),
    ):
        yield


def _add_model(state: ProjectState, added: ModelState) -> None:
    with patch.object(state, "reload_model"):
        ADD_MODEL(state, added)
    if "apps" in vars(state):
        state.apps.render_multiple([added])


def _append(state: ProjectState, app_label: str, model_name: str, option: str, added: Any) -> None:
    options = state.models[app_label, model_name].options
    options[option] = [*options.get(option, []), added]
    if "apps" in vars(state):
        meta = state.apps.get_model(app_label, model_name)._meta
        setattr(meta, option, [*getattr(meta, option, []), added])


def _add_trigger(operation: AddTrigger, app_label: str, state: ProjectState) -> None:
    _append(state, app_label, operation.model_name, "triggers", operation.trigger)
