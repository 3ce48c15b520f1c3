"""Around the results of a region on its page: quick wins with what is measured, and the doors of services."""

from __future__ import annotations

import gzip
import html
import re
import struct
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.db.models import F
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from pytest_django.fixtures import Settings

from evaluation.cycle import plan
from evaluation.cycle.agreed import CODE, published
from evaluation.cycle.world import OWN, World
from masterplan import reporting
from masterplan import world as plans
from pilar.design import conditional
from pilar.design.views import drawn as drawn_page
from pilar.evaluation.documents.hub import one_page, share_drawing, share_picture
from pilar.evaluation.models import Campaign
from pilar.evaluation.pages import hub as pages_of_hub
from pilar.evaluation.pages.hub import hub_of
from pilar.evaluation.queries import hub as queries
from pilar.masterplan.models import Proposal, Version
from pilar.masterplan.operations import Proposed
from pilar.masterplan.queries import programmes
from pilar.masterplan.rules.proposals import Origin
from pilar.masterplan.rules.reports import Given
from pilar.masterplan.rules.stages import Decree, LegalForm, ProposalKind, VersionState
from pilar.surveys.queries.scores import Satisfied
from reports.reading import pages, words

pytestmark = pytest.mark.django_db


def said(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(strip_tags(answer.content.decode())))


def change(made: plans.World, code: str, title: str) -> None:
    """A revision in which a recommendation changes a programme, up to the minutes of its meeting."""
    line = next(one.key for one in programmes(made.row()) if one.code == code)
    by = made.who("coordinator")
    made.version = plans.operations.start_revision(by=by, version=made.version, reason="Evaluasi", now=plans.LATER)
    made.call()
    given = Proposed(ProposalKind.CHANGE, plans.content(made.office, title), line)
    key = plans.operations.propose(
        by=made.who("contributor"), version=made.version, office=made.office, given=given, now=plans.NOW
    )
    plans.operations.submit_proposal(by=made.who("contributor"), proposal=key, now=plans.NOW)
    Proposal.objects.filter(pk=key).update(origin=Origin.RECOMMENDATION, origin_key="1")
    made.met(key)


@pytest.fixture
def decreed(world: World, monkeypatch: pytest.MonkeyPatch) -> plans.World:
    """A plan in force with a quick win that two measures tell of, one of them not for everybody, and another one."""
    made = plan.start(world)
    reporting.add_measure(made)
    reporting.add_measure(made, code="izin-rahasia", public=False)
    made.call()
    improved = made.submitted("Program biasa")
    Proposal.objects.filter(pk=improved).update(origin=Origin.RECOMMENDATION, origin_key="1")
    wins = (
        made.submitted(
            "SIPINTER", quick_win=True, targets=(reporting.bound(), replace(reporting.bound("izin-rahasia"), number=2))
        ),
        made.submitted("Sekolah digital", quick_win=True),
    )
    made.decreed(*wins, improved)
    plans.operations.bring_into_force(
        by=made.who("coordinator"), version=made.version, since=plans.DECREED, now=plans.LATER
    )
    reporting.tell(made, ("2026-04", "1250"))
    reporting.tell(made, ("2026-04", "77"), code="izin-rahasia")
    reporting.clock(monkeypatch, reporting.IN_TIME)
    return made


def test_a_quick_win_shows_what_everybody_may_read(decreed: plans.World, client: Client) -> None:
    page = said(client, f"/wilayah/{OWN}/")
    assert "SIPINTER 1.250 izin Izin terbit, April 2026" in page
    assert "77" not in page
    assert "Tanpa angka terbuka: Sekolah digital." in page
    assert "Program biasa" not in page.split("Sedang diperbaiki")[0]
    assert "Masterplan: 3 program" in page
    assert "SIPINTER 1,250 izin" in said(client, f"/en/wilayah/{OWN}/")
    body = client.get(f"/wilayah/{OWN}/").content.decode()
    assert f'href="/ukuran/{OWN}/nilai/izin-terbit/"' in body
    assert "izin-rahasia" not in body


