"""Plays the steps of a scenario: each is one call of an operation, a query or a function that draws."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from importlib import import_module
from inspect import ismodule, signature
from typing import Any

from django.db import transaction

from pilar.areas import rules as areas
from pilar.areas.reference import time_zones
from pilar.config.scenario.fitting import fit, parameters
from pilar.config.scenario.reading import Moment, Passed, Row, Rows, Scenario, read
from pilar.people import queries as people
from pilar.people.rules import OPERATOR, SCHEDULE
from pilar.platform import locks
from pilar.platform.errors import Fault, Faults, NotFound, PilarError
from pilar.platform.folders import data_folder
from pilar.platform.language import N_
from pilar.platform.transactions import without_savepoints
from pilar.platform.yaml_files import load_yaml

_REFERENCE = re.compile(r"\$(?P<path>[a-z_]\w*(?:\.\w+|\[[\w.]+\])*)(?P<absent>\|.*)?")
_INSERTED = re.compile(r"\$\{([^}]+)\}")
_SEGMENT = re.compile(r"\.(\w+)|\[([\w.]+)\]")
_CALLS = {
    "do": ("pilar.{}.operations",),
    "ask": ("pilar.{}.queries", "pilar.{}.reference"),
    "draw": ("pilar.config.drawn.{}",),
}
_WORDS = frozenset({*_CALLS, "let", "steps", "play", "at", "by", "with", "as", "keyed", "each", "when", "unless"})
_UNITS = {"minute": "minutes", "hour": "hours", "day": "days", "week": "weeks"}
_MONTHS = {"month": 1, "year": 12}


def play(name: str, *, now: datetime) -> bool:
    """Play ``data/demonstration/<name>.yaml`` unless what it tells is there; says whether it was played.

    All or nothing: a file that was put into the store and is not used after a failure is swept. Raises Faults with
    file and line for a step that names what there is not, or that is refused.
    """
    scenario = read(data_folder() / "demonstration" / f"{name}.yaml")
    player = Player(scenario, now)
    if player.is_there():
        return False
    player.play(scenario.before)
    with transaction.atomic(), without_savepoints():
        locks.take(f"scenario.{name}")
        if player.is_there():
            return False
        player.play(scenario.steps)
    return True


class _Wrong(Exception):
    """A fault of a step, before its line is known."""

    def __init__(self, code: str, sentence: str, **fields: object) -> None:
        super().__init__(code)
        self.fault = code, sentence, fields


@dataclass(frozen=True, slots=True)
class _Context:
    """The context of a step: the names that it knows, and its default moment and person."""

    names: ChainMap[str, Any]
    at: datetime
    by: str

    def inner(self, names: Mapping[str, Any]) -> _Context:
        return _Context(self.names.new_child(dict(names)), self.at, self.by)


class Player:
    """A scenario at a moment, with what its steps have answered so far."""

    def __init__(self, scenario: Scenario, now: datetime) -> None:
        self._scenario = scenario
        zone = areas.zone_of(scenario.given["region"], now, time_zones())
        self._zone = timezone(timedelta(hours=zone.hours))
        self._now = now.astimezone(self._zone)
        known = {"now": self._now, "region": scenario.given["region"], "operator": OPERATOR, "schedule": SCHEDULE}
        names = ChainMap(known, scenario.given.get("tables", {}))
        self.top = _Context(names, self._now, scenario.given.get("by", "operator"))

    def is_there(self) -> bool:
        """Return whether what the scenario tells is there: its ``unless`` finds something."""
        step = self._scenario.given["unless"]
        try:
            return bool(self._call(step, self.top))
        except _Wrong as wrong:
            if isinstance(wrong.__cause__, NotFound):
                return False
            raise self._told(wrong, step) from wrong

    def play(self, steps: Iterable[Row]) -> None:
        """Play steps at the top of the scenario, one after the other."""
        for step in steps:
            self._step(step, self.top)

    def _step(self, step: Row, context: _Context) -> None:
        """One step; what is wrong with it is told with its line, once."""
        try:
            _require_known(step)
            for inner in self._each(step, context):
                if self.value(step.get("when", True), inner) and not self.value(step.get("unless"), inner):
                    self._once(step, context, inner)
        except _Wrong as wrong:
            raise self._told(wrong, step) from wrong

    def _told(self, wrong: _Wrong, step: Row) -> Faults:
        code, sentence, fields = wrong.fault
        return Faults([Fault(code, sentence, fields, f"{self._scenario.path.name}:{step.line}")])

    def _each(self, step: Row, context: _Context) -> Iterator[_Context]:
        """The step once, or once for each row; ``place`` counts the rows from 0."""
        if "each" not in step:
            yield context
            return
        ((name, rows),) = step["each"].items()
        for place, row in enumerate(self._look(rows, context)):
            yield context.inner({name: row, "place": place})

    def _once(self, step: Row, outer: _Context, inner: _Context) -> None:
        context = _Context(inner.names, self._at(step, inner), step.get("by", inner.by))
        if "let" in step:
            outer.names.update({name: self.value(value, context) for name, value in step["let"].items()})
        elif "steps" in step:
            within = context.inner({})
            for nested in step["steps"]:
                self._step(nested, within)
        else:
            self._keep(step, self._call(step, context), outer, inner)

    def _keep(self, step: Row, answer: object, outer: _Context, inner: _Context) -> None:
        """Keep an answer under a name, or under a key of a name that is there (``as: made[row.code]``)."""
        if "as" not in step:
            return
        if "keyed" in step:
            answer = {getattr(row, step["keyed"]): row for row in answer}  # type: ignore[attr-defined]
        name, _bracket, key = step["as"].partition("[")
        if key:
            outer.names.setdefault(name, {})[self._follow(key.removesuffix("]"), inner)] = answer
        else:
            outer.names[name] = answer

    def _call(self, step: Row, context: _Context) -> Any:
        if "play" in step:
            return self._block(step, context)
        function = self._function(step)
        wanted = parameters(function)
        given = {name: self.value(value, context) for name, value in step.get("with", {}).items()}
        if unknown := given.keys() - wanted.keys():
            raise _Wrong("unknown-argument", N_("there is no argument “%(name)s”"), name=", ".join(sorted(unknown)))
        by = self.value(self._follow(context.by, context), context)
        filled: dict[str, Any] = {"by": by, "scope": by, "now": context.at}
        arguments = {name: filled[name] for name in filled.keys() & wanted.keys()}
        for name, value in given.items():
            try:
                arguments[name] = fit(wanted[name], value)
            except (TypeError, ValueError) as unfit:
                sentence = N_("“%(name)s” is not as it should be: %(said)s")
                raise _Wrong("unfit", sentence, name=name, said=str(unfit)) from unfit
        try:
            signature(function).bind(**arguments)
        except TypeError as lacking:
            raise _Wrong("lacking", N_("the step lacks something: %(said)s"), said=str(lacking)) from lacking
        try:
            return function(**arguments)
        except PilarError as refused:
            raise _Wrong("refused", N_("refused: %(said)s"), said=refused.text()) from refused

    def _block(self, step: Row, context: _Context) -> Mapping[str, Any]:
        """Play a block of the scenario with names of its own, and answer with them."""
        block = self._scenario.given["blocks"].get(step["play"])
        if block is None:
            raise _Wrong("unknown-block", N_("there is no block “%(name)s”"), name=step["play"])
        within = context.inner({name: self.value(value, context) for name, value in step.get("with", {}).items()})
        for inner in block:
            self._step(inner, within)
        return within.names.maps[0]

    def _function(self, step: Row) -> Callable[..., Any]:
        word = next((word for word in _CALLS if word in step), None)
        if word is None:
            raise _Wrong("no-call", N_("the step does nothing"))
        room, *within, name = step[word].split(".")
        for folder in _CALLS[word]:
            function = _offered(".".join([folder.format(room), *within]), name)
            if function is not None:
                return function
        raise _Wrong("unknown-call", N_("there is no “%(name)s”"), name=step[word])

    def _named(self, name: str, context: _Context) -> Any:
        """Return what is kept under a name; somebody of the cast is who they are now, ``at`` when the step is done."""
        if name == "at":
            return context.at
        if name not in context.names and (email := self._scenario.given.get("cast", {}).get(name)):
            with suppress(NotFound):
                account = people.find_account(email, scope=OPERATOR, now=self._now)
                self.top.names[name] = people.standing_of_key(account.key, self._now)
        return context.names[name]

    def _at(self, step: Row, context: _Context) -> datetime:
        return self._moment(str(step["at"]), context) if "at" in step else context.at

    def value(self, given: Any, context: _Context) -> Any:
        """A value of the file with its references, moments and insertions resolved."""
        if isinstance(given, str):
            return self._text(given, context)
        if isinstance(given, Row):
            return {self.value(name, context): self.value(value, context) for name, value in given.items()}
        if isinstance(given, Rows):
            return [self.value(value, context) for value in given]
        if isinstance(given, Moment):
            return self._moment(given.text, context)
        if isinstance(given, Passed):
            return self._moment(given.text, context) < self._now
        return given

    def _text(self, given: str, context: _Context) -> Any:
        if "$" not in given:
            return given
        if whole := _REFERENCE.fullmatch(given):
            try:
                return self.value(self._follow(whole["path"], context), context)
            except _Wrong:
                if whole["absent"] is None:
                    raise
                return load_yaml(whole["absent"][1:])
        return _INSERTED.sub(lambda match: str(self.value(self._follow(match[1], context), context)), given)

    def _look(self, given: Any, context: _Context) -> Iterable[Any]:
        """Rows to go through; those of the file stay as they are until they are used."""
        whole = _REFERENCE.fullmatch(given) if isinstance(given, str) else None
        looked_up: Iterable[Any] = self._follow(whole["path"], context) if whole else self.value(given, context)
        return looked_up

    def _follow(self, path: str, context: _Context) -> Any:
        """Return what a path leads to: ``round.closes.year``, ``offices[row.office].key``."""
        name, *_rest = re.split(r"[.\[]", path, maxsplit=1)
        try:
            followed = self._named(name, context)
            for dotted, key in _SEGMENT.findall(path[len(name) :]):
                if isinstance(followed, str | Moment):
                    followed = self.value(followed, context)
                followed = _member(followed, dotted or self._follow(key, context))
        except (KeyError, AttributeError, IndexError) as missing:
            raise _Wrong("missing-reference", N_("nothing is called “%(name)s”"), name=path) from missing
        return followed

    def _moment(self, text: str, context: _Context) -> datetime:
        """``now -40 days 17:00``, ``2019-07-08 10:00``, ``round.closes +24 hours``."""
        begin, *words = str(self._text(text, context)).split()
        day = date.fromisoformat(begin) if begin[0].isdigit() else self.value(self._follow(begin, context), context)
        made: datetime = day if isinstance(day, datetime) else datetime.combine(day, time(), self._zone)
        rest = iter(words)
        for word in rest:
            if ":" in word:
                made = datetime.combine(made.date(), time.fromisoformat(word), self._zone)
            else:
                made = _later(made, self._number(word, context), next(rest).removesuffix("s"))
        return made

    def _number(self, word: str, context: _Context) -> int:
        """``-40``, ``+3*place``."""
        number, _times, path = word.partition("*")
        return int(number) * (self._follow(path, context) if path else 1)


def _require_known(step: Row) -> None:
    if unknown := step.keys() - _WORDS:
        raise _Wrong("unknown-word", N_("no step has the word “%(word)s”"), word=", ".join(sorted(unknown)))


def _offered(path: str, name: str) -> Callable[..., Any] | None:
    """Return what a module has for others under a name; nothing if there is no such module."""
    try:
        module = import_module(path)
    except ModuleNotFoundError as missing:
        if missing.name is None or not path.startswith(missing.name):
            raise
        return None
    offered = None if name.startswith("_") else getattr(module, name, None)
    return None if ismodule(offered) else offered


def _member(owner: Any, name: Any) -> Any:
    if isinstance(owner, Mapping):
        return owner[name]
    return owner[int(name)] if str(name).isdigit() else getattr(owner, name)


def _later(moment: datetime, number: int, unit: str) -> datetime:
    if unit not in _MONTHS:
        return moment + timedelta(**{_UNITS[unit]: number})
    year, month = divmod(moment.year * 12 + moment.month - 1 + number * _MONTHS[unit], 12)
    # The last day of a month that has no such day.
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
