"""The signatory of a region, and the statement of full responsibility with which a self-assessment is submitted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from evaluation.cycle.test_answers_operations import GOOD, a_link, faults_of, fill, save
from evaluation.cycle.test_answers_pages import words
from evaluation.cycle.world import CODE, NEIGHBOUR, NOW, OWN, World
from evidence.samples import pdf
from kit.worlds import once
from people.team import account
from pilar.evaluation import operations
from pilar.evaluation.models import AnswerEvidence, Assessment, Campaign
from pilar.evaluation.operations.announcing import announce_opening
from pilar.evaluation.operations.responsibility import STATEMENT
from pilar.evaluation.queries import campaigns
from pilar.evaluation.queries.answers import form
from pilar.evaluation.queries.responsibility import Responsibility, responsibility
from pilar.evaluation.rules import responsibility as rules
from pilar.evaluation.rules.campaigns import CampaignRules
from pilar.evaluation.rules.responsibility import SignatorySubmits, Signed
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.evidence import operations as evidence
from pilar.evidence.models import Revision
from pilar.evidence.operations import Content, Link
from pilar.people.models import Notice
from pilar.people.operations import set_active
from pilar.people.rules import OPERATOR, Role
from pilar.platform import audit
from pilar.platform.errors import Faults

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
REQUIRED = date(2026, 3, 1)
"""The day of ``NOW`` in the region."""


@once
def answered(world: World) -> World:
    """Everything is answered; the campaign asks for the statement from today on."""
    world.set_phase(PhaseState.OPEN)
    fill(world)
    Campaign.objects.update(statement_since=REQUIRED)
    return world


@once
def signing(answered: World) -> World:
    """The same, with an account of the region's signatory."""
    answered.keys[f"signatory {OWN}"] = account("sekda@contoh.invalid", Role.SIGNATORY, region=OWN)
    return answered


def seen(world: World, name: str = "coordinator") -> Responsibility:
    return responsibility(form(world.assessment().pk, scope=world.who(name), now=NOW), now=NOW)


def scan(world: World, name: str) -> Content:
    return evidence.receive(
        by=world.who(name), region=OWN, upload=BytesIO(pdf("Bertanda tangan")), name="sptjm.pdf", now=NOW
    )


def bring_in(world: World, name: str = "coordinator", code: str = "") -> None:
    given = code or seen(world, name).written_code
    operations.attach_statement(
        by=world.who(name), assessment=world.assessment().pk, code=given, content=scan(world, name), now=NOW
    )


def submit(world: World, name: str = "coordinator") -> None:
    operations.submit(by=world.who(name), assessment=world.assessment().pk, now=NOW)


def test_a_campaign_asks_from_its_day_on() -> None:
    asked = [rules.is_required(since, REQUIRED) for since in (None, date(2026, 3, 2), REQUIRED, date(2026, 2, 28))]
    assert asked == [False, False, True, True]


def test_the_code_changes_with_answers_and_evidence_and_not_with_their_order() -> None:
    one = [("a", 1, [("x", 1), ("y", 2)]), ("b", 0, [])]
    same = [("b", 0, []), ("a", 1, [("y", 2), ("x", 1)])]
    others = [
        [("a", 2, [("x", 1), ("y", 2)]), ("b", 0, [])],
        [("a", 1, [("x", 1), ("y", 3)]), ("b", 0, [])],
        [("a", 1, [("x", 1)]), ("b", 0, [])],
    ]
    assert rules.code_of(one) == rules.code_of(same)
    assert len({rules.code_of(one), *map(rules.code_of, others)}) == 4
    code = rules.code_of(one)
    assert rules.read_code(f" {rules.written(code).lower()} ") == rules.read_code("-".join(code)) == code


def test_what_keeps_it_from_being_submitted() -> None:
    found = {
        signed and (signed.code, signed.infected): [fault.code for fault in rules.faults(signed, "AB")]
        for signed in (None, Signed("AB"), Signed("CD"), Signed("AB", infected=True))
    }
    assert found == {
        None: ["statement-missing"],
        ("AB", False): [],
        ("CD", False): ["statement-of-other-answers"],
        ("AB", True): ["statement-infected"],
    }


def test_without_a_signatory_the_coordinator_brings_it_in_and_submits(answered: World) -> None:
    with pytest.raises(Faults) as refused:
        submit(answered)
    assert faults_of(refused) == [("statement-missing", "")]
    bring_in(answered)
    submit(answered)
    row = answered.assessment()
    assert (row.state, row.submitted_by_id) == (AssessmentState.SUBMITTED, answered.key("coordinator"))
    said = audit.events(target="evaluation.assessment", key=row.pk)[0]
    assert (said.action, said.after["statement"]) == ("submit", 1)


def test_a_campaign_that_does_not_ask_is_submitted_as_before(answered: World) -> None:
    for since in (None, date(2026, 3, 2)):
        Campaign.objects.update(statement_since=since)
        assert (seen(answered).required, seen(answered).faults) == (False, ())
    submit(answered)
    assert answered.assessment().state == AssessmentState.SUBMITTED


