"""Forms that show what an operation refuses, and forms whose rows come and go.

```python
form, rows = BodyForm(posted(request), …), Rows(MemberForm, "members", first=…)
if stored(form, lambda: operations.save_body(by=by, given=form.given(), …), rows):
    return redirect(…)
return render(request, "…", {"form": form, "rows": rows}, status=form.status)
```
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar
from uuid import uuid4

from django import forms
from django.http import HttpRequest, QueryDict

from pilar.platform import receipts
from pilar.platform.errors import Fault, Faults, NotAllowed, NotFound, PilarError, RetryLater
from pilar.platform.language import N_, translate
from pilar.platform.versions import Outdated, Stored

TOO_LONG = N_("Write at most %(most)s characters")
MAX_ROWS = 200
"""Of one form; a longer one comes from no page."""
_DO = re.compile(r"(add|remove)(?:-([a-z]+))?(?:-(\d{1,3}))?")

F = TypeVar("F", bound="FaultsForm")


class FaultsForm(forms.Form):
    """A form that shows what an operation refuses."""

    seen_field = ""
    """The hidden field with the version that its reader saw, if it has one."""
    refused: PilarError | None = None
    """What the operation refused besides faults, such as a wrong state."""
    outcome: Any = None
    """What the operation returned (:func:`stored`)."""

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows the form: 422 for what has to be mended, 409 for a wrong state."""
        return status_for(self.refused, wrong=self.is_bound and bool(self.errors))

    @property
    def there(self) -> Stored | None:
        """Return what stands now, where somebody else was faster."""
        return self.refused.stored if isinstance(self.refused, Outdated) else None

    def add_error(self, field: str | None, error: forms.ValidationError | str) -> None:
        """Show an error. Django's own sentence of a text that is too long would have numbers without separators."""
        for fault in getattr(error, "error_list", ()):
            if fault.code == "max_length" and "limit_value" in (fault.params or {}):
                fault.message, fault.params = translate(TOO_LONG, most=fault.params["limit_value"]), None
        super().add_error(field, error)

    def tell(self, error: Faults) -> None:
        """Show each fault at its field, without naming the place once more."""
        for fault in error.faults:
            said = translate(fault.sentence, **fault.fields)
            place = fault.place if fault.place in self.fields else None
            self.add_error(place, forms.ValidationError(said, code=fault.code))

    def refuse(self, error: PilarError) -> None:
        """Show another error than faults above the fields. Who was shown in this way that somebody was faster has seen
        the newer version: sending the form again replaces it."""
        self.refused = error
        self.add_error(None, error.text())
        if isinstance(error, Outdated) and self.seen_field:
            self.take_version(error.stored.version)

    def take_version(self, version: int) -> None:
        """Let the reader have seen this version."""
        self.data = self.data.copy()
        self.data[self.add_prefix(self.seen_field)] = str(version)


