"""Set up an empty database: tables, reference data, example accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone

from pilar.areas import loaders as areas
from pilar.areas.operations import load_holidays
from pilar.config import processes, scenario
from pilar.config.database import refuse_older
from pilar.evaluation import loaders as evaluation
from pilar.evaluation.operations import renew_systems, seal_published
from pilar.hospital.operations import load_hospitals, renew_patients
from pilar.hospital.queries.schedule import hospital_names
from pilar.hospital.reference.hospitals import shipped
from pilar.hospital.rules.roles import Role as HospitalRole
from pilar.people import loaders as people
from pilar.people.operations import load_retention, renew_public_accounts, renew_second_factors
from pilar.people.rules import OPERATOR
from pilar.permits.operations import load_services, renew_cases, renew_kept
from pilar.permits.rules.roles import Role as PermitRole
from pilar.platform.language import N_
from pilar.villagefinance.operations import renew_questions
from pilar.villagefinance.queries.realisation import public_regions
from pilar.villagefinance.rules.roles import Role as VillageRole

Say = Callable[[str], None]

SCENARIOS = {
    "offices": N_("Preparing offices of the example region"),
    "villages": N_("Preparing the synthetic books of villages"),
    "hospital": N_("Preparing the synthetic hospital visits"),
    "permits": N_("Preparing the synthetic permits"),
    "campaigns": N_("Preparing the synthetic campaigns"),
    "measures": N_("Preparing the synthetic measures"),
    "plans": N_("Preparing the synthetic master plans"),
    "surveys": N_("Preparing the synthetic surveys"),
    "figures": N_("Preparing the figures of permits and hospital visits"),
    "watched": N_("Preparing what the books of villages achieve"),
    "loop": N_("Preparing the synthetic evaluation of the year after"),
}
"""In the order in which they stand on each other."""
SERVICES, EVALUATION = ("villages", "hospital", "permits"), ("campaigns", "measures", "plans", "surveys")
"""Neither of the two stands on anything of the other; what stands on both comes after them."""
_VILLAGE = "36.03.01.2003"
"""Cangkudu, in the district of Balaraja."""
OF_VILLAGES = (
    people.Example(VillageRole.HEAD, "kepala.desa@contoh.invalid", "Akun contoh Kepala Desa", _VILLAGE),
    people.Example(VillageRole.SECRETARY, "sekretaris.desa@contoh.invalid", "Akun contoh Sekretaris Desa", _VILLAGE),
    people.Example(VillageRole.TREASURER, "kaur.keuangan@contoh.invalid", "Akun contoh Kaur Keuangan", _VILLAGE),
    people.Example(VillageRole.EXECUTOR, "kasi@contoh.invalid", "Akun contoh Kasi Kesejahteraan", _VILLAGE),
    people.Example(VillageRole.COUNCIL, "bpd@contoh.invalid", "Akun contoh BPD", _VILLAGE),
    people.Example(VillageRole.CAMAT, "camat@contoh.invalid", "Akun contoh Camat", _VILLAGE[:8]),
    people.Example(VillageRole.VILLAGE_OFFICE, "dinas.desa@contoh.invalid", "Akun contoh Dinas Pembina Desa"),
    people.Example(VillageRole.INSPECTORATE, "inspektorat@contoh.invalid", "Akun contoh Inspektorat"),
)
"""Who works with the money of a village in the demonstration."""

OF_PERMITS = (
    people.Example(PermitRole.FRONT, "loket@contoh.invalid", "Akun contoh Loket Perizinan"),
    people.Example(PermitRole.BACK, "pemroses@contoh.invalid", "Akun contoh Pemroses Izin"),
    people.Example(PermitRole.TREASURY, "retribusi@contoh.invalid", "Akun contoh Bendahara Retribusi"),
    people.Example(PermitRole.HEAD, "kepala.dpmptsp@contoh.invalid", "Akun contoh Kepala DPMPTSP"),
    people.Example(PermitRole.EDITOR, "penyusun.layanan@contoh.invalid", "Akun contoh Penyusun Layanan"),
    people.Example(PermitRole.TECHNICAL, "dinkes@contoh.invalid", "Akun contoh Dinas Kesehatan", office=people.HEALTH),
    people.Example(PermitRole.SURVEYOR, "surveyor@contoh.invalid", "Akun contoh Surveyor", office=people.HEALTH),
    people.Example(PermitRole.INSPECTORATE, "inspektorat.izin@contoh.invalid", "Akun contoh Inspektorat Perizinan"),
)
"""Who works on permits in the demonstration."""

_HOSPITAL = "rsu-tangerang"
OF_HOSPITALS = (
    people.Example(HospitalRole.DESK, "loket.rs@contoh.invalid", "Akun contoh Loket RS", _HOSPITAL),
    people.Example(HospitalRole.NURSE, "perawat.rs@contoh.invalid", "Akun contoh Perawat Poli", _HOSPITAL),
    people.Example(HospitalRole.DOCTOR, "dokter.rs@contoh.invalid", "Akun contoh Dokter Poli", _HOSPITAL),
    people.Example(HospitalRole.PHARMACY, "farmasi.rs@contoh.invalid", "Akun contoh Farmasi RS", _HOSPITAL),
    people.Example(HospitalRole.MANAGER, "manajemen.rs@contoh.invalid", "Akun contoh Manajemen RS", _HOSPITAL),
    people.Example(HospitalRole.PRIVACY, "pdp.rs@contoh.invalid", "Akun contoh Pelindung Data RS", _HOSPITAL),
    people.Example(HospitalRole.HEALTH_OFFICE, "dinkes.rs@contoh.invalid", "Akun contoh Dinas Kesehatan (RS)"),
)
"""Who works in a hospital in the demonstration, and who oversees it."""


def prepare(*, say: Say) -> None:
    """Tables and reference data; where tables are to be made, this process loads the pages meanwhile."""
    if not _lacks_tables():
        load_reference_data(say=say)
        return
    with processes.beside(partial(_begin, say=say)):
        reverse("portal:home")  # loads the pages and their addresses, which both processes of play_all would do


def _begin(*, say: Say) -> None:
    migrate(say=say)
    load_reference_data(say=say)


def _lacks_tables() -> bool:
    """Return whether anything is to be migrated; where all that a migration replaces is applied, it counts as
    applied."""
    refuse_older()
    executor = MigrationExecutor(connection)
    executor.check_replacements()
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate(*, say: Say) -> None:
    """Bring the tables up to date; does nothing when they are."""
    if _lacks_tables():
        say(N_("Making the tables"))
        call_command("migrate", verbosity=0)


def load_reference_data(*, say: Say) -> None:
    """Areas, days off, instruments, published results, how long personal data are kept, services of permits; unchanged
    ones are skipped.

    What came before seals and encrypted fields is brought up to date, too.
    """
    say(N_("Loading areas"))
    areas.load(by=OPERATOR)
    load_holidays(by=OPERATOR)
    say(N_("Loading instruments and published results"))
    evaluation.load(by=OPERATOR)
    seal_published(by=OPERATOR, now=timezone.now())
    load_retention(by=OPERATOR)
    renew_second_factors(by=OPERATOR)
    renew_public_accounts(by=OPERATOR)
    renew_questions(by=OPERATOR)
    renew_kept(by=OPERATOR)
    renew_systems(by=OPERATOR)
    renew_cases(by=OPERATOR)
    renew_patients(by=OPERATOR)
    load_services(by=OPERATOR, now=timezone.now())


def load_demo_accounts(*, password_of: Callable[[str], str]) -> list[tuple[str, str, str]]:
    """Example accounts, one a role and a second secretariat: (role and scope, e-mail, password); with the made-up
    hospitals in which some of them work."""
    # The stored rows were changed by people who try the demonstration.
    known = hospital_names(codes=[file.code for file in shipped()])
    load_hospitals(by=OPERATOR, given=[file for file in shipped() if file.code not in known], now=timezone.now())
    return [
        (f"{account.role} ({account.scope})" if account.scope else account.role, account.email, account.password)
        for account in people.load_demo_accounts(
            by=OPERATOR, password_of=password_of, others=(*OF_VILLAGES, *OF_PERMITS, *OF_HOSPITALS)
        )
    ]


def play_all(*, say: Say) -> None:
    """All :data:`SCENARIOS`, each once; :data:`SERVICES` in a process of their own, parallel to :data:`EVALUATION`."""
    if not public_regions(scope=OPERATOR):
        reverse("portal:home")  # what prepare has loaded, unless it was ended in between
    beside = {*SERVICES, *EVALUATION}
    first, *rest = (name for name in SCENARIOS if name not in beside)
    play_each([first], say=say)
    with processes.beside(partial(play_each, SERVICES, say=say)):
        play_each(EVALUATION, say=say)
    play_each(rest, say=say)


def play_each(names: Iterable[str], *, say: Say) -> None:
    """Some of :data:`SCENARIOS`, one after the other."""
    for name in names:
        play(name, say=say)


def play(name: str, *, say: Say) -> None:
    """A scenario of :data:`SCENARIOS`; played once."""
    say(SCENARIOS[name])
    scenario.play(name, now=timezone.now())
