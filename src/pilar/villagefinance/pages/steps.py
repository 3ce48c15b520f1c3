"""Acts with a page "check before you …": what is done and told is a row of a table, what stands now is looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse

from pilar.design.final_acts import Check, Done, Page, Remark, confirm
from pilar.design.forms import FaultsForm
from pilar.platform.language import translate


@dataclass(frozen=True, slots=True)
class Step:
    """An act of the room: its operation, the title of its page, the button, what is said when it is done, what happens.

    ``final``: nothing brings it back (tests/final_acts.py).
    """

    operation: Callable[..., object]
    title: str
    act: str
    done: str
    will: tuple[str, ...]
    form: type[FaultsForm] = FaultsForm
    final: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands before an act, as :class:`pilar.design.final_acts.Check` tells it; ``done``: it was done already, or
    is not to be done as it ``said``, and leads to the last page of the trail, with a link to the ``result``."""

    trail: tuple[tuple[str, str], ...]
    about: str = ""
    will: tuple[str, ...] = ()
    counts: tuple[tuple[str, str], ...] = ()
    blocked: tuple[Remark, ...] = ()
    unready: tuple[Remark, ...] = ()
    state: str = ""
    done: bool = False
    said: str = ""
    result: tuple[str, str] = ("", "")


def take(
    request: HttpRequest,
    step: Step,
    look: Callable[[], Seen],
    *,
    form: FaultsForm,
    page: Page | None = None,
    **given: Any,
) -> HttpResponse:
    """Show what is told before a step, or take it with what is ``given`` and what the form asks."""

    def leads(seen: Seen) -> Done:
        return Done(seen.said or translate(step.done), seen.trail[-1][1], *seen.result)

    def acted() -> Done:
        step.operation(**{**given, **form.cleaned_data})
        return leads(replace(look(), said=""))

    def checked() -> Check | Done:
        seen = look()
        return leads(seen) if seen.done else Check(
            title=translate(step.title), act=translate(step.act), about=seen.about, trail=seen.trail,
            will=(*map(translate, step.will), *seen.will), counts=seen.counts, blocked=seen.blocked,
            unready=seen.unready, final=step.final, state=seen.state,
        )  # fmt: skip

    return confirm(request, checked, acted, form=form, page=page)


def figures(*told: tuple[str, str]) -> tuple[str, ...]:
    """Amounts with their names, as lines: side by side they do not fit on a phone."""
    return tuple(f"{name}: {figure}" for name, figure in told)
