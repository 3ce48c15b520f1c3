"""A nurse applies by phone and officers work on it, through the pages; and who may not see a page."""

from __future__ import annotations

import io
import re
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evidence import samples
from people.citizens import entered
from permits.world import ANSWERS, NIK, NOW, OWN, World
from pilar.areas.reference import local, today_in
from pilar.people.rules import SCHEDULE
from pilar.permits.models import Absence, Case, CaseFile, DeskBatch, Message, OwnDocument, Relative, Task
from pilar.permits.operations import act_on_many, batches, declare_relative, order_many, take_stage
from pilar.permits.rules.cases import CaseElsewhere, CaseState, Outcome
from pilar.platform.language import translate

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PERSON = {"name": "Fatimah Azzahra", "identity": NIK, "phone": "081234567890", "address": "Balaraja"}
FORM = {**ANSWERS, "str_until": "31/01/2030", **PERSON}


def officer(world: World, name: str) -> Client:
    from pilar.people.models import User

    client = Client()
    client.force_login(User.objects.get(pk=world.keys[name]), BACKEND)
    return client


@pytest.fixture
def nurse(world: World) -> Client:
    return entered(Client(), "perawat@contoh.invalid", "Siti Perawat")


def checked(client: Client, address: str, **given: object) -> object:
    """Send a page "check before you …" with its tick and what it asks."""
    page = client.get(address).content.decode()
    seen = re.search(r'name="checked" value="([0-9a-f]+)"', page)
    key = re.search(r'name="key" value="([0-9a-f-]+)"', page)
    assert seen, page[:2000]
    sent = {"checked": seen[1], "agreed": "on", **given, **({"key": key[1]} if key else {})}
    return client.post(address, sent)


def apply(client: Client) -> Case:
    """From the first page of a service to its number."""
    begun = client.post(reverse("permits:begin", args=["36.03", "sip-perawat"]), {"kind": "new"})
    assert begun.status_code == HTTPStatus.FOUND
    row = Case.objects.latest("pk")
    page = reverse("permits:own-case", args=[row.pk])
    assert client.post(page, {"version": 0, **FORM}).status_code == HTTPStatus.FOUND
    for one in ("ktp", "str"):
        file = io.BytesIO(samples.pdf())
        file.name = f"{one}.pdf"
        sent = client.post(reverse("permits:add-file", args=[row.pk, one]), {"file": file})
        assert sent.status_code == HTTPStatus.FOUND
    checked(client, reverse("permits:submit", args=[row.pk]))
    row.refresh_from_db()
    return row


def with_letter(client: Client, address: str, **given: object) -> object:
    """As :func:`checked`; a letter that goes out is read first."""
    sent = checked(client, address, **given)
    letter = re.search(r'name="letter" value="([0-9a-f]{32})"', sent.content.decode())  # type: ignore[attr-defined]
    return checked(client, address, **given, letter=letter[1]) if letter else sent


def act(client: Client, case: Case, step: str, stage: str = "", **given: object) -> None:
    args = [case.pk, step, *([stage] if stage else [])]
    sent = with_letter(client, reverse("permits:act", args=args), **given)
    assert sent.status_code == HTTPStatus.FOUND, sent.content.decode()[:3000]  # type: ignore[attr-defined]


