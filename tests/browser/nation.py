"""A national evaluation of few regions by an instrument of six dimensions: its people, the workbooks of the regions,
and what the walk does by no page, because it is the same for each region and each year."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone, translation

from browser.conftest import PASSWORD
from browser.walk import APPROVER, ASSESSOR, CHAIR, COORDINATOR, SECOND, SECRETARIAT
from evaluation.cycle import foreign
from evaluation.cycle.test_answers_sheets import Cells, edited
from pilar import index
from pilar.evaluation import operations
from pilar.evaluation.models import Assessment, Phase
from pilar.evaluation.operations.marking import NewMark
from pilar.evaluation.queries.answers import form
from pilar.evaluation.rules.stages import PhaseState
from pilar.evaluation.workbooks import answer_form
from pilar.people import operations as people
from pilar.people import queries
from pilar.people.models import User
from pilar.people.rules import OPERATOR, Role, Standing

CODE = "nasional"
OWN, PROMPT, LATE, STRAGGLER = "36.03", "36.04", "32.01", "36.71"
"""Kabupaten Tangerang; Kabupaten Serang; Kabupaten Bogor, which gets more time; Kota Tangerang, which never answers."""
ANSWERING = (OWN, PROMPT, LATE)
PEOPLE = {
    OWN: COORDINATOR,
    PROMPT: "koordinator.serang@contoh.invalid",
    LATE: "koordinator.bogor@contoh.invalid",
}
PANEL = (CHAIR, ASSESSOR, SECOND)

CELLS: dict[str, Cells] = {
    "vision_law": {"mark": 5, "explanation": "Peraturan bupati", "source": "JDIH"},
    "vision_team": {"mark": 4}, "vision_money": {"mark": 4},
    "citizens": {"mark": "4.25", "source": "Survei"},
    "services": {"realised": 7, "planned": 10, "source": "Laporan"},
    "openness": {"quantity": 40, "source": "Portal data"},
    "safety": {"mark": 5}, "reach": {"mark": 4},
}  # fmt: skip
WRONG: Cells = {"mark": 9}
"""On a scale that ends at 5."""


def instrument(year: int, version: str = "2.0") -> str:
    """The instrument that is sent by page; before it, ``1.0`` of the year before, by which citizens counted less."""
    text = foreign.INSTRUMENT.replace("year: 2027", f"year: {year}")
    if version == "2.0":
        return text.replace("scale:", BASIS.format(year=year), 1)
    text = text.replace('version: "2.0"', f'version: "{version}"').replace(f"year: {year}", f"year: {year - 1}")
    citizens, reach = "title: {id: Warga, en: Citizens}, weight: ", "title: {id: Jangkauan, en: Reach}, weight: "
    return text.replace(f"{citizens}20", f"{citizens}10").replace(f"{reach}20", f"{reach}30")


BASIS = "basis: {{kind: decree, number: KM 17 Tahun {year}, dated: {year}-01-05, status: official}}\nscale:"


def prepare(year: int) -> None:
    """The version before, a third assessor, and the coordinators of two more regions."""
    text = instrument(year, "1.0")
    operations.add_instrument(by=OPERATOR, instrument=index.parse_instrument(text), document=text)
    given = {"by": OPERATOR, "password": PASSWORD, "now": timezone.now()}
    people.create_account(email=SECOND, name="Akun contoh Asesor Kedua", role=Role.ASSESSOR, **given)
    for region, email in PEOPLE.items():
        if region != OWN:
            people.create_account(
                email=email, name=f"Akun contoh {region}", role=Role.COORDINATOR, region=region, **given
            )


def who(email: str) -> Standing:
    return queries.standing(User.objects.get(email=email), timezone.now())


def key_of(region: str, phase: int = 1, campaign: str = CODE) -> int:
    """The assessment of a region."""
    return Assessment.objects.get(participation__region=region, phase__campaign__code=campaign, phase__number=phase).pk


def workbook(region: str, cells: dict[str, Cells]) -> dict[str, str | bytes]:
    """The form of a region as it was exported and filled in, as a browser takes it."""
    with translation.override("id"):
        found = form(key_of(region), scope=who(PEOPLE[region]), now=timezone.now())
        content = edited(answer_form(found, only_own=False), cells)
    return {"name": f"{region}.xlsx", "mimeType": "application/octet-stream", "buffer": content}


def end(phase: int = 1, campaign: str = CODE) -> None:
    """The time to answer is over."""
    dates(phase, campaign, opens=-3, closes=-1)


def dates(phase: int, campaign: str, *, opens: int, closes: int) -> None:
    now = timezone.now()
    Phase.objects.filter(campaign__code=campaign, number=phase).update(
        opens_at=now + timedelta(hours=opens), closes_at=now + timedelta(hours=closes)
    )


def submit(region: str, phase: int = 1, campaign: str = CODE) -> None:
    operations.submit(by=who(PEOPLE[region]), assessment=key_of(region, phase, campaign), now=timezone.now())


def confirm(region: str) -> None:
    """A region stands by what was filled in."""
    operations.confirm_filled(
        by=who(PEOPLE[region]), assessment=key_of(region), seen=dict.fromkeys(CELLS, 1), now=timezone.now()
    )


def mark(phase: int = 1, campaign: str = CODE, **given: str) -> None:
    """The panels mark every region as it marks itself, but for ``given``."""
    marks = [NewMark(node, Decimal(value), "Bukti menunjukkan lain") for node, value in (foreign.MARKS | given).items()]
    for region in ANSWERING:
        for email in PANEL:
            where = {
                "by": who(email), "assessment": key_of(region, phase, campaign), "now": timezone.now(),
            }  # fmt: skip
            operations.save_marks(**where, marks=marks)
            operations.finish_marking(**where)


def walk_through(phase: int, campaign: str = CODE, **given: str) -> None:
    """A phase from its opening to publication, without anything out of the ordinary."""
    dates(phase, campaign, opens=-1, closes=1)
    move(phase, campaign, PhaseState.OPEN)
    for region in ANSWERING:
        by, key = who(PEOPLE[region]), key_of(region, phase, campaign)
        for node, answer in foreign.ANSWERS.items():
            operations.save_answer(by=by, assessment=key, node=node, given=answer, seen_version=0, now=timezone.now())
        submit(region, phase, campaign)
    end(phase, campaign)
    move(phase, campaign, PhaseState.CLOSED, PhaseState.DESK_CHECK)
    mark(phase, campaign, **given)
    move(phase, campaign, PhaseState.REVIEW, PhaseState.AGREED)
    where = {"campaign": campaign, "phase": phase}
    operations.compute_results(by=who(SECRETARIAT), reason="", now=timezone.now(), **where)
    operations.approve_results(by=who(APPROVER), version=1, now=timezone.now(), **where)
    move(phase, campaign, PhaseState.OBJECTION)
    for region in ANSWERING:
        operations.accept_result(by=who(PEOPLE[region]), assessment=key_of(region, phase, campaign), now=timezone.now())
    move(phase, campaign, PhaseState.FINAL)
    now: datetime = timezone.now()
    operations.publish_results(
        by=who(SECRETARIAT), version=1, letter_number=f"B-{phase}/{campaign}", letter_date=timezone.localdate(),
        now=now, **where,
    )  # fmt: skip


def move(phase: int, campaign: str, *targets: PhaseState) -> None:
    for target in targets:
        operations.move_phase(
            by=who(SECRETARIAT), campaign=campaign, phase=phase, target=target, reason="", now=timezone.now()
        )
