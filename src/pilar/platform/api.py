"""Shared parts of all rooms' APIs: schemas from frozen rows, views that answer with rows, refusals, common types.

A fact is declared once. A schema names the fields of a row that it shows and their names; their types come from the
row. Nothing is told that is not named: a new field of a row does not become public by itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, cached_property, reduce, wraps
from operator import attrgetter, itemgetter, methodcaller, or_
from types import GenericAlias, NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, Self, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Path, Query, Router, Schema, Status
from ninja.constants import NOT_SET
from ninja.schema import ResolverMetaclass
from ninja.signature.utils import get_typed_signature
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    Field,
    ModelWrapValidatorHandler,
    ValidationInfo,
    create_model,
    model_validator,
)

from pilar.platform.errors import Fault

LARGEST = 2_147_483_647
"""The largest whole number in a column of integers, keys among them."""
NO_NUL = r"^[^\x00]*$"
"""PostgreSQL keeps no NUL in a text."""

Key = Annotated[int, Path(ge=1, le=LARGEST)]
GivenKey = Annotated[int, Field(ge=1, le=LARGEST)]
"""A key that is sent, not part of the address."""
Seen = Annotated[int, Field(ge=0, le=LARGEST)]
"""The version that was read, 0 for none."""
Moment = Annotated[AwareDatetime, Field(description="With its offset from UTC")]
Trimmed = Annotated[str, AfterValidator(lambda text: text.rstrip("0").rstrip(".") if "." in text else text)]
"""A number with the digits that it needs."""
TextOrNull = Annotated[str | None, AfterValidator(lambda text: text or None)]
"""Null where a row has an empty text."""
Rounded = Annotated[float, AfterValidator(lambda number: round(number, 4))]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]

Reader = Callable[[Any], Any]
_TOLD_AS_THEY_ARE = (bool, int, float, str, datetime, date, UUID, NoneType)
_OF_PAGES: Mapping[tuple[Any, str], Any] = {
    (Page, "number"): int,
    (Page, "paginator"): Paginator,
    (Paginator, "count"): int,
    (Paginator, "num_pages"): int,
}


def _told(kind: Any, room: str) -> tuple[Any, Reader | None]:
    """Return what a schema says of a value of ``kind``, None if unknown; and what JSON takes of it, None for itself."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind in _TOLD_AS_THEY_ARE or origin is Literal:
        return kind, None
    if inner and (kind, room) not in RowMetaclass.made:
        return _made_of(origin, [_told(member, room) for member in inner if member is not Ellipsis])
    if origin is None and issubclass(kind, Enum):
        return Literal[tuple(choice.value for choice in kind)], attrgetter("value")
    made = RowMetaclass.made.get((kind, room), [])
    if made or not _writes_itself(kind):
        return made[0] if len(made) == 1 else None, None
    return str, "{:f}".format if kind is Decimal else str


def _made_of(origin: Any, parts: list[tuple[Any, Reader | None]]) -> tuple[Any, Reader | None]:
    """The same of a type that is made of others: a choice of them, a mapping, or rows."""
    kinds, takes = zip(*parts, strict=True)
    first, last = takes[0] or _itself, takes[-1] or _itself
    made: Any
    if origin in (Union, UnionType):
        made = None if None in kinds else reduce(or_, kinds)
        take, *others = {take for kind, take in parts if kind is not NoneType}
        return made, _then(_itself, take) if take and not others else None
    if issubclass(origin, Mapping):
        made = None if None in kinds else GenericAlias(dict, kinds)
        return made, lambda rows: {first(key): last(value) for key, value in rows.items()}
    if len(kinds) > 1:
        return None, None
    made = GenericAlias(list, kinds) if kinds[0] else None
    return made, lambda rows: [first(row) for row in rows]


