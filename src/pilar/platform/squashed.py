"""The words of the first migrations of the rooms, which say what stands and nothing of how it came about.

A table is a name, its fields and what it holds to; a guard is a trigger as ``pgtrigger`` writes it, told by what is
particular to it. All tables of a room are made by one operation: Django makes the classes of the models again after
each operation that touches one, which would take longer than all the rest (docs/adr/0022). The migrations after these
are as Django makes them.
"""

from __future__ import annotations

import hashlib
from types import ModuleType
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from pgtrigger import Referencing
from pgtrigger.compiler import Trigger, UpsertTriggerSql

ID: tuple[str, Any] = (
    "id",
    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
)


class table:  # noqa: N801 - reads as a word of a list
    """A table with its fields in the order of its columns; options are those of a model.

    ``parted`` is a column: the table is in parts, one for each of its values, which somebody else makes.
    """

    def __init__(self, name: str, *fields: tuple[str, Any], parted: str = "", **options: Any) -> None:
        self.name, self.fields, self.parted, self.options = name, fields, parted, options


def check(name: str, condition: models.Q) -> models.CheckConstraint:
    """A condition that every row keeps."""
    return models.CheckConstraint(name=name, condition=condition)


def unique(name: str, *fields: str, where: models.Q | None = None) -> models.UniqueConstraint:
    """Columns that no two rows, of those for which ``where`` holds, have the same."""
    return models.UniqueConstraint(name=name, fields=fields, condition=where)


def index(name: str, *fields: str, where: models.Q | None = None) -> models.Index:
    return models.Index(name=name, fields=[*fields], condition=where)


class guard:  # noqa: N801 - reads as a word of a list
    """A trigger of a table, which does what it is called with; ``more`` is ``declare``, ``condition``, ``level``,
    ``old`` and ``new`` (what its tables of rows are called), and ``deferred``."""

    def __init__(self, model: str, name: str, operation: str, when: str = "BEFORE", **more: str) -> None:
        self.model, self.name, self.operation, self.when, self.more = model, name, operation, when, more
        self.does = ""

    def __call__(self, does: str) -> guard:
        """With the lines of what it does folded into one, as models write it."""
        return self.exactly(_folded(does))

    def exactly(self, does: str) -> guard:
        """With what it does as it is written."""
        self.does = does
        return self

    def trigger(self, app: str) -> Trigger:
        """As pgtrigger keeps it, for the table of an app."""
        of = hashlib.sha1(f"{app}.{self.model}:{self.name}".encode(), usedforsecurity=False).hexdigest()[:5]
        more = {name: _folded(text) for name, text in self.more.items()}
        if deferred := more.pop("deferred", ""):
            more |= {"constraint": "CONSTRAINT", "timing": f"DEFERRABLE INITIALLY {deferred}"}
        if named := {side: more.pop(side) for side in ("old", "new") if side in more}:
            more["referencing"] = str(Referencing(**named))  # type: ignore[no-untyped-call]
        if condition := more.pop("condition", ""):
            more["condition"] = f"WHEN ({condition})"
        sql = UpsertTriggerSql(
            pgid=f"pgtrigger_{self.name}_{of}", table=f"{app}_{self.model.lower()}", func=self.does, when=self.when,
            operation=self.operation, **more,
        )  # fmt: skip
        return Trigger(name=self.name, sql=sql)


def stays(model: str, name: str, operation: str = "UPDATE OR DELETE", **more: str) -> guard:
    """Rows that are refused what the operation says."""
    refused = f"RAISE EXCEPTION 'pgtrigger: Cannot {operation.lower()} rows from % table', TG_TABLE_NAME;"
    return guard(model, name, operation, **more)(refused)


def replaced(app: str, names: str) -> list[tuple[str, str]]:
    """The migrations that became one, by their names with blanks between them."""
    return [(app, name) for name in names.split()]


class First(Operation):
    """Make the ``TABLES`` of some modules, which are all of a room in any order, and then their ``GUARDS``."""

    reversible = False

    def __init__(self, *modules: ModuleType) -> None:
        self.tables: list[table] = [entry for module in modules for entry in getattr(module, "TABLES", ())]
        self.guards: list[guard] = [entry for module in modules for entry in getattr(module, "GUARDS", ())]

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        vars(state).pop("apps", None)  # the classes are made when all is known
        for entry in self.tables:
            state.add_model(ModelState(app_label, entry.name, [*entry.fields], entry.options))
        for of in self.guards:
            state.models[app_label, of.model.lower()].options.setdefault("triggers", []).append(of.trigger(app_label))

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        create = schema_editor.sql_create_table
        for entry in self.tables:
            model = to_state.apps.get_model(app_label, entry.name)
            model._meta.triggers = []  # they may name tables that are not there yet
            schema_editor.sql_create_table = create + (f" PARTITION BY LIST ({entry.parted})" if entry.parted else "")
            schema_editor.create_model(model)
        schema_editor.sql_create_table = create
        for of in self.guards:
            schema_editor.execute(of.trigger(app_label).install_sql, params=None)

    def describe(self) -> str:
        return "Make the tables of a room"


def _folded(text: str) -> str:
    return " ".join(text.split())