def test_from_the_draft_to_the_signature(world: World, nurse: Client) -> None:
    row = apply(nurse)
    assert (row.state, row.number[:10]) == (CaseState.SUBMITTED, f"P3603-{today_in('36.03', timezone.now()):%Y}")
    front = officer(world, "front")
    desk = front.get(reverse("permits:desk", args=["36.03"])).content.decode()
    assert row.number in desk
    page = front.get(reverse("permits:desk-case", args=[row.pk])).content.decode()
    assert NIK in page
    file = CaseFile.objects.filter(case=row, requirement="str").latest("pk")
    front.post(reverse("permits:desk-case", args=[row.pk]), {f"file-{file.pk}": "accepted", f"told-{file.pk}": ""})
    act(front, row, "terima", "check")
    act(officer(world, "technical"), row, "rekomendasi", "health", outcome="agreed", text="Layak")
    act(officer(world, "back"), row, "putuskan", "decide", outcome="agreed", text="Lengkap", reason="")
    act(officer(world, "head"), row, "tanda-tangan", "sign")
    row.refresh_from_db()
    assert row.state == CaseState.SIGNING
    own = nurse.get(reverse("permits:own-case", args=[row.pk])).content.decode()
    assert "Menunggu tanda tangan" in own
    for late in ("withdraw", "hand-in", "file-objection", "submit"):
        told = nurse.post(reverse(f"permits:{late}", args=[row.pk]), follow=True).content.decode()
        assert ("Ini tidak perlu dikerjakan sekarang" in told) == (late != "submit"), f"nothing came of {late}"


def test_one_round_of_everything_that_is_wrong(world: World, nurse: Client) -> None:
    row = apply(nurse)
    front = officer(world, "front")
    file = CaseFile.objects.filter(case=row, requirement="str").latest("pk")
    checks = {f"file-{file.pk}": "expired", f"told-{file.pk}": "Berlaku sampai 2024"}
    front.post(reverse("permits:desk-case", args=[row.pk]), checks)
    act(front, row, "kembalikan", "check", text="Sebut alamat praktik")
    page = nurse.get(reverse("permits:own-case", args=[row.pk])).content.decode()
    assert "Berlaku sampai 2024" in page
    assert "Sebut alamat praktik" in page