def test_plan_and_measures_of_a_region_are_open_data_and_secret_ones_are_not(
    decreed: plans.World, client: Client
) -> None:
    listed = client.get("/api/3/action/package_search", {"q": OWN.replace(".", "-")}).json()["result"]
    assert [one["name"] for one in listed["results"]] == ["program-rencana-36-03", "ukuran-36-03"]
    figures = client.get(f"/data/ukuran/{OWN}.json").json()
    assert [(row["measure"], row["period"], row["value"]) for row in figures] == [("izin-terbit", "2026-04", 1250)]
    titles = {row["title"]: row["quick_win"] for row in client.get(f"/data/program-rencana/{OWN}.json").json()}
    assert titles == {"SIPINTER": True, "Sekolah digital": True, "Program biasa": False}
    assert client.get("/data/ukuran/36.71.json").status_code == 404
    page = client.get("/data/").content.decode()
    assert f'href="/data/ukuran/{OWN}.csv"' in page


def test_a_new_figure_shows_at_once(decreed: plans.World, client: Client) -> None:
    assert "1.250 izin" in said(client, f"/wilayah/{OWN}/")
    reporting.tell(decreed, ("2026-05", "1400"))
    assert "1.400 izin Izin terbit, Mei 2026" in said(client, f"/wilayah/{OWN}/")


