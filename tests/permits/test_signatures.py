"""Who was met at a visit signs on the surveyor's device, even without address or phone."""

from __future__ import annotations

from uuid import uuid4
from xml.etree.ElementTree import fromstring

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from people.citizens import entered
from permits.test_case_pages import officer
from permits.test_levy_pages import pdf
from permits.test_visits import record, send
from permits.world import DAY, NOW, OWN, World
from pilar.people.rules import NotAllowed, NotFound
from pilar.permits import operations
from pilar.permits.models import CaseEvent, DrawnSignature
from pilar.permits.operations import Minutes
from pilar.permits.queries import cases
from pilar.permits.rules.authority import NotYourStage
from pilar.permits.rules.cases import EventKind
from pilar.permits.rules.signatures import (
    HEIGHT,
    WIDTH,
    Capacity,
    Drawing,
    Drawn,
    picture,
    points_text,
    read_strokes,
)
from pilar.platform.models import AuditEvent
from reports.reading import words

SIGNATURE = "60,150 120,60 180,220 260,90;300,160 520,150;700,40 700,40"


def drawn(**changed: str) -> dict[str, list[str]]:
    """What a phone sends of a signature."""
    return {
        "signature": [SIGNATURE],
        "capacity": ["applicant"],
        "attested": ["on"],
        **{k: [v] for k, v in changed.items()},
    }


@pytest.fixture
def visited(world: World) -> World:
    world.submit(beds=12)
    world.accept(NOW)
    return world


@pytest.fixture
def walk_in(world: World) -> World:
    """Somebody who is reached neither by e-mail nor by phone, and whose case waits for a visit."""
    front = world.who("front")
    world.case = operations.begin_at_counter(by=front, region=OWN, service="sip-perawat", kind="new", now=NOW)
    world.fill("front", beds=30)
    world.attach("ktp", "str", who="front")
    operations.submit(by=front, case=world.case, key=uuid4(), now=NOW)
    world.accept()
    return world


