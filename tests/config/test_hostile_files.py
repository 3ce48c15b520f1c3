"""Files made to hurt, through every door of the site that takes a file: one sentence, little memory, no error page."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import autodiscover_modules

from areas.places import PLACES, load
from evaluation.cycle import panel
from evaluation.cycle import world as cycle
from evidence import samples
from evidence.cast import OWN, make_cast
from kit.hostile import SHEET, TEXTS, WORKBOOKS, changed, claiming, damaged, many_entries
from masterplan import world as plans
from measures import world as figures
from people.team import account
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.models import User
from pilar.people.rules import Role
from pilar.permits.rules.roles import Role as PermitRole
from pilar.platform.imports import keeping, known_kinds
from pilar.platform.models import Import
from surveys import world as surveyed
from villagefinance import accounts, drafting
from villagefinance import world as villages

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MAX_GROWTH = 80 * 2**20

# What the refusals say to a reader in Indonesian.
SAID = {
    "too-costly": "Membaca berkas ini memakan terlalu banyak waktu atau memori",
    "workbook-too-large": "berkas Excel ini terlalu besar",
    "too-many-cells": "Sel tabel ini terlalu banyak",
    "too-many-rows": "Tabel ini memiliki lebih dari",
    "broken-workbook": "rusak, atau bukan",
    "too-many-columns": "sel yang dapat dibaca",
    "not-workbook": "Ini bukan berkas Excel",
    "not-archive": "Ini bukan arsip ZIP",
    "damaged-archive": "rusak atau dikunci",
    "too-many-files": "Arsip ini berisi lebih dari",
    "broken-archive": "rusak atau memakai kata sandi",
    "no-files": "Tidak ada berkas di dalam arsip",
    "no-tables": "tidak memiliki tabel Siskeudes",
    "too-large": "Berkas lebih besar dari",
    "no-such-sheet": "tidak memuat lembar",
}
BOOKS = (
    "25 million empty rows", "2 million filled cells in 111 kB", "20,000 parts", "a document type in UTF-16",
    "a corrupt LZMA part",
)  # fmt: skip
FILES = {name: WORKBOOKS[name] for name in BOOKS} | {
    name: TEXTS[name] for name in ("18 million separators", "9 million rows")
}


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    kept = {"BACKEND": "pilar.evidence.store.PrivateFolder", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"evidence": kept}


@cache
def made(name: str) -> bytes:
    return FILES[name][0]()


def file(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"berkas.{'xlsx' if name in WORKBOOKS else 'csv'}", made(name))


def client_of(account: Any) -> Client:
    client = Client()
    client.force_login(account, BACKEND)
    return client


Send = Callable[[SimpleUploadedFile], Any]


def answers(address: str) -> Send:
    world = cycle.make_world()
    world.set_phase(PhaseState.OPEN)
    client, where = client_of(world.user("coordinator", cycle.OWN)), address.format(key=world.assessment().pk)
    return lambda sent: client.post(where, {"file": sent})


def region_forms() -> Send:
    world = cycle.make_world()
    world.set_phase(PhaseState.OPEN)
    client = client_of(world.user("secretariat"))
    where = reverse("evaluation:fill-in", args=[cycle.CODE, 1])

    def send(sent: SimpleUploadedFile) -> Any:
        answer = client.post(where, {"file": sent})
        if answer.status_code >= 400:
            return answer
        keeping.work(key=Import.objects.get().pk)
        shown = client.get(where)
        shown.status_code = 422
        return shown

    return send


def seats() -> Send:
    client = client_of(cycle.make_world().user("secretariat"))
    return lambda sent: client.post(reverse("evaluation:import-seats", args=[cycle.CODE]), {"file": sent})


def region_figures() -> Send:
    client = client_of(cycle.make_world().user("secretariat"))
    return lambda sent: client.post(reverse("evaluation:import-region-figures"), {"file": sent})


def marks() -> Send:
    world = cycle.make_world()
    key, client = panel.hand_in(world), client_of(world.user("assessor1"))
    return lambda sent: client.post(f"/api/v1/marking/{key}/import", {"file": sent})


def values(page: str) -> Send:
    load(PLACES)
    client = client_of(figures.make_world().cast.user("contributor"))
    return lambda sent: client.post(reverse(f"measures:{page}", args=[figures.OWN]), {"file": sent})


def sheets() -> Send:
    load(PLACES)
    world = surveyed.make_world()
    surveyed.running(world)
    client = world.client("coordinator")
    return lambda sent: client.post(f"/kerja/survei/{world.survey}/impor/", {"file": sent})


def programmes(*, api: bool) -> Send:
    load(PLACES)
    world = plans.make_world()
    client = client_of(world.cast.user("coordinator"))
    page = reverse("masterplan:imports", args=[world.version])

    def send(sent: SimpleUploadedFile) -> Any:
        where = f"/api/v1/plan-versions/{world.version}/imports" if api else page
        answer = client.post(where, {"file": sent})
        if answer.status_code >= 400:
            return answer
        row = plans.own_imports().get()
        keeping.work(key=row.pk)
        shown = client.get(reverse("masterplan:import", args=[row.pk]), follow=True)
        shown.status_code = 422
        return shown

    return send


def list_of_programmes() -> Send:
    load(PLACES)
    world = plans.make_world()
    client = client_of(world.cast.user("coordinator"))
    return lambda sent: client.post(reverse("masterplan:list-imports", args=[world.version]), {"file": sent})


def past_reports() -> Send:
    load(PLACES)
    world = plans.make_world()
    client = client_of(world.cast.user("coordinator"))
    return lambda sent: client.post(reverse("masterplan:past-reports", args=[world.version]), {"file": sent})


def budget_lines() -> Send:
    world = villages.make_world()
    drafting.draft(world, ())
    client = accounts.client_of(world, "secretary")
    address = reverse("villagefinance:import", args=[drafting.AT["village"], drafting.AT["year"], 1])
    return lambda sent: client.post(address, {"file": sent})


def siskeudes() -> Send:
    world = villages.make_world()
    drafting.draft(world, ())
    client = accounts.client_of(world, "secretary")
    address = reverse("villagefinance:import-siskeudes", args=[villages.VILLAGE, drafting.COMING, 1])
    return lambda sent: client.post(address, {"file": sent})


def plan() -> Send:
    client = accounts.client_of(villages.make_world(), "secretary")
    address = reverse("villagefinance:import-plan", args=[villages.VILLAGE, drafting.COMING])
    return lambda sent: client.post(address, {"file": sent})


def ceilings() -> Send:
    client = accounts.client_of(villages.make_world(), "office")
    address = reverse("villagefinance:ceilings", args=[villages.REGION, drafting.COMING])
    return lambda sent: client.post(address, {"file": sent})


def prices() -> Send:
    client = accounts.client_of(villages.make_world(), "office")
    return lambda sent: client.post(reverse("villagefinance:prices", args=[villages.REGION]), {"file": sent})


def investment(what: str) -> Send:
    load(PLACES)
    key = account("perizinan@contoh.invalid", PermitRole.FRONT, region=OWN)  # type: ignore[arg-type]
    client = client_of(User.objects.get(pk=key))
    address = reverse("permits:import", args=[OWN, what])
    return lambda sent: client.post(address, {"file": sent})


def payments() -> Send:
    load(PLACES)
    key = account("kas@contoh.invalid", PermitRole.TREASURY, region=OWN)  # type: ignore[arg-type]
    client = client_of(User.objects.get(pk=key))
    return lambda sent: client.post(reverse("permits:payments", args=[OWN]), {"file": sent})


def enrolling(name: str) -> Send:
    load(PLACES)
    client = client_of(User.objects.get(pk=account("sekretariat@contoh.invalid", Role.SECRETARIAT)))
    return lambda sent: client.post(reverse(f"people:{name}"), {"file": sent})


def instruments() -> Send:
    client = client_of(cycle.make_world().user("secretariat"))
    return lambda sent: client.post(reverse("evaluation:send-instrument"), {"file": sent})


def questionnaires() -> Send:
    client = client_of(cycle.make_world().user("secretariat"))
    return lambda sent: client.post(reverse("surveys:send-questionnaire"), {"file": sent})


IMPORTERS: dict[str, Callable[[], Send]] = {
    "where one may invest": lambda: investment("potensi"),
    "realised investment": lambda: investment("realisasi"),
    "businesses by the OSS": lambda: investment("oss"),
    "payments of levies": payments,
    "accounts": lambda: enrolling("import-accounts"),
    "offices": lambda: enrolling("import-offices"),
    "answers, page": lambda: answers("/kerja/penilaian/{key}/impor/"),
    "answers of many regions": region_forms,
    "instruments": instruments,
    "questionnaires": questionnaires,
    "seats on panels": seats,
    "figures of regions": region_figures,
    "answers, API": lambda: answers("/api/v1/assessments/{key}/import"),
    "marks, API": marks,
    "values of measures": lambda: values("import"),
    "values of a data portal": lambda: values("import-portal"),
    "answers of a survey": sheets,
    "ceilings of villages": ceilings,
    "standard prices of a region": prices,
    "lines of a village budget": budget_lines,
    "plan of a village": plan,
    "budget in Siskeudes": siskeudes,
    "list of a region": list_of_programmes,
    "past reports": past_reports,
    "programmes, page": lambda: programmes(api=False),
    "programmes, API": lambda: programmes(api=True),
}


KINDS = {
    "evaluation.answers": "answers, page",
    "evaluation.region-forms": "answers of many regions",
    "masterplan.list": "list of a region",
    "masterplan.past-reports": "past reports",
    "masterplan.programmes": "programmes, page",
    "measures.mapped": "values of a data portal",
    "measures.values": "values of measures",
    "people.accounts": "accounts",
    "people.offices": "offices",
    "evaluation.instrument": "instruments",
    "evaluation.seats": "seats on panels",
    "evaluation.region-figures": "figures of regions",
    "permits.oss": "businesses by the OSS",
    "permits.payments": "payments of levies",
    "permits.potentials": "where one may invest",
    "permits.realised": "realised investment",
    "surveys.answers": "answers of a survey",
    "surveys.questionnaire": "questionnaires",
    "villagefinance.budget-lines": "lines of a village budget",
    "villagefinance.ceilings": "ceilings of villages",
    "villagefinance.prices": "standard prices of a region",
    "villagefinance.plan": "plan of a village",
    "villagefinance.siskeudes": "budget in Siskeudes",
}
"""The imports of the rooms (``platform.imports``), and where they are in the list."""


def peak() -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) * 1024


QUICK = "9 million rows"
"""What every importer refuses in the quick selection, too; one door reads for all and refuses the rest for one."""


def _tries() -> list[Any]:
    every = [(importer, name) for name in FILES for importer in IMPORTERS]
    left_out = {one for one in every if one[1] != QUICK and one[0] != KINDS["measures.values"]}
    return [pytest.param(*one, marks=pytest.mark.thorough if one in left_out else ()) for one in every]


@pytest.mark.parametrize(("importer", "name"), _tries())
def test_every_importer_refuses_hostile_files(importer: str, name: str) -> None:
    send, sent = IMPORTERS[importer](), file(name)
    Client().get("/akun/login/")  # the first request of a process loads the pages
    Path("/proc/self/clear_refs").write_text("5")
    before = peak()
    answer = send(sent)
    assert answer.status_code == 422, answer.content[:500]
    assert peak() - before < MAX_GROWTH
    right = {*FILES[name][1], *(["not-workbook"] if "programmes" in importer and name in TEXTS else [])}
    if importer == "answers of many regions":
        right |= {"not-archive"} if name in TEXTS else {"damaged-archive", "too-many-files", "no-files"}
    right |= {"no-tables", "broken-archive", "too-many-files"} if "Siskeudes" in importer else set()
    right |= {"too-large", "no-such-sheet"} if importer in ("instruments", "questionnaires") else set()
    if answer["Content-Type"].startswith("application/problem"):
        assert {one["code"] for one in json.loads(answer.content)["faults"]} <= right
    else:
        assert any(SAID[code] in answer.content.decode() for code in right)


def test_every_door_that_takes_a_table_is_tried_here() -> None:
    """Every function that reads table bytes stands in the list above; files of the machine are the operator's own."""
    source = Path(__file__).parents[2] / "src" / "pilar"
    found = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if re.search(r"\b(inspect_content|inspect_sheets)\(", path.read_text()) and "platform" not in path.parts
    }
    assert found == {
        "evaluation/imports/forms.py", "evaluation/queries/answer_sheets.py", "masterplan/benchmark_import.py",
        "masterplan/imports.py", "measures/rules/exchange.py", "villagefinance/foreign/__init__.py",
    }  # fmt: skip
    autodiscover_modules("imports")
    assert set(known_kinds()) <= set(KINDS)
    assert set(KINDS.values()) <= set(IMPORTERS)
    own = {
        path.relative_to(source).parts[1].removesuffix(".py")
        for path in source.rglob("*.py")
        if re.search(r"\b(inspect_table|read_table)\(", path.read_text()) and "platform" not in path.parts
    }
    assert own <= {"commands", "reference"}


