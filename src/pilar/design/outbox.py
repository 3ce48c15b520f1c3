r"""Pages that work without a line: what is filled in waits on the tablet until there is one, and is stored once.

```python
VISITS = Outbox("visits", worker="permits:visits-worker", pages=r"\d+/", one=N_("visit"), many=N_("visits"))

path("kerja/kunjungan/sw.js", VISITS.serve_worker, name="visits-worker"),      # the folder of all its pages

@VISITS.kept
@page("design/outbox.html")
def visit(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    row = queries.permit(key, scope=by)
    return {**VISITS.shown(request, title=row.title, send=reverse("permits:visited", args=[key])), "form": VisitForm()}

@receives
def visited(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    return VISITS.take(request, VisitForm, lambda sent, given: operations.record(by=by, permit=key, **given))
```

Such a page holds nothing of a person: the tablet keeps it, no matter who signs in there next. A service worker keeps it
with its files; a script keeps each keystroke under the account, with a key made there, and sends in order what was
handed in (``static/design/outbox``). A record leaves the tablet when the server says that it is stored or was known;
what it refuses stays with its sentence until it is mended or deleted. Fields are texts and choices; where ``files``
names an address that answers by :meth:`Outbox.hold`, files too. They are sent one by one before their record, whose
field names each by the key that the tablet made; ``sent.files`` says under which key it is held.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import UploadedFile
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from pilar.design.refusals import problem
from pilar.platform import receipts
from pilar.platform.errors import Fault, Faults, PilarError, RetryLater
from pilar.platform.language import N_, translate
from pilar.platform.locks import Busy

TEXTS = {
    "start": N_("Begin a new %(one)s"),
    "hand_in": N_("Hand the %(one)s in"),
    "here": N_("%(many)s on this device"),
    "to_finish": N_("%(many)s to be finished or mended"),
    "of_others": N_("%(many)s that others have taken down on this device, sent when they sign in:"),
    "where": N_("Where the %(many)s are"),
    "where_told": N_(
        "Until they are sent, %(many)s lie on this device only; then they are erased here. Lend it to nobody before "
        "that, and do not clear the data of the browser. What is not handed in is erased after %(days)s days."
    ),
    "locked": N_("%(many)s stay on the device. Sign in and open this page once more with a line."),
    "sign_in": N_("The %(many)s are kept and sent once you have signed in again."),
    "no_script": N_("This page needs scripts to keep %(many)s on the device"),
    "no_store": N_("This browser keeps nothing, so %(many)s would be lost. Use another one, or no private window"),
    "no_worker": N_("This browser cannot open the page again without a line; %(many)s are kept all the same"),
    "ready": N_("This page works without a line now"),
    "not_ready": N_("Not ready to work without a line yet: wait a moment"),
    "missing": N_("Fill this in"),
    "unfinished": N_("Unfinished"),
    "refused": N_("Refused"),
    "go_on": N_("Go on"),
    "take_out": N_("Take out"),
    "mend": N_("Open and mend"),
    "other_page": N_("Open its page"),
    "kept": N_("The %(one)s is kept on this device"),
    "elsewhere": N_("This %(one)s has been handed in or thrown away in another window"),
    "discard": N_("Throw the %(one)s away"),
    "erased": N_("The %(one)s is erased from this device and never sent."),
    "thrown": N_("The %(one)s is thrown away"),
    "offline": N_("No line. %(many)s are kept on this device and sent when there is one"),
    "sending": N_("Sending …"),
    "all_sent": N_("All %(many)s have arrived"),
    "unreached": N_("The server was not reached. It is tried again by itself"),
    "signed_out": N_("Your sign-in has ended. The %(many)s stay on this device"),
    "some_refused": N_("Some %(many)s were refused. See below why"),
}


VERSION, ACCOUNT = "X-Outbox-Version", "X-Outbox-Account"
BATCH = 50
"""Records in one request: a weak line carries some of them, and what has arrived need not be sent again."""
MAX_SENT = 200
RETRY, PATIENCE = 30_000, 5_000
"""Milliseconds: after which what waits is sent again; for which the server is waited for if the page is there."""
SCRIPTS = tuple(f"design/outbox/{name}.js" for name in ("store", "sending", "fields", "page"))
PLAIN = ("design/outbox/plain.js",)
STYLES = ("design/outbox/outbox.css",)
FRAME = tuple(
    f"design/{name}.css"
    for name in ("foundation", "frame", "components", "data", "charts", "regions", "phone", "print")
)

View = Callable[..., HttpResponse]


class Sent(BaseModel):
    """A record as a tablet sends it; its moments are those of the tablet, whose clock may be wrong."""

    key: UUID
    began_at: AwareDatetime
    ended_at: AwareDatetime
    content: dict[str, list[str]]
    files: dict[str, UUID] = {}


class _Sending(BaseModel):
    records: Annotated[list[Sent], Field(min_length=1, max_length=MAX_SENT)]


class UnreadableRecords(PilarError):
    """Not what the page sends."""

    code = "unreadable-records"
    status = 422
    sentence = N_("What was sent could not be read. Open the page again and send it once more")


@dataclass(frozen=True)
class Outbox:
    """The pages of one kind, below the folder of their worker: ``pages`` is the regular expression of their addresses.

    ``name`` names what the browser keeps and never changes. ``one`` and ``many`` say what is filled in ("visit",
    "visits"). ``days``: what is not handed in goes after so many. ``over``: codes of refusals after which what was sent
    is never taken, for a page that sends elsewhere than to :meth:`take`.
    """

    name: str
    worker: str
    pages: str
    one: str
    many: str
    scripts: tuple[str, ...] = PLAIN
    styles: tuple[str, ...] = ()
    look: str = ""
    days: int = 7
    over: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """Whatever the pages load: without a line it comes from the device."""
        return (*SCRIPTS, *self.scripts, *STYLES, *self.styles, *FRAME, "design/icon.svg")

    def kept(self, view: View) -> View:
        """A page that the worker keeps, as long as it belongs to the files that are kept with it."""

        @wraps(view)
        def shown(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
            get_token(request)
            answer = view(request, *given, **named)
            answer[VERSION] = version(self.files)
            return answer

        return shown

    def shown(
        self,
        request: HttpRequest,
        *,
        title: str,
        send: str,
        files: str = "",
        eyebrow: str = "",
        texts: Mapping[str, str] | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Return what ``design/outbox.html`` is drawn from. ``send`` is the address that takes the records, ``files``
        the one that takes their files, ``texts`` replaces sentences, ``more`` is for the script of the room.

        The seal tells, without a line too, whether somebody has signed in or out since.
        """
        given = {
            "name": self.name,
            "account": str(request.user.pk),
            "seal": hashlib.sha256(f"outbox {request.META['CSRF_COOKIE']}".encode()).hexdigest(),
            "cookie": settings.CSRF_COOKIE_NAME,
            "title": title,
            "page": request.path,
            "send": send,
            "files": files,
            "worker": reverse(self.worker),
            "batch": 1 if files else BATCH,
            "retry": RETRY,
            "days": self.days,
            "over": self.over,
            **more,
        }
        things = {"one": translate(self.one), "many": translate(self.many), "days": self.days}
        said = {name: _capitalised(translate(sentence, **things)) for name, sentence in TEXTS.items()}
        return {
            "outbox": {
                "title": title,
                "eyebrow": eyebrow,
                "look": self.look,
                "styles": (*STYLES, *self.styles),
                "scripts": (*SCRIPTS, *self.scripts),
                "settings": given,
                "texts": {**said, **(texts or {})},
            }
        }

    @property
    def serve_worker(self) -> View:
        """The service worker of the pages in its folder, and of no others. The same for all."""

        @require_safe
        def served(request: HttpRequest) -> HttpResponse:
            given = {
                "name": self.name,
                "pages": f"^(?:{self.pages})$",
                "version": version(self.files),
                "files": [static(name) for name in self.files],
                "patience": PATIENCE,
            }
            context = {name: json.dumps(value, indent=2) for name, value in given.items()}
            script = "text/javascript; charset=utf-8"
            answer = render(request, "design/outbox_worker.js", context, content_type=script)
            answer["Cache-Control"] = "no-cache"
            return answer

        return served

    def take(
        self,
        request: HttpRequest,
        form: Callable[[QueryDict], BaseForm],
        store: Callable[[Sent, dict[str, Any]], object],
    ) -> HttpResponse:
        """Store what was sent, each record by itself and once by its key, however often it comes.

        ``form`` reads the fields of a record, ``store`` gets it with what they say; what either refuses is told by the
        key. Raises :class:`UnreadableRecords`, and what may be tried again as it is.
        """
        try:
            records = _Sending.model_validate_json(request.body).records
        except ValidationError as error:
            raise UnreadableRecords from error
        owner = request.user.pk
        new, refused = [], []
        for record in records:
            try:
                new.append(
                    receipts.once(
                        kind=self.name,
                        key=record.key,
                        owner=owner,
                        content=record.content,
                        act=_act(record, form, store),
                    )
                )
            except (RetryLater, Busy):
                raise
            except Faults as error:
                refused.append({"key": record.key, "faults": [_told(fault) for fault in error.faults]})
            except PilarError as error:
                refused.append({"key": record.key, "faults": [_told(Fault(error.code, error.text()))]})
        return JsonResponse({"stored": sum(new), "known": len(new) - sum(new), "refused": refused})

    @staticmethod
    def hold(request: HttpRequest, hold: Callable[[UploadedFile], UUID]) -> HttpResponse:
        """Hold one file for a record that comes after it: the key under which ``hold`` keeps it. What that refuses is
        told as problem JSON."""
        upload = request.FILES.get("file")
        if not isinstance(upload, UploadedFile):
            raise UnreadableRecords
        return JsonResponse({"held": hold(upload)})


