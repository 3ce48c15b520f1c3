"""Migrations of a fresh database in a fraction of the time.

Whenever a migration touches a model, Django makes its class anew, and with it the class of every model that refers to
it. A new model needs no class but its own; a constraint, an index or a trigger needs none: no other class knows of
them, so the list of the one class is made longer or shorter instead. So it gets a new field, and another field in the
place of one that nothing refers to. Before each operation Django also copies what it knows of every model; here a
model is copied when somebody asks for it, and before each function of a migration it makes all classes anew; here only
before one that comes after such a change. The tables come out the same (tests/platform/test_migrating.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddField, AlterField, RunPython
from django.db.migrations.state import ModelState, ProjectState, StateApps
from django.db.migrations.utils import field_is_referenced
from django.db.models import NOT_PROVIDED, Model
from pgtrigger.migrations import AddTrigger, RemoveTrigger

ADD_MODEL, ADD_FIELD, ALTER_FIELD = ProjectState.add_model, ProjectState.add_field, ProjectState.alter_field
ADD_COLUMN, ALTER_COLUMN = AddField.database_forwards, AlterField.database_forwards
RUN = RunPython.database_forwards
Key = tuple[str, str]
REPLACED = "_pilar_replaced"
"""The field in whose place another one stands, until its column is altered."""


@contextmanager
def classes_kept() -> Iterator[None]:
    """Let migrations within keep what a model, constraint, index or trigger that comes or goes leaves as it is."""
    with (
        patch.object(ProjectState, "clone", _clone),
        patch.object(ProjectState, "add_model", _add_model),
        patch.object(ProjectState, "add_field", _add_field),
        patch.object(ProjectState, "alter_field", _alter_field),
        patch.object(AddField, "database_forwards", _add_column),
        patch.object(AlterField, "database_forwards", _alter_column),
        patch.object(RunPython, "database_forwards", _run),
        patch.object(ProjectState, "_append_option", _append),
        patch.object(ProjectState, "_remove_option", _remove),
        patch.object(AddTrigger, "state_forwards", _add_trigger),
        patch.object(RemoveTrigger, "state_forwards", _remove_trigger),
    ):
        yield


class _Models(dict[Key, ModelState]):
    """The models of a state, shared with its copies; one is this state's own from when it is asked for by its key, as
    who changes it does."""

    def __init__(self, shared: dict[Key, ModelState]) -> None:
        super().__init__(shared)
        self._own: set[Key] = set()

    def __getitem__(self, key: Key) -> ModelState:
        state = super().__getitem__(key)
        if key not in self._own:
            state = self[key] = state.clone()
        return state

    def __setitem__(self, key: Key, model: ModelState) -> None:
        self._own.add(key)
        super().__setitem__(key, model)


def _clone(state: ProjectState) -> ProjectState:
    state.models = _Models(state.models)
    made = ProjectState(real_apps=state.real_apps)
    made.models = _Models(state.models)
    if "apps" in vars(state):
        made.apps = state.apps.clone()
    made.is_delayed = state.is_delayed
    return made


def _have_own(state: ProjectState) -> None:
    """Make the classes of a state anew where they are another's: a copy begins with those of which it was copied, and
    by them nobody is told what refers to them later."""
    if "apps" not in vars(state):
        return
    models = (model for of_app in state.apps.all_models.values() for model in of_app.values())
    if any(model._meta.apps is not state.apps for model in models):
        state.apps = StateApps([*state.real_apps], state.models)


def _add_model(state: ProjectState, added: ModelState) -> None:
    _have_own(state)
    with patch.object(state, "reload_model"):
        ADD_MODEL(state, added)
    if "apps" in vars(state):
        state.apps.render_multiple([added])


def _class_of(state: ProjectState, key: Key) -> type[Model] | None:
    """The class of a model that stands in this state and was made for it; what another made is not changed here."""
    if "apps" not in vars(state):
        return None
    model = state.apps.get_model(*key)
    return model if model._meta.apps is state.apps else None


def _add_field(state: ProjectState, app: str, model_name: str, name: str, *given: Any) -> None:
    _have_own(state)
    model = _class_of(state, (app, model_name))
    if model is None:
        ADD_FIELD(state, app, model_name, name, *given)
        return
    with patch.object(state, "reload_model"):
        ADD_FIELD(state, app, model_name, name, *given)
    with state.apps.bulk_update():
        model.add_to_class(name, state.models[app, model_name].fields[name].clone())


def _alter_field(state: ProjectState, app: str, model_name: str, name: str, field: Any, *given: Any) -> None:
    key = app, model_name
    model, before = _class_of(state, key), state.models[key].fields[name]
    tied = any(each_field.is_relation or each_field.primary_key for each_field in (before, field))
    if model is None or tied or field_is_referenced(state, key, (name, field)):
        ALTER_FIELD(state, app, model_name, name, field, *given)
        return
    with patch.object(state, "reload_model"):
        ALTER_FIELD(state, app, model_name, name, field, *given)
    old = next(field for field in model._meta.local_fields if field.name == name)
    new = state.models[key].fields[name].clone()
    new.creation_counter = old.creation_counter  # its place among the others
    with state.apps.bulk_update():
        model._meta.local_fields.remove(old)
        delattr(model, old.attname)
        model.add_to_class(name, new)
    vars(new)[REPLACED] = old


def _add_column(
    operation: AddField, app: str, editor: BaseDatabaseSchemaEditor, before: ProjectState, after: ProjectState
) -> None:
    ADD_COLUMN(operation, app, editor, before, after)
    field = after.apps.get_model(app, operation.model_name)._meta.get_field(operation.name)
    vars(field).pop("_get_default", None)  # it may have had one for the rows that were there


def _alter_column(
    operation: AlterField, app: str, editor: BaseDatabaseSchemaEditor, before: ProjectState, after: ProjectState
) -> None:
    model = after.apps.get_model(app, operation.model_name)
    new = model._meta.get_field(operation.name)
    old = vars(new).pop(REPLACED, None)
    if old is None:
        ALTER_COLUMN(operation, app, editor, before, after)
    elif operation.allow_migrate_model(editor.connection.alias, model):
        if not operation.preserve_default:
            new.default = operation.field.default
        editor.alter_field(model, old, new)
        if not operation.preserve_default:
            new.default = NOT_PROVIDED
            vars(new).pop("_get_default", None)


def _run(
    operation: RunPython, app: str, editor: BaseDatabaseSchemaEditor, before: ProjectState, after: ProjectState
) -> None:
    """A function changes no model, so that it may read by the classes that the next operation keeps."""
    after.clear_delayed_apps_cache()
    before.apps, before.is_delayed, after.is_delayed = after.apps, False, False
    RUN(operation, app, editor, before, after)


def _append(state: ProjectState, app_label: str, model_name: str, option: str, added: Any) -> None:
    options = state.models[app_label, model_name].options
    options[option] = [*options.get(option, []), added]
    if "apps" in vars(state):
        meta = state.apps.get_model(app_label, model_name)._meta
        setattr(meta, option, [*getattr(meta, option, []), added])


def _remove(state: ProjectState, app_label: str, model_name: str, option: str, removed: str) -> None:
    options = state.models[app_label, model_name].options
    options[option] = [item for item in options.get(option, []) if item.name != removed]
    if "apps" in vars(state):
        meta = state.apps.get_model(app_label, model_name)._meta
        setattr(meta, option, [item for item in getattr(meta, option, []) if item.name != removed])


def _add_trigger(operation: AddTrigger, app_label: str, state: ProjectState) -> None:
    _append(state, app_label, operation.model_name, "triggers", operation.trigger)


def _remove_trigger(operation: RemoveTrigger, app_label: str, state: ProjectState) -> None:
    _remove(state, app_label, operation.model_name, "triggers", operation.name)
