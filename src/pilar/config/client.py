"""A typed client of the API in one file of Python, made from the OpenAPI description by ``./pilar openapi --client``.

It is made when somebody asks for it, so that it is never older than the description; who has it needs the standard
library alone. Schemas become dataclasses, operations methods of :class:`Pilar`. Those that take files are left out.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pilar.config import client_frame

JSON = "application/json"
FORMATS = {"date": "date", "date-time": "datetime", "uuid": "UUID"}
TYPES = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
    "object": "dict[str, Any]",
}

Schema = Mapping[str, Any]


def client(description: Schema) -> str:
    """The file as text; equal descriptions give equal text."""
    frame = Path(client_frame.__file__).read_text(encoding="utf-8")
    head, body = frame.split("# Schemas\n")
    info = description["info"]
    head = head.replace("PILAR_VERSION", str(info["version"]))
    schemas = sorted(description["components"]["schemas"].items())
    classes = "\n\n".join("\n".join(_class(name, schema)) for name, schema in schemas)
    methods = "\n".join(
        line
        for path, ways in sorted(description["paths"].items())
        for way, operation in sorted(ways.items())
        for line in _method(path, way, operation)
    )
    return f"{head}{classes}\n\n{body}{methods}\n"


def name_of(operation: Schema) -> str:
    """Return how the method of an operation is called: by its room and what it does."""
    return _name(operation["operationId"].removeprefix("pilar_").replace("_api_", "_", 1))


def takes_files(operation: Schema) -> bool:
    """Return whether something else than JSON is sent to an operation."""
    return "requestBody" in operation and JSON not in operation["requestBody"]["content"]


def _class(name: str, schema: Schema) -> Iterator[str]:
    if "properties" not in schema:
        yield f"{name} = {_type(schema)}"
        return
    yield "\n@dataclass(frozen=True, slots=True, kw_only=True)"
    yield f"class {name}:"
    yield f"    {_text(schema.get('description') or name)}"
    required = set(schema.get("required", ()))
    for key, told in schema["properties"].items():
        kind, named = _type(told), _name(key)
        meta = f"metadata={{'name': {key!r}}}" if named != key else ""
        if key in required:
            yield f"    {named}: {kind}" + (f" = field({meta})" if meta else "")
        else:
            kind = kind if kind.endswith("None") else f"{kind} | None"
            yield f"    {named}: {kind} = " + (f"field(default=None, {meta})" if meta else "None")


def _method(path: str, way: str, operation: Schema) -> Iterator[str]:
    if takes_files(operation):
        return
    given = {_name(parameter["name"]): parameter for parameter in operation.get("parameters", ())}
    inside = [name for name, parameter in given.items() if parameter["in"] == "path"]
    asked = [name for name, parameter in given.items() if parameter["in"] == "query"]
    arguments = [f"{name}: {_type(given[name]['schema'])}" for name in inside]
    body = operation.get("requestBody", {}).get("content", {}).get(JSON)
    if body or asked:
        arguments.append("*")
    if body:
        arguments.append(f"sent: {_type(body['schema'])}")
    for name in asked:
        kind = _type(given[name]["schema"])
        kind = kind if kind.endswith("None") else f"{kind} | None"
        arguments.append(f"{name}: {kind}" + ("" if given[name].get("required") else " = None"))
    answer = _answer(operation["responses"])
    yield f"\n    def {name_of(operation)}({', '.join(['self', *arguments])}) -> {answer}:"
    yield f"        {_text(operation.get('description') or operation['summary'])}"
    inner = ", ".join(f"{given[name]['name']!r}: {name}" for name in inside)
    query = ", ".join(f"{given[name]['name']!r}: {name}" for name in asked)
    call = f"self.ask({f'{way.upper()} {path}'!r}, {{{inner}}}, {{{query}}}, {'sent' if body else None}, {answer!r})"
    yield f"        return cast({answer!r}, {call})" if answer != "None" else f"        {call}"


def _answer(responses: Schema) -> str:
    good = next(response for status, response in responses.items() if status.startswith("2"))
    content = good.get("content", {})
    if not content:
        return "None"
    return _type(content[JSON]["schema"]) if JSON in content else "bytes"


def _type(schema: Schema) -> str:
    """The annotation of a schema."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema or "const" in schema:
        return f"Literal[{', '.join(map(repr, schema.get('enum', [schema.get('const')])))}]"
    ways = [part for join in ("anyOf", "oneOf", "allOf") for part in schema.get(join, ())]
    if ways:
        kinds = dict.fromkeys(map(_type, ways))
        return " | ".join(sorted(kinds, key=lambda kind: kind == "None"))
    return _plain_type(str(schema.get("type", "")), schema)


def _plain_type(kind: str, schema: Schema) -> str:
    if kind == "array":
        return f"list[{_type(schema.get('items', {}))}]"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"dict[str, {_type(schema['additionalProperties'])}]"
    return FORMATS.get(schema.get("format", "") if kind == "string" else "", TYPES.get(kind, "Any"))


def _name(key: str) -> str:
    """A name that Python takes."""
    plain = "".join(letter if letter.isalnum() else "_" for letter in key)
    return f"{plain}_" if keyword.iskeyword(plain) or plain == "self" else plain


def _text(text: str) -> str:
    return repr(" ".join(text.split()))
