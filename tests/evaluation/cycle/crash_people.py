"""Who works at the server that is killed: what each asks for, and what must be whole afterwards."""

from __future__ import annotations

import itertools
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from evaluation.cycle.agreed import LETTER, LETTER_DATE, agree, approve, compute, recommend
from evaluation.cycle.crashing import Person, Reply, Server, version_in
from evaluation.cycle.test_answers_operations import fill
from evaluation.cycle.world import CODE, NOW, OWN, World
from evidence import samples
from pilar.evaluation import operations
from pilar.evaluation.models import (
    AgreedMark,
    Answer,
    AnswerEvidence,
    Finding,
    FollowUp,
    Phase,
    PhaseMove,
    Publication,
)
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.evidence import operations as evidence
from pilar.evidence.models import Evidence, HeldFile, Revision
from pilar.people.models import Notice
from pilar.people.rules import OPERATOR
from pilar.platform.models import AuditEvent


class Writer:
    """Somebody who goes on writing the explanation of one indicator, and remembers what the server acknowledged."""

    def __init__(self, world: World, server: Server) -> None:
        self.person = Person(server, world.user("contributor"))
        self.path = f"/kerja/penilaian/{world.assessment().pk}/indikator/policy/"
        self.texts = (f"Penjelasan {number}" for number in itertools.count(1))
        self.seen = 0
        self.last = ""
        self.acknowledged: dict[int, str] = {}

    def write(self) -> Reply:
        self.last = next(self.texts)
        return self.send()

    def send(self) -> Reply:
        """What was typed last; also once more, where no answer came."""
        values = {"mark": 3, "explanation": self.last, "version": self.seen}
        reply = self.person.post(self.path, values, autosave=True)
        assert (reply.status, reply.headers["X-Autosave"]) == (200, "saved"), reply.body
        self.seen = version_in(reply)
        self.acknowledged[self.seen] = self.last
        return reply

    def assert_whole(self) -> None:
        row = Answer.objects.filter(node="policy").first()
        if row is None:
            assert not self.acknowledged
            assert not AuditEvent.objects.filter(action="answer").exists()
            return
        log = AuditEvent.objects.filter(action="answer", target="evaluation.answer", key=str(row.pk)).order_by("pk")
        written = {event.after["version"]: event.after["explanation"] for event in log}
        assert list(written) == list(range(1, row.version + 1)), "each version once, in order"
        assert len(log) == row.version
        assert written[row.version] == row.explanation
        assert self.acknowledged.items() <= written.items()


class Uploader:
    """Somebody who goes on attaching files to one indicator."""

    def __init__(self, world: World, server: Server, folder: Path) -> None:
        self.person = Person(server, world.user("contributor"))
        self.path = f"/kerja/penilaian/{world.assessment().pk}/indikator/policy/bukti/"
        self.office = world.offices[OWN][0]
        self.folder = folder
        self.titles = (f"Bukti {number}" for number in itertools.count(1))
        self.acknowledged: set[str] = set()

    def upload(self) -> Reply:
        title = next(self.titles)
        content = samples.pdf(title * 20_000)
        reply = self.person.post(self.path, {"title": title, "office": self.office}, file=("a.pdf", content))
        assert reply.status == 302, reply.body
        self.acknowledged.add(title)
        return reply

    def files(self) -> set[str]:
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()}

    def assert_whole(self) -> None:
        pieces = set(Evidence.objects.values_list("title", flat=True))
        assert self.acknowledged <= pieces
        held = set(HeldFile.objects.values_list("storage_key", flat=True))
        kept = set(Revision.objects.values_list("storage_key", flat=True))
        assert not held & kept
        assert kept <= self.files() <= held | kept, "no version without its file, no file without a row"
        assert evidence.check_store(by=OPERATOR) == (), "every file is whole"
        counts = {
            Evidence.objects.count(),
            Revision.objects.count(),
            AnswerEvidence.objects.count(),
            AuditEvent.objects.filter(target="evidence.evidence", action="add").count(),
            AuditEvent.objects.filter(target="evaluation.assessment", action="attach").count(),
        }
        assert len(counts) == 1, "added, attached and logged, or none of it"

    def assert_swept(self) -> None:
        evidence.sweep(by=OPERATOR, now=timezone.now() + timedelta(hours=2))
        assert not HeldFile.objects.exists()
        assert self.files() == set(Revision.objects.values_list("storage_key", flat=True))


