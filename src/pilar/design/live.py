"""Parts of pages that keep themselves new: the server says when, the page asks again what it asked before (adr/0017).

```django
<section id="batches"{% if found.waiting %} {% live found.topics url=request.path select="#batches" %}{% endif %}>
```

Anyone who changes something tells its topic (``platform.live.tell``). What a reader may see is asked by the address of
the part itself; this one only says "look again", and only on topics that a page was signed with. Where the server has
no place for another listener, the page asks by the clock; without a script it says how to see it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import monotonic

from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from pilar.design.conditional import asking_with
from pilar.platform.errors import PilarError
from pilar.platform.language import N_
from pilar.platform.live import LISTENING, Reader

SALT = "design.live"
LONGEST = 50.0
"""Seconds of one answer; the browser then asks again, and has the place that is free."""
PULSE = 10.0
"""Seconds after which a line is sent in any case: a reader who has gone is only noticed by writing to them."""
SELDOM = 10_000
"""Milliseconds between two questions of anyone who can do without a stream: hundreds of phones, but not a screen on a
wall."""
AGAIN = 1_000
"""Milliseconds until a browser whose line has ended asks again."""


class ForgedTopic(PilarError):
    """Nobody was shown a page with this topic."""

    code = "forged-topic"
    status = 400
    sentence = N_("This address was not made by Pilar. Open the page again")


def live(topics: Iterable[str], *, url: str, select: str = "", tag: str = "", every: int = 1_000) -> SafeString:
    """The attributes of an element that asks ``url`` again when one of the topics is told.

    ``select``: which element of the answer takes its place, if it is not all of it. ``tag``: the sign of what is shown,
    so that nothing comes while it holds (``design.conditional.while_it_holds``). ``every``: milliseconds
    between two questions at least, and by the clock; who asks seldom leaves most places for listeners to the others.
    """
    asked = {"t": signing.Signer(salt=SALT).sign_object(sorted(topics)), **({"p": 1} if every >= SELDOM else {})}
    address = f"{reverse('design:live')}?{urlencode(asked)}"
    attributes = format_html(
        'data-live="{}" data-every="{}" hx-get="{}" hx-trigger="live" hx-target="this" hx-swap="outerHTML"',
        address, every, url,
    )  # fmt: skip
    if select:
        attributes += format_html(' hx-select="{}"', select)
    if tag:
        attributes += format_html(' hx-headers="{}"', asking_with(tag))
    return attributes


@require_safe
def listen(request: HttpRequest) -> HttpResponse:
    """Says when to look again, as server-sent events; 204 where there is no place left: the page asks by the clock."""
    try:
        topics = signing.Signer(salt=SALT).unsign_object(request.GET.get("t", ""))
    except (signing.BadSignature, ValueError) as error:
        raise ForgedTopic from error
    reader = LISTENING.join(frozenset(topics), patient="p" in request.GET) if request.method == "GET" else None
    if reader is None:
        return HttpResponse(status=204)
    if not (connection.in_atomic_block or connection.allow_thread_sharing):
        connection.close()  # a listener does not hold one meanwhile; one of the process goes to the next (serving)
    answer = StreamingHttpResponse(_Events(reader), content_type="text/event-stream")
    # Compressed, or kept by a proxy until there is more of it, it would come too late.
    answer["Content-Encoding"], answer["X-Accel-Buffering"] = "identity", "no"
    answer["Cache-Control"] = "no-store"
    return answer


class _Events:
    """The lines of one reader; closing them gives the place back, also if nobody ever asked for one."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def __iter__(self) -> Iterator[str]:
        end = monotonic() + LONGEST
        yield f"retry: {AGAIN}\n\n"
        while (left := end - monotonic()) > 0:
            told = self.reader.wait(min(PULSE, left))
            if self.reader.let_go:
                break
            yield "event: told\ndata:\n\n" if told else ":\n\n"
        self.close()

    def close(self) -> None:
        LISTENING.leave(self.reader)