def _along(row: Any, path: Sequence[str], place: str) -> tuple[Any, Reader]:
    """Return what lies at the end of a path, and how to read it there."""
    kind, steps, empty = row, [], False
    for at, step in enumerate(path):
        if get_origin(kind) in (Union, UnionType):
            (kind,) = set(get_args(kind)) - {NoneType}
            empty = True
        if step == "*":
            kind, read = _of_each(kind, path[at + 1 :], place)
            steps.append(read)
            break
        kind, read = _step(kind, step, place)
        steps.append(read)

    def read_all(row: Any) -> Any:
        for read in steps:
            if row is None:
                return None
            row = read(row)
        return row

    return (kind | None if empty else kind), (steps[0] if len(steps) == 1 else read_all)


def _of_each(rows: Any, path: Sequence[str], place: str) -> tuple[Any, Reader]:
    """The same of each of several rows."""
    kind, read = _along(get_args(rows)[0], path, place)
    return GenericAlias(tuple, (kind, ...)), lambda rows: [read(row) for row in rows]


def _step(kind: Any, name: str, place: str) -> tuple[Any, Reader]:
    """The type of one part of a row, and how to read it."""
    row, inner = get_origin(kind) or kind, get_args(kind)
    if name.isdigit():
        return inner[0] if Ellipsis in inner else inner[int(name)], itemgetter(int(name))
    if (row, name) in _OF_PAGES:
        return _OF_PAGES[row, name], attrgetter(name)
    hints = _hints(row)
    if name in hints:
        return hints[name], attrgetter(name)
    attribute = inspect.getattr_static(row, name, None)
    if isinstance(attribute, property | cached_property):
        made = attribute.fget if isinstance(attribute, property) else attribute.func
        return get_type_hints(made)["return"], attrgetter(name)
    if inspect.isfunction(attribute):
        return get_type_hints(attribute)["return"], methodcaller(name)
    raise TypeError(f"{place}: {kind} has no {name}")


@cache
def _hints(row: Any) -> dict[str, Any]:
    return get_type_hints(row)


def _then(first: Reader, second: Reader) -> Reader:
    return lambda row: None if (value := first(row)) is None else second(value)


def _itself(value: Any) -> Any:
    return value


def _writes_itself(kind: type) -> bool:
    return getattr(kind, "__str__") is not object.__str__  # noqa: B009  (mypy takes the two for different functions)


class RowMetaclass(ResolverMetaclass):
    """Makes the fields of a :class:`RowSchema` of its row."""

    made: ClassVar[dict[tuple[Any, str], list[type]]] = {}
    """The schemas of a row, by room."""

    def __new__(
        mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], *, of: Any = None, fields: str = "",
        base: str = "", **more: Any,
    ) -> Any:  # fmt: skip
        if of is None:
            return super().__new__(mcs, name, bases, namespace, **more)
        room = ".".join(namespace["__module__"].split(".")[:2])
        said = namespace.get("__annotations__", {})
        told: dict[str, Any] = {}
        readers: dict[str, Reader] = {}
        for place in fields.split():
            field, _, path = place.partition("=")
            kind, read = _along(of, (path or field).split("."), f"{name}.{field}")
            told[field], take = _told(kind, room)
            told[field] = said.get(field, told[field])
            if told[field] is None:
                raise TypeError(
                    f"{name}.{field}: say the type in the class, {room} has no schema of {kind}, or several"
                )
            readers[field] = _then(read, take) if take else read
        namespace["__annotations__"] = told | said
        schema: Any = super().__new__(mcs, name, bases, namespace, **more)
        inherited = schema.readers
        if base:
            _, within = _along(of, base.split("."), f"{name}, base")
            inherited = {field: _then(within, read) for field, read in inherited.items()}
        schema.readers = inherited | readers
        mcs.made.setdefault((of, room), []).append(schema)
        return schema