def office() -> bytes:
    return samples.office("xlsx", {SHEET: bytes(range(256)) * 20})


EVIDENCE = {
    "a corrupt LZMA part": lambda: damaged(office(), packed_by=zipfile.ZIP_LZMA),
    "a corrupt deflated part": lambda: damaged(office(), packed_by=zipfile.ZIP_DEFLATED),
    "claims of gigabytes": lambda: claiming(office(), size=2**31),
    "20,000 parts": lambda: many_entries(20_000),
    "60 million elements": lambda: changed({SHEET: b"<a/>" * 60_000_000}, content=office()),
    "a JPEG of filling": lambda: b"\xff\xd8" + b"\xff" * 18_000_000,
}


@pytest.mark.parametrize("name", EVIDENCE)
def test_evidence_refuses_hostile_files(name: str) -> None:
    load(PLACES)
    cast = make_cast()
    content = EVIDENCE[name]()
    client = client_of(cast.user("contributor"))
    ending = "jpg" if "JPEG" in name else "xlsx"
    given = {"title": "SK", "office": cast.office, "file": SimpleUploadedFile(f"bukti.{ending}", content)}
    Path("/proc/self/clear_refs").write_text("5")
    before = peak()
    answer = client.post(f"/bukti/daerah/{OWN}/", given)
    assert answer.status_code == 422, answer.content[:300]
    assert re.search("rusak atau tidak lengkap|terlalu besar", answer.content.decode())
    assert peak() - before < MAX_GROWTH


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 100_000, b"9" * 1_000_000, b'{"a": NaN}', b"\xff\xfe"])
def test_a_hostile_body_is_no_json_to_the_api(body: bytes) -> None:
    load(PLACES)
    client = client_of(make_cast().user("coordinator"))
    answer = client.post(f"/api/v1/regions/{OWN}/surveys", body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"].startswith("application/problem+json")