class Submitter:
    """The coordinator, who submits; the secretariat gives back what was submitted."""

    def __init__(self, world: World, server: Server) -> None:
        self.world = world
        self.key = world.assessment().pk
        self.person = Person(server, world.user("coordinator"))
        world.set_phase(PhaseState.DRAFT)
        operations.move_phase(by=world.who("secretariat"), campaign=CODE, phase=1, target=PhaseState.OPEN, now=NOW)
        fill(world)

    def submit(self) -> Reply:
        reply = self.person.confirm(f"/kerja/penilaian/{self.key}/pengajuan/", {})
        assert reply.status == 302, reply.body
        return reply

    def assert_whole(self) -> bool:
        """Whether it is submitted."""
        row = self.world.assessment()
        submitted = row.state == AssessmentState.SUBMITTED
        assert {row.submitted_at is not None, row.submitted_by_id is not None} == {submitted}
        log = AuditEvent.objects.filter(target="evaluation.assessment", key=str(self.key))
        times = log.filter(action="submit").count()
        assert times - log.filter(action="return").count() == submitted
        waiting = Notice.objects.filter(subject=f"evaluation.assessment:{self.key}", done_at=None)
        assert waiting.exists() != submitted, "who has submitted has nothing left to do"
        return submitted

    def give_back(self) -> None:
        operations.return_assessment(
            by=self.world.who("secretariat"), assessment=self.key, reason="Lengkapi bukti", now=NOW
        )


class Publisher:
    """The secretariat, which publishes the newest version."""

    def __init__(self, world: World, server: Server) -> None:
        self.world = world
        self.person = Person(server, world.user("secretariat"))
        self.version = 1
        recommend(world)
        agree(world)
        compute(world)
        approve(world)
        world.set_phase(PhaseState.FINAL)

    def publish(self) -> Reply:
        letter = {"letter_number": f"{LETTER}/{self.version}", "letter_date": LETTER_DATE}
        reply = self.person.confirm(f"/kerja/periode/{CODE}/hasil/1/versi/{self.version}/terbitkan/", letter)
        assert reply.status == 302, reply.body
        return reply

    def assert_whole(self) -> bool:
        """Whether the newest version is published."""
        numbers = sorted(Publication.objects.values_list("snapshot__version", flat=True))
        log = AuditEvent.objects.filter(target="evaluation.snapshot", action="publish").order_by("pk")
        assert [event.after["version"] for event in log] == numbers
        first = bool(numbers)
        assert Phase.objects.get(number=1).state == (PhaseState.PUBLISHED if first else PhaseState.FINAL)
        assert PhaseMove.objects.filter(to_state=PhaseState.PUBLISHED).count() == first
        assert AuditEvent.objects.filter(target="evaluation.phase", action="move").count() == first
        recommended = Finding.objects.filter(kind=Finding.Kind.RECOMMENDATION).count()
        assert FollowUp.objects.count() == recommended * first
        told = Notice.objects.filter(kind="evaluation.results-published").count()
        assert told == len(numbers) * len(self.world.participations)
        return self.version in numbers

    def correct(self) -> None:
        """A new version, computed from another mark and approved."""
        mark = AgreedMark.objects.get(assessment=self.world.assessment(), node="policy")
        made = operations.correct_results(
            by=self.world.who("secretariat"),
            campaign=CODE,
            phase=1,
            region=OWN,
            marks={"policy": Decimal(5) - mark.value},
            reason="Bukti dibaca ulang",
            now=NOW,
        )
        self.version = made.version
        approve(self.world, version=made.version)
