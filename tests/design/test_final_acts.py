"""The page before an act that cannot be taken back: what it shows, asks for, refuses, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http import HTTPStatus

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.people.rules import NotAllowed
from pilar.platform.errors import Fault, Faults, PilarError

CHECK = Check(
    title="Periksa sebelum uji",
    act="Lakukan",
    about="Kabupaten Contoh",
    will=("Semua orang membacanya.",),
    counts=(("Indikator tanpa bukti", "46 dari 48"),),
    unready=(Remark("Dua daerah belum mengajukan", "/mendingnya/"),),
    trail=(("Daftar", "/daftar/"),),
)
DONE = Done("Sudah dilakukan", "/hasil/", "Lihat", "/hasil/1/")


class Late(PilarError):
    code = "late"
    status = 409
    sentence = "Somebody was faster"


@dataclass
class World:
    """Something that can be done once; ``refuse`` is what the operation says."""

    check: Check = CHECK
    done: bool = False
    count: int = 0
    refuse: Exception | None = None
    form: Callable[[HttpRequest], forms.Form] | None = None
    said: list[str] = field(default_factory=list)

    def look(self) -> Check | Done:
        return DONE if self.done else self.check

    def act(self) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.done, self.count = True, self.count + 1

    def ask(self, given: dict[str, str] | None = None) -> HttpResponse:
        factory = RequestFactory()
        request = factory.get("/periksa/") if given is None else factory.post("/periksa/", given)
        request.session = {}  # type: ignore[assignment]
        request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
        form = self.form(request) if self.form else None
        answer = confirm(request, self.look, self.act, form=form, page=page)
        self.said = [str(one) for one in get_messages(request)]
        return answer

    def agree(self, **given: str) -> HttpResponse:
        return self.ask({"checked": self.check.seen, "agreed": "on", **given})


def page(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    """The component alone: the frame of the site has tests of its own."""
    from design.test_components import render

    source = '<c-check :check="check" :form="form" :stale="stale" />'
    return HttpResponse(render(source, **context), status=status)


@pytest.fixture(autouse=True)
def _indonesian() -> Iterator[None]:
    with translation.override("id"):
        yield


def test_a_look_shows_what_happens_and_changes_nothing() -> None:
    world = World()
    answer = world.ask()
    text = answer.content.decode()
    assert answer.status_code == HTTPStatus.OK
    for told in ("Semua orang membacanya.", "Indikator tanpa bukti", "46 dari 48", 'href="/mendingnya/"', "Lakukan"):
        assert told in text
    assert 'href="/daftar/"' in text, "the way back"
    assert 'type="checkbox"' in text
    assert (world.count, world.said) == (0, [])


def test_the_box_is_asked_for_at_the_box() -> None:
    world = World()
    answer = world.ask({"checked": CHECK.seen})
    text = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Centang kotak ini" in text
    assert 'aria-invalid="true"' in text
    assert 'href="#id_agreed"' in text, "the summary leads to the box"
    assert world.count == 0


def test_who_has_ticked_acts_and_is_led_to_what_came_of_it() -> None:
    world = World()
    answer = world.agree()
    assert (answer.status_code, answer["Location"], world.count) == (HTTPStatus.FOUND, "/hasil/", 1)
    assert world.said == ['Sudah dilakukan <a href="/hasil/1/">Lihat</a>']


def test_what_is_said_is_text_and_no_markup() -> None:
    world = World(check=replace(CHECK, about="<i>"))
    world.act = lambda: Done("<b>tebal</b>", "/", "<u>", "/x/")  # type: ignore[method-assign, assignment, return-value]
    world.agree()
    assert world.said == ['&lt;b&gt;tebal&lt;/b&gt; <a href="/x/">&lt;u&gt;</a>']


def test_a_second_click_leads_to_what_came_of_the_first() -> None:
    world = World()
    world.agree()
    answer = world.agree()
    assert (answer.status_code, answer["Location"], world.count) == (HTTPStatus.FOUND, "/hasil/", 1)
    assert world.ask()["Location"] == "/hasil/", "so does the page, opened again"


def test_only_short_counts_are_set_large() -> None:
    counts = (("Daerah", "141"), ("Dikirim oleh", "Akun contoh Sekretariat"), ("Tanpa bukti", "46 dari 48"),
              ("Nilai", "Rp1.250.000.000"), ("Pengirim", "Sekretariat"))  # fmt: skip
    check = replace(CHECK, counts=counts)
    assert check.figures == (counts[0], counts[2])
    assert check.facts == (counts[1], counts[3], counts[4])
    text = World(check=check).ask().content.decode()
    for name, told in counts:
        assert (f'<dt>{name}</dt><dd class="value">{told}</dd>' in text) is ((name, told) in check.figures), name
        assert told in text


@pytest.mark.parametrize(("count", "wide"), [("141", False), ("1.250", False), ("46 dari 48", True)])
def test_short_figures_stand_side_by_side_on_a_phone(count: str, wide: bool) -> None:
    text = World(check=replace(CHECK, counts=(("Daerah", "8"), ("Diajukan", count)))).ask().content.decode()
    assert ('<dl class="stats wide"' in text) is wide
    assert '<dl class="stats' in text


def test_a_stale_page_says_so_shows_the_new_counts_and_asks_anew() -> None:
    world = World()
    before = CHECK.seen
    world.check = replace(CHECK, counts=(("Indikator tanpa bukti", "47 dari 48"),))
    answer = world.ask({"checked": before, "agreed": "on"})
    text = answer.content.decode()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Ada yang berubah sejak Anda memeriksa" in text
    assert "47 dari 48" in text
    box = text.partition('name="agreed"')[2].partition(">")[0]
    assert "checked" not in box, "the box is ticked anew"
    assert 'aria-invalid="true"' not in text
    assert world.count == 0
    assert world.agree().status_code == HTTPStatus.FOUND


@pytest.mark.parametrize("change", [{"state": "2"}, {"will": ("Lain.",)}, {"unready": ()}])
def test_whatever_is_told_or_counts_makes_a_page_stale(change: dict[str, object]) -> None:
    assert replace(CHECK, **change).seen != CHECK.seen  # type: ignore[arg-type]


def test_what_has_to_be_mended_first_leaves_no_button() -> None:
    world = World(check=replace(CHECK, blocked=(Remark("Belum dijawab", "/jawab/"),)))
    text = world.ask().content.decode()
    assert 'href="/jawab/"' in text
    assert "<button" not in text
    assert world.agree().status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert world.count == 0


def test_an_act_that_can_be_brought_back_asks_for_no_tick() -> None:
    world = World(check=replace(CHECK, final=False))
    assert "checkbox" not in world.ask().content.decode()
    assert world.ask({"checked": world.check.seen}).status_code == HTTPStatus.FOUND


class LetterForm(forms.Form):
    number = forms.CharField(label="Nomor")

    def tell(self, error: Faults) -> None:
        for fault in error.faults:
            self.add_error(fault.place if fault.place in self.fields else None, fault.sentence)


def letter(request: HttpRequest) -> forms.Form:
    return LetterForm(request.POST if request.method == "POST" else None)


def test_faults_of_the_operation_stand_at_their_fields_and_what_was_typed_stays() -> None:
    world = World(form=letter, refuse=Faults([Fault("used", "This number is used", {}, "number")]))
    answer = world.agree(number="B-1")
    text = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "This number is used" in text
    assert 'value="B-1"' in text
    assert " checked" in text, "the tick stays, too"


def test_a_field_that_is_missing_is_told_beside_the_box() -> None:
    world = World(form=letter)
    text = world.ask({"checked": CHECK.seen}).content.decode()
    assert 'href="#id_number"' in text
    assert 'href="#id_agreed"' in text
    assert world.count == 0


def test_another_refusal_is_told_and_has_its_status() -> None:
    answer = World(refuse=Late()).agree()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Somebody was faster" in answer.content.decode()


def test_who_may_not_is_not_shown_the_page() -> None:
    with pytest.raises(NotAllowed):
        World(refuse=NotAllowed()).agree()