def taking(view: View) -> View:
    """Wrap an address to which an outbox sends: 401 for another account's record, problem JSON for a refused one."""

    @wraps(view)
    def answered(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        if not request.user.is_authenticated or request.headers.get(ACCOUNT) != str(request.user.pk):
            return HttpResponse(status=401)
        try:
            return view(request, *given, **named)
        except PilarError as error:
            return problem(error)

    return answered


@cache
def version(files: tuple[str, ...]) -> str:
    """Return the version of a page's files together, by what is in them: a tablet takes all of them new, or none."""
    digest = hashlib.sha256()
    for name in files:
        path = finders.find(name)
        assert isinstance(path, str), name
        digest.update(static(name).encode() + b"\0" + Path(path).read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _capitalised(text: str) -> str:
    """With a capital at the beginning of each sentence, whichever word stands there."""
    return re.sub(r"(?:^|(?<=\. ))\w", lambda match: match[0].upper(), text)


def _act(sent: Sent, form: Callable[[QueryDict], BaseForm], store: Callable[..., object]) -> Callable[[], object]:
    def act() -> object:
        typed = QueryDict(mutable=True)
        for name, values in sent.content.items():
            typed.setlist(name, values)
        filled = form(typed)
        if not filled.is_valid():
            raise Faults(
                Fault(error.code or "invalid", sentence, {}, "" if name == "__all__" else name)
                for name, errors in filled.errors.as_data().items()
                for error in errors
                for sentence in error.messages
            )
        return store(sent, filled.cleaned_data)

    return act


def _told(fault: Fault) -> dict[str, str]:
    return {"code": fault.code, "place": fault.place, "sentence": fault.said()}