def test_the_draft_is_kept_as_it_is_typed(world: World, nurse: Client) -> None:
    nurse.post(reverse("permits:begin", args=["36.03", "sip-perawat"]), {"kind": "new"})
    row = Case.objects.latest("pk")
    page = reverse("permits:own-case", args=[row.pk])
    kept = nurse.post(page, {"version": 0, "place": "Klinik", "name": "Siti"}, headers={"X-Autosave": "1"})
    assert (kept.status_code, kept.headers["X-Autosave"]) == (200, "saved")
    assert 'value="1"' in kept.content.decode()
    row.refresh_from_db()
    assert row.answers["place"] == "Klinik"
    late = nurse.post(page, {"version": 0, "place": "Lain"}, headers={"X-Autosave": "1"})
    assert (late.status_code, late.headers["X-Autosave"]) == (409, "conflict")
    wrong = nurse.post(page, {"version": 1, "place": "Klinik", "beds": "banyak"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    row.refresh_from_db()
    assert row.edition == 2


def test_several_are_signed_at_once(world: World) -> None:
    keys = []
    for _ in range(2):
        world.case = 0
        world.to_sign()
        keys.append(world.case)
    head = officer(world, "head")
    page = head.get(reverse("permits:desk", args=["36.03"])).content.decode()
    assert page.count('name="k"') == 2
    world.case = 0
    world.to_sign(Outcome.REFUSED, reason="unmet")
    ticked = [f"{key}:sign" for key in (*keys, world.case)]
    many(head, "tanda-tangan", *ticked)
    assert world.row().state == CaseState.RUNNING, "its letter is read before it is signed"
    assert set(Case.objects.filter(pk__in=keys).values_list("state", flat=True)) == {"signing"}


def many(client: Client, step: str, *ticked: str, **given: object) -> str:
    """Do one thing with all that is ticked; returns what the desk says then."""
    address = reverse("permits:act-many", args=["36.03", step])
    checked(client, f"{address}?{'&'.join(f'k={one}' for one in ticked)}", **given)
    return client.get(reverse("permits:desk", args=["36.03"])).content.decode()


def test_each_desk_does_the_same_with_several_at_once_and_what_is_refused_is_told(world: World) -> None:
    rows: list[Case] = []
    for _ in range(3):
        world.case = 0
        world.submit()
        rows.append(world.row())
    one, two, bad = rows
    world.refuse_file("str")
    ticked = [f"{row.pk}:check" for row in rows]
    said = many(officer(world, "front"), "terima", *ticked)
    assert "2 dari 3 permohonan" in said
    assert f"{bad.number}: " in said
    assert states(rows) == ["running", "running", "submitted"]
    ticked = [f"{row.pk}:health" for row in rows]
    technical = officer(world, "technical")
    address = f"{reverse('permits:act-many', args=['36.03', 'ambil'])}?k={'&k='.join(ticked)}"
    assert "1 dari yang dicentang" in technical.get(address).content.decode()
    assert "2 dari 2 permohonan" in many(technical, "ambil", *ticked)
    assert [str(task.taken_by_id) for task in Task.objects.filter(case__in=rows, stage="health")] == [
        str(world.keys["technical"])
    ] * 2
    assert technical.get(address).status_code == HTTPStatus.FOUND
    assert Task.objects.filter(case__in=rows, taken_by=None, stage="health").count() == 0, "nothing is given back"
    many(technical, "rekomendasi", *ticked, outcome="agreed", text="Layak")
    back = officer(world, "back")
    decided = [f"{row.pk}:decide" for row in (one, two)]
    declare_relative(by=world.who("back"), identity=NIK, relation="spouse", now=NOW)
    assert "0 dari 2 permohonan" in many(back, "putuskan", *decided, outcome="agreed", text="Layak")
    assert set(Task.objects.filter(done_at=None, case__in=(one, two)).values_list("stage", flat=True)) == {"decide"}


def test_many_are_done_by_the_worker_who_says_how_far_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilar.permits.pages.many.AT_ONCE", 1)
    rows: list[Case] = []
    for _ in range(3):
        world.case = 0
        world.submit()
        rows.append(world.row())
    world.refuse_file("str")
    front = officer(world, "front")
    checked(front, f"{reverse('permits:act-many', args=['36.03', 'terima'])}?semua=1")
    batch = DeskBatch.objects.get(region="36.03")
    address = reverse("permits:desk-batch", args=[batch.pk])
    assert "0 / 3" in front.get(address).content.decode()
    assert address in front.get(reverse("permits:desk", args=["36.03"])).content.decode()
    assert states(rows) == ["submitted"] * 3
    for _time in range(2):  # as after a worker that was killed
        act_on_many(by=SCHEDULE, batch=batch.pk, now=timezone.now())
    assert states(rows) == ["running", "running", "submitted"]
    page = front.get(address).content.decode()
    assert "3 / 3" in page
    assert f"{rows[2].number}: " in page
    assert officer(world, "front 2").get(address).status_code == HTTPStatus.NOT_FOUND


def test_one_that_breaks_and_one_that_became_a_refusal_hold_up_no_order(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.to_sign(Outcome.REFUSED, reason="unmet")

    def breaks(**_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(batches, "ACTS", {**batches.ACTS, "pass_check": breaks})
    said = []
    for who, act_name, stage in (("head", "sign_case", "sign"), ("front", "pass_check", "check")):
        stages = [(world.case, stage)]
        keys = {
            order_many(by=world.who(who), region="36.03", act=act_name, stages=stages, given={}, now=NOW)
            for _time in range(2)
        }
        assert len(keys) == 1, "ordered twice it is done once"
        act_on_many(by=SCHEDULE, batch=min(keys), now=NOW)
        row = DeskBatch.objects.get(pk=min(keys))
        assert row.ended_at == NOW
        said.append(row.refused[0][1])
    assert said == [CaseElsewhere().text(), translate(batches.BROKE)]
    assert world.row().state == CaseState.RUNNING


def test_the_list_of_applications_tells_in_a_file_the_time_of_the_region(world: World) -> None:
    world.submit()
    file = officer(world, "front").get(f"{reverse('permits:cases', args=['36.03'])}?as=csv").content.decode()
    assert f";{local(NOW, OWN):%Y-%m-%d %H:%M};" in file


def test_all_on_a_desk_is_what_its_list_shows_without_what_colleagues_have_taken(world: World) -> None:
    rows: list[Case] = []
    for _ in range(3):
        world.case = 0
        world.submit()
        rows.append(world.row())
    one, two, taken = rows
    take_stage(by=world.who("front 2"), case=taken.pk, stage="check", now=NOW)
    front, address = officer(world, "front"), reverse("permits:act-many", args=["36.03", "terima"])
    page = front.get(f"{address}?semua=1").content.decode()
    assert [row.number in page for row in rows] == [True, True, False]
    page = front.get(f"{address}?semua=1&q={two.number}").content.decode()
    assert [row.number in page for row in rows] == [False, True, False]
    listed = front.get(f"{reverse('permits:desk', args=['36.03'])}?q={two.number}").content.decode()
    assert f'<input type="hidden" name="q" value="{two.number}">' in listed
    assert one.number not in listed


def test_who_ticks_none_is_told_to_tick_them(world: World) -> None:
    world.submit()
    front = officer(world, "front")
    told = front.get(reverse("permits:act-many", args=["36.03", "terima"]), follow=True).content.decode()
    assert translate("Tick the applications first with which it is to be done") in told
    listed = front.get(reverse("permits:cases", args=["36.03"])).content.decode()
    assert ('value="draft"' in listed, 'value="submitted"' in listed) == (False, True), "they never see a draft"


def test_what_is_not_on_the_desk_cannot_be_ticked(world: World) -> None:
    world.submit()
    for name in ("technical", "neighbour"):
        client = officer(world, name)
        address = f"{reverse('permits:act-many', args=['36.03', 'terima'])}?k={world.case}:check&k=x&k=99999999999:y"
        assert client.get(address).status_code == HTTPStatus.FOUND
    assert world.row().state == CaseState.SUBMITTED
    wrong = reverse("permits:act-many", args=["36.03", "hentikan"])
    assert officer(world, "front").get(wrong).status_code == HTTPStatus.NOT_FOUND


def states(rows: list[Case]) -> list[str]:
    return [Case.objects.get(pk=row.pk).state for row in rows]


def test_pages_of_others_are_not_there(world: World) -> None:
    world.submit()
    other = entered(Client(), "lain@contoh.invalid", "Orang Lain")
    file = world.file("ktp").pk
    own = [reverse(f"permits:{name}", args=[world.case]) for name in ("own-case", "submit", "withdraw", "hand-in")]
    own.append(reverse("permits:file", args=[world.case, file]))
    assert {other.get(one).status_code for one in own} == {404}
    desk = [
        reverse("permits:desk-case", args=[world.case]),
        reverse("permits:act", args=[world.case, "terima", "check"]),
    ]
    assert {officer(world, "elsewhere").get(one).status_code for one in desk} == {404}
    assert {officer(world, "neighbour").get(one).status_code for one in desk} == {404}
    assert officer(world, "neighbour").get(reverse("permits:desk", args=["36.03"])).status_code == 404
    assert Client().get(own[0]).status_code == HTTPStatus.FOUND


def test_the_desk_asks_the_database_as_often_for_many_as_for_few(
    world: World, django_assert_max_num_queries: object
) -> None:
    for _ in range(3):
        world.case = 0
        world.submit()
    technical = officer(world, "front")
    page = reverse("permits:desk", args=["36.03"])
    technical.get(page)
    with django_assert_max_num_queries(28):  # type: ignore[operator]
        technical.get(page)
    assert Task.objects.filter(done_at=None).count() >= 3


def test_who_is_away_names_a_deputy_and_declares_relatives(world: World) -> None:
    head, page = officer(world, "head"), reverse("permits:colleagues", args=["36.03"])
    given = {"who": f"{world.keys['head']}:permit_head", "deputy": world.keys["back"]}
    today = f"{today_in('36.03', timezone.now()):%d/%m/%Y}"
    days = {"since": today, "until": today}
    assert head.post(page, {**given, **days}).status_code == HTTPStatus.FOUND
    assert head.post(page, {"identity": NIK, "relation": "spouse", "do": "declare"}).status_code == HTTPStatus.FOUND
    absence = Absence.objects.get(region="36.03")
    assert (absence.deputy_id, Relative.objects.get().user_id) == (world.keys["back"], world.keys["head"])
    assert officer(world, "front").post(page, {**given, **days}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert head.post(reverse("permits:end-absence", args=["36.03", absence.pk])).status_code == HTTPStatus.FOUND
    absence.refresh_from_db()
    assert absence.ended_at is not None
    assert officer(world, "neighbour").get(page).status_code == HTTPStatus.NOT_FOUND


def test_a_walk_in_is_filed_at_the_counter(world: World) -> None:
    row = apply(officer(world, "front"))
    assert (row.applicant, row.at_counter, row.state) == (None, True, CaseState.SUBMITTED)


def test_own_documents_and_the_way_to_them(world: World, nurse: Client) -> None:
    apply(nurse)
    assert reverse("permits:own-cases") in nurse.get("/akun-saya/").content.decode()
    page = nurse.get(reverse("permits:own-cases")).content.decode()
    removed = re.findall(r"/perizinan/saya/dokumen/(\d+)/hapus/", page)
    assert len(removed) == 2
    nurse.post(reverse("permits:remove-document", args=[removed[0]]))
    assert (
        OwnDocument.objects.filter(removed_at=None).exclude(account=world.citizens["other citizen"].citizen).count()
        == 1
    )
    assert officer(world, "technical").get("/beranda/").content.decode().count(reverse("permits:own-desk")) == 1
    assert officer(world, "technical").get(reverse("permits:own-desk")).status_code == HTTPStatus.FOUND


def test_a_second_click_begins_no_second_draft_and_sends_no_second_message(world: World, nurse: Client) -> None:
    page = reverse("permits:begin", args=[OWN, "sip-perawat"])
    sent = {"kind": "new", "once": nurse.get(page).context["form"]["once"].value()}
    first, second = nurse.post(page, sent), nurse.post(page, sent)
    case = Case.objects.filter(region=OWN).get()
    assert first["Location"] == reverse("permits:own-case", args=[case.pk])
    assert second["Location"] == reverse("permits:own-cases"), "where the draft stands"
    other = nurse.post(page, sent | {"kind": "renewal"})
    assert other.status_code == HTTPStatus.CONFLICT
    anew = {"kind": "renewal", "once": other.context["form"]["once"].value()}
    renewal = nurse.post(page, anew)["Location"]
    made = Case.objects.get(region=OWN, kind="renewal")
    assert renewal == reverse("permits:own-case", args=[made.pk]), "it is another thing"
    front = officer(world, "front")
    counter = {"kind": "new", "once": front.get(page).context["form"]["once"].value()}
    assert [front.post(page, counter)["Location"] for _click in range(2)][1] == reverse("permits:desk", args=[OWN])
    assert Case.objects.filter(region=OWN).count() == 3
    case_page = reverse("permits:own-case", args=[apply(nurse).pk])
    write = reverse("permits:write", args=[Case.objects.latest("pk").pk])
    message = {"text": "Apakah sudah lengkap?", "once": nurse.get(case_page).context["message"]["once"].value()}
    assert [nurse.post(write, message)["Location"] for _click in range(2)] == [case_page] * 2
    assert Message.objects.filter(case__region=OWN).count() == 1
    long = nurse.post(write, {"text": "x" * 4001})
    assert (long.status_code, "x" * 4001 in long.content.decode()) == (422, True), "what was typed stays"
