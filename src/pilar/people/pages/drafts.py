"""Pages of versions that one person sends and another releases: rooms define the words for their drafts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from pilar.design.changes import counted_changes, shown_changes
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.imports import ImportPage
from pilar.design.views import file
from pilar.people.queries.drafts import DraftView
from pilar.platform.papers import paper_of

YAML = "application/yaml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class DraftPages:
    """Words and addresses of one kind of draft.

    ``room`` and ``noun``: its addresses are ``room:send-noun``, ``noun-draft``, ``noun-draft-file``, ``release-noun``,
    ``drop-noun-draft``; ``above``: the page above a draft, its name and address; ``parts``: what a version consists of;
    ``released``: the message after the release, ``released_at``: the page shown then; ``check`` and ``act``: texts of
    the page before the release.
    """

    room: str
    noun: str
    above: tuple[str | Promise, str]
    parts: str | Promise
    check: str | Promise
    act: str | Promise
    released: str | Promise
    released_at: Callable[[DraftView[Any]], str]

    def sending(self, *, label: str, hint: str, final: str, templates: tuple[tuple[str, str], ...]) -> ImportPage:
        """Return the page for sending a file."""
        return ImportPage(
            done=reverse(self.above[1]),
            label=label,
            hint=hint,
            templates=templates,
            said=lambda _count: _("The draft is stored. Somebody else of the secretariat releases it"),
            final=final,
            accept=".xlsx,.yaml,.yml",
            listed=True,
            act=_("Store the draft"),
        )

    def shown(self, view: DraftView[Any]) -> dict[str, Any]:
        """Return the context of ``people/draft.html``: a draft, the paper it is based on, and its changes."""
        return {
            "view": view,
            "pages": self,
            "basis": paper_of(view.content.basis),
            "above_at": reverse(self.above[1]),
            "file_at": self._at("{}-draft-file", view),
            "release_at": self._at("release-{}", view),
            "drop_at": self._at("drop-{}-draft", view),
            **shown_changes(view.changes),
        }

    @staticmethod
    def text(view: DraftView[Any]) -> HttpResponse:
        """Answer with the text of a draft as a file."""
        return file(view.document.encode(), f"{view.row.code}-{view.row.version}.yaml", YAML)

    def release(
        self,
        request: HttpRequest,
        view_of: Callable[[], DraftView[Any]],
        act: Callable[[], None],
        *,
        will: tuple[str, ...],
    ) -> HttpResponse:
        """Ask before a draft is released, and release it."""

        def look() -> Check | Done:
            view = view_of()
            if view.row.released:
                return self._done(view)
            earlier = "–" if view.earlier is None else f"{view.earlier.code} {view.earlier.version}"
            return Check(
                title=str(self.check),
                act=_("Release it"),
                about=self._about(view),
                will=(*will, _("It never changes any more: a change is a new version.")),
                counts=(
                    (_("Sent by"), view.row.sent_by),
                    (_("Compared with"), earlier),
                    (str(self.parts), counted_changes(view.changes)),
                ),
                trail=self._trail(view),
                state=view.row.sha256,
            )

        return confirm(request, look, act)

    def drop(
        self, request: HttpRequest, view_of: Callable[[], DraftView[Any]], act: Callable[[], None]
    ) -> HttpResponse:
        """Ask before a draft is deleted, and delete it."""

        def look() -> Check | Done:
            view = view_of()
            if view.row.released:
                return self._done(view)
            return Check(
                title=_("Check before you throw the draft away"),
                act=_("Throw the draft away"),
                about=self._about(view),
                will=(_("The draft is gone. Its file can be sent again."),),
                counts=((_("Sent by"), view.row.sent_by),),
                trail=self._trail(view),
                final=False,
            )

        def drop() -> Done:
            act()
            return Done(_("The draft is thrown away"), reverse(f"{self.room}:send-{self.noun}"))

        return confirm(request, look, drop)

    def _done(self, view: DraftView[Any]) -> Done:
        return Done(str(self.released), self.released_at(view))

    @staticmethod
    def _about(view: DraftView[Any]) -> str:
        return f"{view.row.title} · {view.row.code} {view.row.version}"

    def _trail(self, view: DraftView[Any]) -> tuple[tuple[str, str], ...]:
        name, above = self.above
        return (str(name), reverse(above)), (f"{view.row.code} {view.row.version}", self._at("{}-draft", view))

    def _at(self, name: str, view: DraftView[Any]) -> str:
        return reverse(f"{self.room}:{name.format(self.noun)}", args=[view.row.key])