class Rows(Generic[F]):
    """Rows of one ``kind`` of form, named ``name``, each with the prefix ``name-0`` and so on.

    Buttons ``do`` add and remove rows and draw the form again, with and without a script: ``add-name``,
    ``remove-name-2``; ``add`` and ``remove-2`` on a page with one kind of rows.

    ``first`` holds the values that are shown before anything is sent. Rows in which nothing was typed do not count;
    ``fixed`` names the fields that nobody types. ``named`` goes to each form.
    """

    def __init__(
        self,
        kind: type[F],
        name: str,
        *,
        first: Sequence[Mapping[str, Any]] = (),
        fixed: Collection[str] = (),
        most: int = MAX_ROWS,
        **named: Any,
    ) -> None:
        self.kind, self.name, self.fixed, self.most, self.named = kind, name, fixed, most, named
        self.faults: list[str] = []
        self.refused: PilarError | None = None
        self.show(first)

    def show(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Draw these rows, not judged; a blank one if there is none."""
        self.forms = [self._made(place, row) for place, row in enumerate(rows or [{}])]

    def append(self, row: Mapping[str, Any]) -> None:
        """A further row as it is shown before anything is sent."""
        self.forms.append(self._made(len(self.forms), row))

    def read(self, sent: Mapping[str, str]) -> None:
        """Take what was sent, and add or remove the row that its button asks for; nothing is judged yet."""
        rows = self._sent(sent)
        asked = _DO.fullmatch(sent.get("do", ""))
        if asked and asked[2] in (self.name, None):
            if asked[1] == "add" and len(rows) < self.most:
                rows.append({})
            elif asked[1] == "remove" and asked[3] and int(asked[3]) < len(rows):
                del rows[int(asked[3])]
        self.forms = [self._made(place, row) for place, row in enumerate(rows)]

    def judge(self, sent: Mapping[str, str]) -> bool:
        """Take what was sent as what is to be stored; whether all rows are well formed."""
        rows = self.typed(sent)
        data = {f"{self.name}-{place}-{name}": value for place, row in enumerate(rows) for name, value in row.items()}
        self.forms = [self.kind(data, prefix=f"{self.name}-{place}", **self.named) for place in range(len(rows))]
        return all(form.is_valid() for form in self.forms)

    def typed(self, sent: Mapping[str, str]) -> list[dict[str, str]]:
        """The rows that were sent in which something was typed."""
        return [
            row
            for row in self._sent(sent)
            if any(value.strip() for name, value in row.items() if name not in self.fixed)
        ]

    def take(self, fault: Fault) -> bool:
        """Show a fault at its row and field (``name.2.text`` or ``2.text``); False for one of another place."""
        place, _point, field = fault.place.removeprefix(f"{self.name}.").partition(".")
        if not place.isdigit() or int(place) >= len(self.forms):
            return False
        form = self.forms[int(place)]
        form.add_error(field if field in form.fields else None, translate(fault.sentence, **fault.fields))
        return True

    def tell(self, error: Faults) -> None:
        """Show each fault at its row, or above the rows."""
        self.faults += [translate(fault.sentence, **fault.fields) for fault in error.faults if not self.take(fault)]

    def refuse(self, error: PilarError) -> None:
        """Show another error than faults above the rows."""
        self.refused = error
        self.faults.append(error.text())

    @property
    def wrong(self) -> bool:
        return bool(self.faults) or any(form.is_bound and form.errors for form in self.forms)

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows the rows."""
        return status_for(self.refused, wrong=self.wrong)

    def _sent(self, sent: Mapping[str, str]) -> list[dict[str, str]]:
        count = sent.get(f"{self.name}-rows", "")
        size = min(int(count), self.most) if count.isascii() and count.isdigit() and len(count) < 5 else 0
        return [
            {name: sent.get(f"{self.name}-{place}-{name}", "") for name in self.kind.base_fields}
            for place in range(size)
        ]

    def _made(self, place: int, row: Mapping[str, Any]) -> F:
        return self.kind(initial=row, prefix=f"{self.name}-{place}", **self.named)


def status_for(refused: PilarError | None, *, wrong: bool) -> int:
    """The HTTP status of what is shown: 409 for a wrong state, 422 for what has to be mended."""
    if refused is not None and (refused.status == 409 or isinstance(refused, RetryLater)):
        return refused.status
    return 422 if wrong else 200


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, also where it is empty; None for a page that is only read."""
    return request.POST if request.method == "POST" else None


@contextmanager
def shown_on(form: Any, *rows: Rows[Any], passing: Iterable[type[PilarError]] = (Outdated,)) -> Iterator[None]:
    """Show an expected error of an operation: each fault at its row or field, the rest on ``form``, which may be
    :class:`Rows` itself. What closes the page passes, and so does what is ``passing``."""
    try:
        yield
    except (NotAllowed, NotFound, *passing):
        raise
    except Faults as error:
        left = [fault for fault in error.faults if not any(row.take(fault) for row in rows)]
        if left:
            form.tell(Faults(left))
    except PilarError as error:
        form.refuse(error)


class OnceForm(FaultsForm):
    """A form of what is done once, however often it is sent: each page that is shown brings a key of its own along."""

    once = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)

    def sent(self) -> dict[str, str]:
        """Return what was typed, without files: they cannot be compared."""
        typed = (field.name for field in self.visible_fields() if not isinstance(field.field, forms.FileField))
        return {name: str(self.cleaned_data.get(name)) for name in typed}

    def renew(self) -> None:
        """Let what is sent next be another thing: what stood under the key was stored before with other content."""
        self.data = self.data.copy()
        self.data[self.add_prefix("once")] = str(uuid4())


def stored_once(form: OnceForm, act: Callable[[], Any], *rows: Rows[Any], kind: str, owner: int | None) -> bool:
    """As :func:`stored`, but what is sent again (a second click, a lost answer, the page before) does not ``act``, and
    its ``form.outcome`` is None. ``owner`` is the account that sends."""

    def acted() -> Any:
        key, made = form.cleaned_data.pop("once"), []
        if key is None or owner is None:
            return act()
        typed = {form.add_prefix(name): str(value) for row in rows for form in row.forms
                 for name, value in form.cleaned_data.items()}  # fmt: skip
        content = {**form.sent(), **typed}
        try:
            receipts.once(kind=kind, key=key, owner=owner, content=content, act=lambda: made.append(act()))
        except receipts.OtherContent:
            form.renew()
            raise
        return made[0] if made else None

    return stored(form, acted, *rows)


def stored(form: Any, act: Callable[[], Any], *rows: Rows[Any]) -> bool:
    """Return whether ``act`` has stored what was sent: not for a page that is only read, and not where ``form`` is
    refused, which then says why. ``form.outcome`` is what ``act`` returned. A form with a ``seen_field`` tells who was
    slower; for other forms Outdated passes."""
    if not (form.is_bound and form.is_valid()):
        return False
    with shown_on(form, *rows, passing=() if form.seen_field else (Outdated,)):
        form.outcome = act()
        return True
    return False