def test_the_signatory_alone_submits_and_the_coordinator_prepares(signing: World) -> None:
    bring_in(signing)
    with pytest.raises(SignatorySubmits, match="Sekda"):
        submit(signing)
    assert signing.assessment().state == AssessmentState.PREPARING
    told = Notice.objects.get(kind=STATEMENT)
    assert (told.user_id, told.region_id, told.done_at) == (signing.key("signatory"), OWN, None)
    submit(signing, "signatory")
    row = signing.assessment()
    assert (row.state, row.submitted_by_id) == (AssessmentState.SUBMITTED, signing.key("signatory"))
    told.refresh_from_db()
    assert told.done_at is not None


def test_a_signatory_who_cannot_sign_in_or_signs_elsewhere_holds_nobody_up(signing: World) -> None:
    set_active(by=OPERATOR, user=signing.key("signatory"), active=False, now=NOW)
    account("sekda.tetangga@contoh.invalid", Role.SIGNATORY, region=NEIGHBOUR)
    assert (seen(signing).signatories, seen(signing).leaves) == ((), None)
    bring_in(signing)
    submit(signing)


def test_a_signatory_submits_without_a_statement_where_none_is_asked_for(signing: World) -> None:
    Campaign.objects.update(statement_since=None)
    with pytest.raises(SignatorySubmits):
        submit(signing)
    submit(signing, "signatory")


def test_what_is_changed_after_signing_is_signed_anew(answered: World) -> None:
    bring_in(answered)
    first = seen(answered)
    save(answered, "policy", replace(GOOD["policy"], explanation="Perbup 8/2021"), seen_version=1)
    assert [fault.code for fault in seen(answered).faults] == ["statement-of-other-answers"]
    assert [first.is_of_now, seen(answered).is_of_now] == [True, False]
    with pytest.raises(Faults) as refused:
        bring_in(answered, code=first.code)
    assert faults_of(refused) == [("other-code", "code")]
    bring_in(answered)
    row = answered.assessment()
    assert (row.statement_number, seen(answered).is_of_now) == (2, True)
    assert Revision.objects.filter(evidence=row.statement_id).count() == 2
    piece = a_link(answered)
    operations.attach(by=answered.who("contributor"), assessment=row.pk, node="policy", evidence=piece, now=NOW)
    assert not seen(answered).is_of_now
    bring_in(answered)
    assert answered.assessment().statement_number == 3


def test_a_link_is_no_signed_paper(answered: World) -> None:
    given = {"assessment": answered.assessment().pk, "code": seen(answered).code, "now": NOW}
    with pytest.raises(Faults) as refused:
        operations.attach_statement(
            by=answered.who("coordinator"), content=Link("https://contoh.invalid/sptjm"), **given
        )
    assert faults_of(refused) == [("no-file", "file")]


def test_what_the_database_refuses(answered: World) -> None:
    with pytest.raises(IntegrityError):
        Assessment.objects.filter(pk=answered.assessment().pk).update(statement_code="ABCD1234")


def test_the_day_is_a_setting_of_the_campaign(world: World) -> None:
    day = date(2026, 4, 1)
    rules_now = CampaignRules("Evaluasi uji 2026", "Test evaluation 2026", statement_since=day)
    operations.edit_campaign(by=world.who("secretariat"), campaign=CODE, rules=rules_now)
    assert campaigns.head(CODE, scope=world.who("secretariat")).rules.statement_since == day
    client = Client()
    client.force_login(world.user("secretariat"), BACKEND)
    page = client.get(reverse("evaluation:campaign", args=[CODE])).content.decode()
    assert "wajib mulai 1 April 2026" in page


def test_the_page_tells_signs_and_takes(signing: World) -> None:
    client = Client()
    client.force_login(signing.user("signatory"), BACKEND)
    key = signing.assessment().pk
    address, ready = (reverse(f"evaluation:{name}", args=[key]) for name in ("statement", "submission"))
    code = seen(signing, "signatory").written_code
    assert code in words(client.get(address))
    paper = client.get(reverse("evaluation:statement-paper", args=[key]))
    text = " ".join(pypdf.PdfReader(BytesIO(paper.content)).pages[0].extract_text().split())
    for expected in ("bukan formulir resmi", code, "Sekda", "Kabupaten Tangerang"):
        assert expected in text, expected
    assert "Surat pernyataan tanggung jawab yang ditandatangani belum ada" in words(client.get(ready))
    wrong = client.post(address, {"code": "0000 0000", "file": _upload()})
    assert wrong.status_code == 422
    assert "kode lain" in words(wrong)
    held = wrong.context["upload"]["held"].value()
    assert "Berkas Anda tersimpan" in words(wrong)
    assert 'class="required">Berkas<' in client.get(address).content.decode(), "told before that it has to be there"
    nothing = client.post(address, {"code": code})
    assert (nothing.status_code, signing.assessment().statement_id) == (422, None)
    assert "Pilih berkas yang ditandatangani" in words(nothing)
    kept = client.post(address, {"code": code.lower(), "held": held})
    assert (kept.status_code, kept["Location"]) == (302, address)
    assert "sptjm.pdf" in words(client.get(address))
    check = client.get(ready)
    assert check.status_code == 200
    assert "belum ada" not in words(check)


