"""Public pages of a queue: the board of a waiting room, one's own number on the phone, the kiosk at the entrance."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from pilar.areas.reference import local, today_in
from pilar.design.conditional import asked_again, part_tag, while_it_holds
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done, drawn
from pilar.hospital import operations
from pilar.hospital.forms.booking import DrawForm
from pilar.hospital.forms.day import CodeForm, EarlierForm
from pilar.hospital.queries import bookings, day, following, schedule
from pilar.hospital.rules.authority import Action
from pilar.hospital.rules.booking import BookingState, Channel, SessionState
from pilar.people.rules import PUBLIC, NotFound, Standing, existing
from pilar.people.views import Shown, answer, button, page
from pilar.platform.errors import Fault, Faults
from pilar.platform.kept import Kept
from pilar.platform.language import N_, hour
from pilar.platform.limits import Limit, count, require_below

WRONG_CODES = Limit("hospital-code", 20)
"""The most unknown codes from one network in a minute, against guessing."""
BOARD, PLACE = "hospital/day/board.html", "hospital/day/place.html"
PARTS = {BOARD: "hospital/day/board_part.html", PLACE: "hospital/day/place_part.html"}
"""The template of the part that changes, sent to a page that updates itself."""
KIOSK = "hospital-kiosk"
"""The cookie that makes a device a kiosk."""
_BOARDS: Kept[bytes] = Kept(100)


def _board_tag(code: str, now: datetime | None = None) -> str:
    return part_tag(code, following.board_sign(code, now=now or timezone.now()))


def _place_tag(code: str) -> str:
    now = timezone.now()
    followed = following.followed(code, now=now)
    return part_tag(code, PUBLIC.actor.key, *following.place_of(followed, now=now).seen) if followed else ""


@asked_again(_board_tag, alike=True)
@page(BOARD, public=True)
def board(request: HttpRequest, code: str, *, now: datetime) -> HttpResponse:
    """Numbers and rooms, for a screen in the waiting room: it updates itself, and says when it could not."""
    tag = _board_tag(code, now)

    def draw() -> bytes:
        shown = {"board": following.board(code, now=now), "now": now, "tag": tag}
        return drawn(request, template, shown).content

    template = _asked(request, BOARD)
    # Boards name nobody: all screens of a hospital show the same.
    return while_it_holds(request, tag, lambda: HttpResponse(_BOARDS.get((tag, template), draw)))


@asked_again(_place_tag)
@page(PLACE, sends=True, public=True)
def place(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """One number, for the holder of its code: how many are ahead, and when to leave home. Somebody signed in for the
    patient can agree to be asked to come earlier."""
    followed = following.followed(code, now=now)
    row = following.place_of(followed, now=now) if followed else None
    tag = part_tag(code, by.actor.key, *row.seen) if row else ""
    if tag and request.method == "GET" and tag in request.headers.get("If-None-Match", ""):
        return while_it_holds(request, tag, HttpResponse)  # they know the sign from the page, so they are not guessing
    require_below(request, WRONG_CODES, now=now)
    if row is None:
        count(request, WRONG_CODES, now=now)
        raise NotFound
    own = _own(code, by, now)
    form = EarlierForm(posted(request), initial={"agreed": own.may_come_earlier}) if own else None
    if form and stored(form, lambda: operations.agree_earlier(by=by, booking=code, now=now, **form.cleaned_data)):
        return done(request, _("Noted"), "hospital:place", code)
    shown = {"place": row, "code": code, "form": form if row.state is BookingState.BOOKED else None, "tag": tag}
    if by != PUBLIC:
        return shown, _asked(request, PLACE)  # not cached by the browser, since its frame names the reader
    return while_it_holds(request, tag, lambda: drawn(request, _asked(request, PLACE), shown))


@page("hospital/day/kiosk.html", sends=True, public=True)
def kiosk(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """Check in with the code on a slip or phone, on a device that the desk has set up."""
    token = request.COOKIES.get(KIOSK, "")
    hospital = day.kiosk_of(token)
    if hospital is None:
        raise NotFound
    form = CodeForm(posted(request))

    def arrive() -> int:
        code = form.cleaned_data["code"]
        require_below(request, WRONG_CODES, now=now)
        try:
            return operations.check_in_at_kiosk(by=by, kiosk=token, booking=code, key=uuid4(), now=now)
        except NotFound:
            count(request, WRONG_CODES, now=now)
            sentence = N_("There is no booking with this code in this hospital. Ask the registration desk")
            raise Faults([Fault("code", sentence, {}, "code")]) from None

    place = following.place(form.cleaned_data["code"], now=now) if stored(form, arrive) else None
    return {"hospital": schedule.hospital(hospital), "form": CodeForm() if place else form, "place": place}


@never_cache
@page("hospital/day/kiosk.html", sends=True, public=True)
def draw(request: HttpRequest, *, now: datetime, by: Standing) -> Shown:
    """A number for today without a booking; patients unknown to the hospital go to the desk."""
    token = request.COOKIES.get(KIOSK, "")
    hospital = schedule.hospital(existing(day.kiosk_of(token)))
    form = DrawForm(posted(request))
    today = today_in(hospital.region, now)
    rows = schedule.sessions(hospital.code, today, today, states=[SessionState.OPEN.value])
    form.fields["session"].choices = [
        (row.key, f"{row.clinic.shown}, {row.room}, {hour(local(row.starts_at, hospital.region))}")
        for row in rows if row.ends_at > now and row.left(Channel.KIOSK, now) > 0
    ]  # fmt: skip

    def take() -> str:
        require_below(request, WRONG_CODES, now=now)
        try:
            return operations.draw_at_kiosk(by=by, kiosk=token, now=now, **form.given()).code
        except Faults:
            count(request, WRONG_CODES, now=now)
            raise

    if stored(form, take):
        place = following.place(form.outcome, now=now)
        return {"hospital": hospital, "form": CodeForm(), "place": place, "code": form.outcome}
    return {"hospital": hospital, "form": form, "draws": True}


@button
def set_up_kiosk(request: HttpRequest, code: str, *, by: Standing) -> HttpResponse:
    """Make this device a kiosk; the person who sets it up is signed out."""
    token = operations.set_up_kiosk(by=by, hospital=code)
    request.session.flush()
    answer = redirect("hospital:kiosk")
    age = timedelta(days=day.KIOSK_DAYS)
    answer.set_cookie(KIOSK, token, max_age=age, secure=request.is_secure(), httponly=True, samesite="Strict")
    return answer


@answer
def end_kiosks(request: HttpRequest, code: str, *, by: Standing) -> HttpResponse:
    """Check before you end all kiosks of a hospital."""
    if not any(hospital.code == code for hospital in schedule.worked_at(by, Action.BOOK)):
        raise NotFound
    here = reverse("hospital:arrivals", args=[code])

    def look() -> Check:
        return Check(
            title=_("Check before you end the kiosks"), act=_("End all kiosks"), about=schedule.hospital(code).name,
            will=(_("No device checks patients in any more until the desk makes it a kiosk again"),),
            trail=((_("Arrivals of today"), here),), final=False,
        )  # fmt: skip

    def do() -> Done:
        operations.end_kiosks(by=by, hospital=code)
        return Done(_("No device is a kiosk of this hospital any more"), here)

    return confirm(request, look, do)


def _asked(request: HttpRequest, template: str) -> str:
    """Choose the whole page, or only the part that changes for a page that updates itself."""
    return PARTS[template] if request.method == "GET" and request.headers.get("HX-Request") else template


def _own(code: str, by: Standing, now: datetime) -> bookings.BookingRow | None:
    """The booking, if it belongs to the reader or to people they act for."""
    if by.citizen is None:
        return None
    try:
        return bookings.booking(code, scope=by, now=now)
    except NotFound:
        return None