class RowSchema(Schema, metaclass=RowMetaclass):
    """A schema read off the row ``of``: ``fields`` names what is shown, as ``name`` or as ``name=path.in.the.row``.

    A path goes by fields, properties, methods without arguments and places of tuples; where it meets None, it is None;
    after ``*`` it goes on with each of several rows. The class says the types that differ from those of the row. A
    nested row has the schema that the room declared for it; rows are lists, numbers without floats and whatever writes
    itself are text, of an enum its values are told.
    ``base``: the path to the row that the inherited fields are read off.
    """

    readers: ClassVar[Mapping[str, Reader]] = {}

    @model_validator(mode="wrap")
    @classmethod
    def _run_root_validator(cls, values: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Any:
        """In the place of the one of ninja, which looks fields up one by one."""
        if not isinstance(values, dict | BaseModel):
            values = {name: read(values) for name, read in cls.readers.items()}
        return handler(values)


class PageOut(Schema):
    """A page of rows: its last field holds them."""

    total: int
    page: int
    pages: int

    @model_validator(mode="wrap")
    @classmethod
    def _run_root_validator(cls, values: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Any:
        if isinstance(values, Page):
            *_, rows = cls.model_fields
            total, pages = values.paginator.count, values.paginator.num_pages
            values = {"total": total, "page": values.number, "pages": pages, rows: list(values)}
        return handler(values)


class FaultOut(RowSchema, of=Fault, fields="code place text"):
    pass


class ProblemOut(Schema):
    """RFC 9457 problem; ``code`` is stable, ``title`` says what to do."""

    type: str
    title: str
    status: int
    code: str
    faults: list[FaultOut] | None = None


def problem_of(room: str, module: str) -> type[ProblemOut]:
    """The problem of a room by the names that its API has published, such as ``PlanProblem`` with ``PlanFault``."""
    said = "A fault: ``code`` is stable, ``place`` names the field, ``text`` says what to do."
    fault = create_model(
        f"{room}Fault", __base__=FaultOut, __doc__=said, __module__=module, __cls_kwargs__={"of": Fault}
    )
    faults: Any = (list[fault] | None, None)  # type: ignore[valid-type]
    return create_model(
        f"{room}Problem", __base__=ProblemOut, __doc__=ProblemOut.__doc__, __module__=module, faults=faults
    )


def refusals(problem: type[ProblemOut], *statuses: int) -> dict[int, type[ProblemOut]]:
    """The part of ``response=`` that says how a route refuses."""
    return dict.fromkeys(statuses, problem)


class Routes(Router):
    """A router whose views answer with rows, or with nothing: the status is the only one below 400 of ``response``.

    A view takes what it needs of ``supplied`` by name, and the request only if it needs that.
    """

    supplied: ClassVar[Mapping[str, Callable[[HttpRequest], Any]]] = {
        "request": lambda request: request,
        "now": lambda request: timezone.now(),
    }

    def add_api_operation(
        self, path: str, methods: list[str], view_func: Callable[..., Any], *, response: Any = NOT_SET, **named: Any
    ) -> None:
        view = self._answering(view_func, response)
        super().add_api_operation(path, methods, view, response=response, **named)

    def _answering(self, view: Callable[..., Any], response: Any) -> Callable[..., Any]:
        answers = response if isinstance(response, dict) else {200: response}
        good = [(status, get_origin(told) is list) for status, told in answers.items() if status < 400]
        signature = get_typed_signature(view)
        wanted = {name: self.supplied[name] for name in signature.parameters if name in self.supplied}

        @wraps(view)
        def answer(request: HttpRequest, **given: Any) -> Any:
            answered = view(**{name: supply(request) for name, supply in wanted.items()}, **given)
            if isinstance(answered, HttpResponseBase | Status):
                return answered
            ((status, are_rows),) = good
            return Status(status, list(answered) if are_rows else answered)

        first = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        others = [parameter for name, parameter in signature.parameters.items() if name not in wanted]
        answer.__signature__ = signature.replace(parameters=[first, *others])  # type: ignore[attr-defined]
        return answer
