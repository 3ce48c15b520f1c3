"""Applicant and office meet, write and disagree about an application: appointment, letter read first, objection."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from browser.conftest import PASSWORD, SESSION, Committed
from browser.test_permit_application import attach, fill_application, office
from people.citizens import entered
from pilar.areas.queries import working_days
from pilar.areas.reference import today_in
from pilar.people.models import User
from pilar.people.operations import create_account
from pilar.people.queries import standing
from pilar.people.queries.public import actor_of
from pilar.people.rules import OPERATOR, Standing
from pilar.permits import operations as do
from pilar.permits.models import Case
from pilar.permits.rules.cases import Outcome
from pilar.permits.rules.roles import Role


@pytest.mark.thorough
def test_a_meeting_a_letter_and_an_objection(
    signed_in: Callable[..., Page],
    open_page: Callable[..., Page],
    site: LiveServer,
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    committed: Committed,
) -> None:
    with committed():
        emails = office(timezone.now(), "surat")
        emails["other"] = "lain.izin@contoh.invalid"
        create_account(
            by=OPERATOR, email=emails["other"], name="Lain", role=Role.BACK, password=PASSWORD, region="36.03",
            now=timezone.now(),
        )  # fmt: skip
        client = entered(Client(), "perawat.surat@contoh.invalid", "Fatimah")
    cookie = {"name": SESSION, "value": client.cookies[SESSION].value, "url": site.url}

    def looked_at(page: Page, name: str) -> None:
        fits(page)
        accessible(page)
        snap(page, f"permit-{name}-{page.viewport_size['width']}")  # type: ignore[index]

    phone = open_page(width=360)
    phone.context.add_cookies([cookie])
    phone.goto("/perizinan/layanan/36.03/sip-surat/")
    phone.get_by_role("link", name="Mulai permohonan").click()
    phone.get_by_label("Jenis permohonan").select_option("new")
    phone.get_by_role("button", name="Mulai konsep").click()
    fill_application(phone)
    attach(phone, "ktp", "str")
    phone.get_by_role("link", name="Kirim permohonan").click()
    phone.get_by_role("button", name="Kirim permohonan").click()
    expect(phone.get_by_text(re.compile("P3603-")).first).to_be_visible()
    case = Case.objects.latest("pk")

    # The nurse asks for an appointment, the front office agrees.
    phone.get_by_role("link", name="Atur janji temu").click()
    looked_at(phone, "appointment")
    day = working_days("36.03").after(today_in("36.03", timezone.now()), 1)
    phone.get_by_label("Tanggal").fill(day.isoformat())
    phone.get_by_label("Jam").fill("09:00")
    phone.get_by_label("Tempat").fill("Loket 3")
    phone.get_by_role("button", name="Usulkan").click()
    expect(phone.get_by_text("menunggu jawaban pihak lain")).to_be_visible()
    looked_at(phone, "appointment-asked")
    front = signed_in(emails["front"], width=1280)
    front.goto(f"/perizinan/kerja/permohonan/{case.pk}/")
    front.get_by_role("button", name="Setujui").click()
    expect(front.get_by_text("disepakati", exact=True)).to_be_visible()
    looked_at(front, "appointment-agreed")

    # Returned with a letter, which the officer reads before it goes.
    front.get_by_role("link", name="Kembalikan kepada pemohon", exact=True).click()
    front.get_by_label("Isian yang keliru").fill("Sebut jam praktik")
    front.get_by_role("button", name="Kembalikan kepada pemohon", exact=True).click()
    expect(front.get_by_text("Baca surat yang akan dikirim")).to_be_visible()
    looked_at(front, "letter-first")
    front.get_by_role("button", name="Kembalikan kepada pemohon", exact=True).click()
    expect(front.get_by_role("link", name="Pemberitahuan kekurangan berkas permohonan")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("link", name="Pemberitahuan kekurangan berkas permohonan")).to_be_visible()
    looked_at(phone, "letter")

    # Refused, objected to, and answered by somebody who did not decide.
    with committed():
        now = timezone.now()
        by = {name: standing(User.objects.get(email=email), now) for name, email in emails.items()}
        do.submit(by=Standing(actor_of(case.applicant_id)), case=case.pk, key=uuid4(), now=now)
        do.pass_check(by=by["front"], case=case.pk, now=now)
        given = {"case": case.pk, "outcome": Outcome.REFUSED, "text": "Belum layak", "now": now}
        do.recommend(by=by["technical"], stage="health", **given)
        minutes = do.Minutes(today_in("36.03", now), "Sesuai", "Fatimah", agreed=True)
        do.record_visit(by=by["surveyor"], case=case.pk, stage="visit", minutes=minutes, now=now)
        do.decide(by=by["back"], stage="decide", reason="unmet", **given)
        do.sign_case(by=by["head"], case=case.pk, stage="sign", now=now)
    phone.reload()
    phone.get_by_role("link", name="Ajukan keberatan").click()
    looked_at(phone, "object")
    phone.get_by_label("Yang Anda keberatan").select_option("refusal")
    phone.get_by_label("Alasan keberatan Anda").fill("Syarat sudah lengkap")
    phone.get_by_role("button", name="Ajukan keberatan").click()
    expect(phone.get_by_text("Penolakan permohonan").first).to_be_visible()
    looked_at(phone, "objected")
    other = signed_in(emails["other"], width=360)
    other.goto("/perizinan/kerja/daerah/36.03/keberatan/")
    looked_at(other, "objections")
    other.get_by_role("link", name=case.number).click()
    looked_at(other, "objection")
    other.get_by_role("link", name="Jawab keberatan").click()
    other.get_by_label("Kabulkan keberatan").check()
    other.get_by_label("Penjelasan").fill("Benar")
    other.get_by_role("checkbox").check()
    other.get_by_role("button", name="Jawab").click()
    looked_at(other, "objection-letter")
    other.get_by_role("button", name="Jawab").click()
    expect(other.get_by_text("Keberatan dikabulkan")).to_be_visible()
