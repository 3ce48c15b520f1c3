"""Open data: tables as CSV and JSON with a description by the Data Package standard, in one archive.

Source of the format: Data Package, Tabular Data Package and Table Schema, version 1
(https://specs.frictionlessdata.io). Equal tables give equal bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from pilar.platform.tables import inert
from pilar.reports.archives import archive

FieldType = Literal["string", "integer", "number", "boolean", "date", "year"]
Value = str | int | bool | Decimal | None


@dataclass(frozen=True, slots=True)
class Field:
    """A column. ``constraints`` as Table Schema has them (``required``, ``enum``, ``pattern``, ``minimum`` ...);
    ``column_type`` as a taxonomy of Fiscal Data Packages calls it."""

    name: str
    type: FieldType
    description: str
    constraints: Mapping[str, Any] = field(default_factory=dict)
    column_type: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """``fields`` name a row of another table by its ``there`` columns."""

    fields: tuple[str, ...]
    table: str
    there: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataTable:
    """One table; a row has a value for each field. Raises ValueError if one does not."""

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    references: tuple[Reference, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.fields) for row in self.rows):
            raise ValueError(f"a row of {self.name} has as many values as the table has fields")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is described but is no table."""

    name: str
    path: str
    title: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class DataPackage:
    """``name`` is of lower-case letters, digits, points and hyphens; ``more`` are further properties of the package."""

    name: str
    title: str
    description: str
    version: str
    homepage: str
    created: datetime
    tables: tuple[DataTable, ...]
    attachments: tuple[Attachment, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


def data_package(package: DataPackage) -> bytes:
    """The archive: ``datapackage.json``, each table as CSV (UTF-8, RFC 4180) and JSON, the attachments.

    A table without rows has no JSON.
    """
    files: dict[str, bytes] = {}
    resources: list[dict[str, Any]] = []
    for table in package.tables:
        schema = _schema(table)
        twins = [(table.name, f"{table.name}.csv", csv_file(table))]
        # An empty array has no columns, and the standard's own validator refuses it.
        twins += [(f"{table.name}-json", f"{table.name}.json", json_file(table))] if table.rows else []
        for name, path, content in twins:
            files[path] = content
            described = {"profile": "tabular-data-resource", "description": table.description, "schema": schema}
            resources.append(_resource(name, path, table.title, content) | described)
    for attachment in package.attachments:
        files[attachment.path] = attachment.content
        resources.append(
            _resource(attachment.name, attachment.path, attachment.title, attachment.content)
            | {"mediatype": attachment.media_type}
        )
    whole = {
        "profile": "data-package" if package.attachments else "tabular-data-package",
        "name": package.name,
        "title": package.title,
        "description": package.description,
        "version": package.version,
        "homepage": package.homepage,
        "created": package.created.isoformat(),
        **package.more,
        "resources": resources,
    }
    text = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    return archive({"datapackage.json": text.encode(), **files}, moment=package.created)


def _resource(name: str, path: str, title: str, content: bytes) -> dict[str, Any]:
    form = path.rpartition(".")[2]
    described = {
        "name": name,
        "path": path,
        "title": title,
        "format": form,
        "mediatype": {"csv": "text/csv", "json": "application/json"}.get(form, ""),
        "encoding": "utf-8",
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    # The standard's own validator counts no bytes of a JSON table, and would call a right number wrong.
    return described if form == "json" else described | {"bytes": len(content)}


def _schema(table: DataTable) -> dict[str, Any]:
    fields = [
        {"name": field.name, "type": field.type, "description": field.description}
        | ({"constraints": dict(field.constraints)} if field.constraints else {})
        | ({"columnType": field.column_type} if field.column_type else {})
        for field in table.fields
    ]
    schema: dict[str, Any] = {"fields": fields, "primaryKey": list(table.key), "missingValues": [""]}
    if table.references:
        schema["foreignKeys"] = [
            {
                "fields": list(reference.fields),
                "reference": {"resource": reference.table, "fields": list(reference.there)},
            }
            for reference in table.references
        ]
    return schema


def csv_file(table: DataTable) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([field.name for field in table.fields])
    writer.writerows([_cell(value) for value in row] for row in table.rows)
    return written.getvalue().encode()


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(inert(value))


def json_file(table: DataTable) -> bytes:
    """An array of objects, a line each; a number keeps the digits it was published with."""
    names = [json.dumps(field.name) for field in table.fields]
    lines = [
        "{" + ", ".join(f"{name}: {_literal(value)}" for name, value in zip(names, row, strict=True)) + "}"
        for row in table.rows
    ]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def _literal(value: Value) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)