def test_the_coordinator_reads_who_submits(signing: World) -> None:
    client = Client()
    client.force_login(signing.user("coordinator"), BACKEND)
    page = words(client.get(reverse("evaluation:submission", args=[signing.assessment().pk])))
    assert "Penanda tangan daerah Anda yang mengajukan: Sekda" in page
    assert '<form method="post"' not in page


def _upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("sptjm.pdf", pdf("Bertanda tangan"), "application/pdf")


def ready(world: World, name: str) -> tuple[bool, list[str]]:
    client = Client()
    client.force_login(world.user(name), BACKEND)
    found = client.get(f"/api/v1/assessments/{world.assessment().pk}/readiness").json()
    return found["ready"], [one["code"] for one in found["obstacles"]]


def test_the_api_calls_ready_what_can_be_submitted(signing: World) -> None:
    assert ready(signing, "signatory") == (False, ["statement-missing"])
    assert ready(signing, "coordinator") == (False, ["statement-missing", "signatory-submits"])
    bring_in(signing)
    assert ready(signing, "signatory") == (True, [])
    assert ready(signing, "coordinator") == (False, ["signatory-submits"])


def test_the_code_is_the_same_for_who_does_not_read_every_piece(answered: World) -> None:
    before, by, held = seen(answered).code, answered.who("coordinator"), scan(answered, "coordinator")
    assert not isinstance(held, Link)
    piece = evidence.keep_made(by=by, region=OWN, title="Daftar", held=held, reserved=True, now=NOW)
    operations.attach(by=by, assessment=answered.assessment().pk, node="policy", evidence=piece, now=NOW)
    codes = {name: seen(answered, name).code for name in ("coordinator", "verifier", "colleague", "contributor")}
    assert len(set(codes.values())) == 1, codes
    assert before not in codes.values()


def test_what_was_handed_in_is_not_compared_with_what_came_after(answered: World) -> None:
    piece, key = a_link(answered), answered.assessment().pk
    operations.attach(by=answered.who("contributor"), assessment=key, node="policy", evidence=piece, now=NOW)
    bring_in(answered)
    code = seen(answered).written_code
    submit(answered)
    AnswerEvidence.objects.filter(evidence=piece).update(number=2)  # as an answered request for evidence does
    client = Client()
    client.force_login(answered.user("coordinator"), BACKEND)
    for name in ("statement", "submission"):
        page = words(client.get(reverse(f"evaluation:{name}", args=[key])))
        assert code in page, name
        for wrong in ("jawaban lain", "Cetak dan tandatangani"):
            assert wrong not in page, (name, wrong)


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
def test_the_paper_bears_the_code_of_what_was_submitted(answered: World, signed: bool) -> None:
    by, key = answered.who("contributor"), answered.assessment().pk
    piece = a_link(answered)
    operations.attach(by=by, assessment=key, node="policy", evidence=piece, now=NOW)
    if signed:
        bring_in(answered)
    else:
        Campaign.objects.update(statement_since=None)
    code = seen(answered).written_code
    assert (seen(answered).submitted, "no part of it" in paper_of(answered)) == (None, False)
    submit(answered)
    AnswerEvidence.objects.filter(evidence=piece).update(number=2)  # as an answered request for evidence does
    for _time in range(101):  # a region accepts its result and takes that back as often as it likes
        audit.record(answered.who("coordinator"), "accept", "evaluation.assessment", key, area=OWN)
    assert (seen(answered).written_code, seen(answered).submitted) == (code, 1)
    paper = paper_of(answered)
    assert code in paper
    assert "no part of it" in paper
    operations.return_assessment(by=answered.who("secretariat"), assessment=key, reason="Belum lengkap", now=NOW)
    save(answered, "policy", replace(GOOD["policy"], explanation="Perbup 8/2021"), seen_version=1)
    assert code not in paper_of(answered)


def paper_of(world: World) -> str:
    client = Client()
    client.force_login(world.user("coordinator"), BACKEND)
    paper = client.get(f"/en/kerja/penilaian/{world.assessment().pk}/pernyataan.pdf")
    return " ".join(pypdf.PdfReader(BytesIO(paper.content)).pages[0].extract_text().split())


def test_the_signatory_is_told_when_it_opens_and_reminded(signing: World) -> None:
    with transaction.atomic():
        announce_opening(by=signing.who("secretariat"), phase=signing.phases[1], now=NOW)
    operations.remind(by=signing.who("secretariat"), campaign=CODE, phase=1, now=NOW)
    told = Notice.objects.filter(user=signing.key("signatory"), done_at=None).order_by("kind")
    assert [row.kind for row in told] == ["evaluation.opened", "evaluation.reminder"]
    assert told[0].address == reverse("evaluation:submission", args=[signing.assessment().pk])
    bring_in(signing)
    submit(signing, "signatory")
    assert not told.all().exists()