def test_who_has_neither_address_nor_phone_signs_on_the_surveyors_device(walk_in: World) -> None:
    assert send(officer(walk_in, "surveyor"), walk_in, record(**drawn())).json()["stored"] == 1
    done = CaseEvent.objects.get(case=walk_in.case, kind=EventKind.DONE, stage="visit")
    assert done.facts["drawn"] == "applicant"
    row = DrawnSignature.objects.get(case=walk_in.case)
    assert (row.number, row.capacity) == (done.number, "applicant")
    (told,) = AuditEvent.objects.filter(action="attest", key=str(walk_in.case))
    assert (told.after, told.actor_key) == ({"stage": "visit", "capacity": "applicant"}, str(walk_in.keys["surveyor"]))
    page = officer(walk_in, "back").get(reverse("permits:desk-case", args=[walk_in.case])).content.decode()
    assert '<polyline points="60,150 120,60 180,220 260,90"' in page
    assert "saat peninjauan, di perangkat petugas survei" in page
    assert "Petugas survei melihatnya menandatangani dan menjaminnya" in page
    said = words(pdf(officer(walk_in, "back").get(reverse("permits:minutes", args=[walk_in.case, "visit"]))))
    assert all(text in said for text in ("Ditandatangani saat peninjauan", "melihatnya menandatangani"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(one)::text FROM permits_drawnsignature one WHERE case_id = %s", [walk_in.case]
        )
        assert "60,150" not in cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(facts::text, '') FROM permits_caseevent WHERE case_id = %s", [walk_in.case])
        assert "60,150" not in cursor.fetchone()[0]


def test_a_drawing_takes_no_other_signature_away(visited: World) -> None:
    send(officer(visited, "surveyor"), visited, record(**drawn(capacity="staff")))
    own = entered(Client(), "fatimah@contoh.invalid").get(reverse("permits:own-case", args=[visited.case]))
    said = own.content.decode()
    assert "Bekerja untuk pemohon" in said
    assert "belum" in said.partition("Ditandatangani pemohon")[2][:300], "an employee does not sign for the applicant"
    operations.sign_minutes(
        by=visited.who("nurse"),
        case=visited.case,
        stage="visit",
        agreed=False,
        remarks="Bukan saya",
        now=timezone.now(),
    )
    (row,) = cases.own_case(visited.case, scope=visited.who("nurse"), now=timezone.now()).minutes
    assert (row.signed_agreed, row.capacity, len(row.strokes)) == (False, "staff", 3)


@pytest.mark.parametrize(
    ("changed", "places"),
    [
        ({"capacity": ""}, {"capacity"}), ({"attested": ""}, {"attested"}), ({"signature": ""}, {"signature"}),
        ({"signature": "", "attested": ""}, {"signature", "attested"}), ({"capacity": "kepala"}, {"capacity"}),
        ({"signature": "<svg onload=alert(1)>"}, {"signature"}), ({"signature": "60,150"}, {"signature"}),
        ({"signature": "60,150 61,150"}, {"signature"}), ({"signature": "0,0 901,10"}, {"signature"}),
        ({"signature": "0,0 10,301"}, {"signature"}), ({"signature": "-9,0 200,200"}, {"signature"}),
        ({"signature": "0,0 1e2,200"}, {"signature"}), ({"signature": "0,0 ٣٠٠,200"}, {"signature"}),
        ({"signature": "0,0  300,200"}, {"signature"}), ({"signature": "0,0 300,200;"}, {"signature"}),
        ({"signature": '0,0 300,200"/><script>'}, {"signature"}),
        ({"signature": " ".join(["0,0", "9,9"] * 1001)}, {"signature"}),
        ({"signature": ";".join(["0,0 90,90"] * 101)}, {"signature"}),
        ({"signature": "0,0 " * 9_000}, {"signature"}), ({"signature": "0,0 300,200\0"}, {"signature"}),
    ],
)  # fmt: skip
def test_what_is_no_signature_is_refused_with_the_minutes(
    visited: World, changed: dict[str, str], places: set[str]
) -> None:
    (refused,) = send(officer(visited, "surveyor"), visited, record(**drawn(**changed))).json()["refused"]
    assert {one["place"] for one in refused["faults"]} == places
    assert visited.open_stages() == {"health", "visit"}
    assert not DrawnSignature.objects.filter(case=visited.case).exists()


def test_an_attestation_alone_is_nobody_who_signs(visited: World) -> None:
    nobody = record(**drawn(signature="", capacity=""))
    assert send(officer(visited, "surveyor"), visited, nobody).json() == {"stored": 1, "known": 0, "refused": []}
    assert "drawn" not in CaseEvent.objects.get(case=visited.case, kind=EventKind.DONE, stage="visit").facts
    assert not DrawnSignature.objects.filter(case=visited.case).exists()


@pytest.mark.parametrize("who", ["front", "technical", "elsewhere", "neighbour", "nurse", "public"])
def test_nobody_but_who_visits_hands_in_a_signature(visited: World, who: str) -> None:
    minutes = Minutes(NOW.date(), "Sesuai", "Fatimah", agreed=True)
    drawing = Drawing(SIGNATURE, "applicant", attested=True)
    with pytest.raises((NotAllowed, NotFound, NotYourStage)):
        operations.record_visit(
            by=visited.who(who), case=visited.case, stage="visit", minutes=minutes, drawing=drawing, now=NOW + DAY
        )
    assert not DrawnSignature.objects.filter(case=visited.case).exists()


def test_what_was_drawn_is_neither_changed_nor_removed(visited: World) -> None:
    send(officer(visited, "surveyor"), visited, record(**drawn()))
    row = DrawnSignature.objects.get(case=visited.case)
    for change in (row.delete, lambda: DrawnSignature.objects.update(capacity="other")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert DrawnSignature.objects.get(pk=row.pk).capacity == "applicant"


@given(
    st.lists(st.lists(st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT)), min_size=2, max_size=20), max_size=10)
)
def test_what_is_read_is_what_is_kept(strokes: list[list[tuple[int, int]]]) -> None:
    text = ";".join(points_text(one) for one in strokes)
    read = read_strokes(text)
    assert read in ((), tuple(map(tuple, strokes)))
    if read:
        assert Drawn(read, Capacity.OTHER).text == text


@given(st.text(alphabet="0123456789,; -.e\n<", max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    for stroke in read_strokes(text):
        assert all(0 <= across <= WIDTH and 0 <= down <= HEIGHT for across, down in stroke)


def test_a_picture_says_whose_it_is_and_holds_no_markup_of_others() -> None:
    made = picture(read_strokes(SIGNATURE), 'Tanda tangan "><script>')
    assert fromstring(made).attrib["aria-label"] == 'Tanda tangan "><script>'
    assert made.count("<polyline") == 3