def test_a_page_is_drawn_again_only_once_what_it_shows_has_changed(
    decreed: plans.World, world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(pages_of_hub, "drawn", lambda *given: drawn.append(given[1]) or drawn_page(*given))
    address = f"/wilayah/{OWN}/"
    first = client.get(address)
    assert client.get(address).content == first.content
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == first.content
    assert (packed["Content-Encoding"], packed["Cache-Control"]) == ("gzip", "public, max-age=0, must-revalidate")
    assert len(drawn) == 1
    reporting.tell(decreed, ("2026-05", "1400"))
    answer = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert "1.400 izin" in answer.content.decode()
    assert len(drawn) == 2
    assert client.get(f"/en{address}")["ETag"] != answer["ETag"]
    client.force_login(world.user("coordinator"))
    own = client.get(address)
    assert "ETag" not in own
    assert "private" in own["Cache-Control"]
    assert len(drawn) == 4


def test_nobody_is_shown_what_stands_for_another_alone(decreed: plans.World, client: Client) -> None:
    """Neither the query of an address, which the frame's links repeat, nor what a visitor is yet to be told."""
    address = f"/wilayah/{OWN}/"
    asked = client.get(address, {"dari": "surat"})
    assert "dari=surat" in asked.content.decode()
    message = Message(messages.SUCCESS, "Hanya untuk saya")
    storage = CookieStorage(RequestFactory().get("/"))
    client.cookies["messages"] = storage._encode([message])
    told = client.get(address)
    assert "Hanya untuk saya" in told.content.decode()
    assert (told["Cache-Control"], told.has_header("ETag")) == ("private, no-cache", False)
    everybody = Client().get(address)
    assert "dari=surat" not in everybody.content.decode()
    assert "Hanya untuk saya" not in everybody.content.decode()
    assert everybody["ETag"] != asked["ETag"]


def test_nothing_is_asked_of_the_rows_while_nothing_is_written(
    decreed: plans.World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the test's own transaction has written, so the moment is given by hand."""
    at = ["one"]
    monkeypatch.setattr(conditional, "moment", lambda: at[0])
    address = f"/wilayah/{OWN}/"
    first = client.get(address).content
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).content == first
    assert not asked.captured_queries
    reporting.tell(decreed, ("2026-05", "1400"))
    at[0] = "two"
    assert "1.400 izin" in client.get(address).content.decode()


def test_a_region_without_a_plan_has_no_door_to_one(decreed: plans.World, client: Client) -> None:
    page = said(client, "/wilayah/36.71/")
    assert "Masterplan:" not in page
    assert "SIPINTER" not in page


def test_a_result_that_pilar_computed_leads_once_it_is_published(world: World, client: Client) -> None:
    assert client.get(f"/wilayah/{OWN}/").context["lead"] is None
    published(world)
    assert client.get(f"/wilayah/{OWN}/").context["lead"] is None, "what was made up leads nothing"
    Campaign.objects.update(synthetic=False)
    lead = client.get(f"/en/wilayah/{OWN}/").context["lead"]
    assert (lead.year, lead.final, lead.rank, lead.statement) == (2026, Decimal("3.25"), 1, None)
    assert lead.address == f"/en/hasil/pilar/{CODE}/1/{OWN}/"
    assert [str(title) for title, _value in lead.scores] != []
    assert "computed by Pilar" in said(client, f"/en/wilayah/{OWN}/").split("Result of 2026")[1][:40]


def test_a_result_before_the_last_phase_is_told_as_none_of_the_year(world: World, client: Client) -> None:
    published(world)
    Campaign.objects.update(synthetic=False)
    assert "Of phase 1 of 2: the final of the year is that of phase 2." in said(client, f"/en/wilayah/{OWN}/")
    front = "Of phase 1 of 2: the finals of the year are those of phase 2."
    assert front in said(client, "/en/")
    published(world, 2)
    assert client.get(f"/en/wilayah/{OWN}/").context["lead"].address.endswith(f"/2/{OWN}/")
    assert "Of phase" not in said(client, f"/en/wilayah/{OWN}/")
    assert "Of phase" not in said(client, "/en/")


def test_it_says_how_far_the_plan_is_and_what_is_being_improved(decreed: plans.World, client: Client) -> None:
    line = next(one.key for one in programmes(decreed.row()) if one.content.title == "SIPINTER")
    decreed.report(line, given=Given(done={1: 1, 2: 0}, spent=Decimal(0)), now=reporting.IN_TIME)
    stands = client.get(f"/wilayah/{OWN}/").context["hub"].stands
    assert (str(stands.quarter), stands.done, stands.behind) == ("2026-Q2", 0, 1)
    assert [one.title for one in stands.pillars] == ["Tata kelola (smart governance)"]
    assert stands.planned == stands.pillars[0].planned > 0
    page = said(client, f"/wilayah/{OWN}/")
    assert f"0 % selesai; direncanakan {stands.planned} % hingga saat itu. 1 program tertinggal." in page
    assert "Sedang diperbaiki setelah evaluasi Program biasa" in page


def test_what_was_decided_after_the_version_is_not_being_improved_by_it(decreed: plans.World) -> None:
    assert queries.region_hub(OWN, now=reporting.IN_TIME).improved == ("Program biasa",)
    Proposal.objects.update(origin=Origin.IMPORT)
    assert queries.region_hub(OWN, now=reporting.IN_TIME).improved == ()


def test_a_change_in_a_revision_that_was_dropped_is_not_being_improved(decreed: plans.World) -> None:
    """Also once a later revision is in force; what that one itself changed is."""
    Proposal.objects.update(origin=Origin.IMPORT)
    first, code = (
        decreed.version,
        next(one.code for one in programmes(decreed.row()) if one.content.title == "SIPINTER"),
    )
    change(decreed, code, "SIPINTER")
    by = decreed.who("coordinator")
    plans.operations.move_version(by=by, version=decreed.version, target=VersionState.DROPPED, now=plans.LATER)
    decreed.version = first
    other = next(one.code for one in programmes(decreed.row()) if one.content.title == "Program biasa")
    change(decreed, other, "Program lebih baik")
    plans.operations.move_version(by=by, version=decreed.version, target=VersionState.LEGAL_REVIEW, now=plans.LATER)
    decree = Decree(LegalForm.REGENT, "8 Tahun 2026", plans.DECREED)
    plans.operations.enter_decree(by=by, version=decreed.version, decree=decree, file=None, now=plans.LATER)
    since = plans.DECREED + timedelta(days=30)
    plans.operations.bring_into_force(by=by, version=decreed.version, since=since, now=reporting.IN_TIME)
    assert queries.region_hub(OWN, now=reporting.IN_TIME).improved == ("Program lebih baik",)


def test_the_newest_indices_of_services_are_shown(
    decreed: plans.World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = tuple(
        Satisfied(f"Layanan {month}", Decimal(80 + month), 40, date(2026, month, 3), synthetic=False)
        for month in range(1, 6)
    )
    monkeypatch.setattr(queries, "satisfaction", lambda region, office, scope: found if region == OWN else ())
    page = said(client, f"/wilayah/{OWN}/")
    assert "Kepuasan (IKM) 85 Layanan 5 (40 jawaban, Mei 2026); 84 Layanan 4" in page
    assert "83 Layanan 3" in page
    assert "Layanan 2" not in page
    assert "Kepuasan" not in said(client, "/wilayah/36.71/")


def test_the_team_finds_more_than_others(decreed: plans.World, world: World, client: Client) -> None:
    way = f"/kerja/tindak-lanjut/wilayah/{OWN}/"
    assert way not in client.get(f"/wilayah/{OWN}/").content.decode()
    client.force_login(world.user("coordinator"))
    assert way in client.get(f"/wilayah/{OWN}/").content.decode()
    assert client.get(way).status_code == 200
    assert client.get("/wilayah/36.71/").context["own"] is None, "another region"


def test_a_shared_link_has_a_picture_of_the_figures(decreed: plans.World, client: Client, settings: Settings) -> None:
    settings.SITE_ADDRESS = "https://pilar.example"
    body = client.get(f"/en/wilayah/{OWN}/").content.decode()
    (address,) = re.findall(r'property="og:image" content="([^"]+)"', body)
    assert address == f"https://pilar.example/en/wilayah/{OWN}/gambar.png"
    assert f'property="og:url" content="https://pilar.example/en/wilayah/{OWN}/"' in body
    answer = client.get(f"/en/wilayah/{OWN}/gambar.png")
    assert answer["Content-Type"] == "image/png"
    assert struct.unpack(">II", answer.content[16:24]) == (1200, 630), "of the header of a PNG"
    again = client.get(f"/en/wilayah/{OWN}/gambar.png", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    with translation.override("id"):
        drawn = share_drawing(hub_of(OWN, reporting.IN_TIME))
    assert "1.250 izin" in drawn
    assert "Izin terbit" in drawn
    assert "77" not in drawn
    assert client.get("/wilayah/99.99/gambar.png").status_code == 404


def test_a_picture_shows_the_newest_result_and_what_it_cannot_set_as_text(world: World) -> None:
    published(world)
    Campaign.objects.update(synthetic=False)
    found = hub_of(OWN, reporting.IN_TIME)
    named = replace(found.profile.region, name="Kota <b>&amp; " + "panjang " * 20)
    drawn = share_drawing(replace(found, profile=replace(found.profile, region=named)))
    assert ">3,25<" in drawn
    assert "&lt;b&gt;&amp;amp;" in drawn
    assert "<b>" not in drawn


def test_a_control_character_in_a_title_is_a_blank_in_the_picture(world: World) -> None:
    found = hub_of(OWN, reporting.IN_TIME)
    named = replace(found.profile.region, name="Kota\x08lama\x0bdan\x1bbaru\ufffe")
    assert ">Kota lama dan baru<" in share_drawing(replace(found, profile=replace(found.profile, region=named)))
    assert share_picture(replace(found, profile=replace(found.profile, region=named))).startswith(b"\x89PNG")


def test_one_sheet_holds_it_however_much_there_is(decreed: plans.World, client: Client) -> None:
    answer = client.get(f"/wilayah/{OWN}/lembar.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert pages(answer.content) == 1
    written = re.sub(r"\s+", " ", words(answer.content))
    assert "1.250 izin" in written
    assert "Sekolah digital" in written
    assert "77" not in written
    found = hub_of(OWN, reporting.IN_TIME)
    many = replace(found.around, quick_wins=found.around.quick_wins * 30, improved=("Program yang lama " * 9,) * 30)
    with translation.override("en"):
        crowded = one_page(replace(found, around=many))
    assert pages(crowded) == 1
    assert "and 52 more" in re.sub(r"\s+", " ", words(crowded))


def test_nobody_may_show_it_in_a_frame_unless_the_installation_names_them(
    decreed: plans.World, client: Client, settings: Settings
) -> None:
    closed = client.get(f"/wilayah/{OWN}/bagian/")
    assert closed["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in closed["Content-Security-Policy"]
    assert "iframe" not in client.get(f"/wilayah/{OWN}/").content.decode()
    settings.PILAR_EMBED_SITES = ("https://daerah.example",)
    part = client.get(f"/wilayah/{OWN}/bagian/")
    assert "X-Frame-Options" not in part
    assert "frame-ancestors https://daerah.example;" in part["Content-Security-Policy"] + ";"
    assert "script-src 'self'" in part["Content-Security-Policy"]
    assert "1.250 izin" in part.content.decode()
    assert "izin-rahasia" not in part.content.decode()
    whole = client.get(f"/wilayah/{OWN}/")
    assert whole["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in whole["Content-Security-Policy"]
    assert f"/wilayah/{OWN}/bagian/" in whole.content.decode()


def test_the_search_of_the_site_finds_programmes_of_plans_in_force(decreed: plans.World, client: Client) -> None:
    page = client.get("/cari/?q=sekolah+digital").content.decode()
    where = reverse("masterplan:plan", args=[OWN])
    assert f'href="{where}#quick-wins"' in page
    assert client.get(where).status_code == 200
    Version.objects.update(state="revised", in_force_until=F("in_force_since"))
    assert "#quick-wins" not in client.get("/cari/?q=sekolah+digital").content.decode()
