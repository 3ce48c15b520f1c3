"""Hospitals with their clinics and weekly sessions, as a file holds them (``data/hospital/hospitals.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

import yaml

from pilar.hospital.rules.booking import policy_of
from pilar.platform.errors import Fault, Faults
from pilar.platform.folders import data_folder
from pilar.platform.language import N_
from pilar.platform.yaml_files import load_yaml


@dataclass(frozen=True, slots=True)
class WeeklyEntry:
    doctor: str
    room: str
    weekday: int
    starts: time
    ends: time
    capacity: int
    shares: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ClinicEntry:
    """``facts`` are the columns of the clinic, ``policy`` the deviations from the assumed rules."""

    facts: Mapping[str, Any]
    policy: Mapping[str, Any]
    weekly: tuple[WeeklyEntry, ...]


@dataclass(frozen=True, slots=True)
class HospitalFile:
    code: str
    region: str
    name: str
    address: str
    ppk: str
    organization: str
    source: str
    valid_from: date
    rooms: tuple[str, ...]
    doctors: Mapping[str, int | None]
    clinics: tuple[ClinicEntry, ...]


def shipped() -> tuple[HospitalFile, ...]:
    """The hospitals that the demonstration shows."""
    return read(data_folder() / "hospital" / "hospitals.yaml")


def read(path: Path) -> tuple[HospitalFile, ...]:
    """The hospitals of a file. A clinic of the common list (``clinics``) is referenced by each hospital that has it,
    with its doctors and their hours. Raises Faults."""
    try:
        data = load_yaml(path.read_text(encoding="utf-8"))
    except OSError:
        raise Faults([Fault("no-file", N_("This file cannot be read"), {}, str(path))]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        sentence = N_("The file is no YAML: see line %(line)s")
        raise Faults([Fault("no-yaml", sentence, {"line": line}, path.name)]) from None
    at = path.name
    try:
        hospitals = []
        for number, entry in enumerate(data["hospitals"], 1):
            at = f"{path.name}, hospitals {number}"
            hospitals.append(_hospital(entry, data))
        return tuple(hospitals)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        sentence = N_("This is not as data/hospital/hospitals.yaml shows it: %(what)s")
        raise Faults([Fault("no-hospital", sentence, {"what": str(error)}, at)]) from None


def _hospital(given: Mapping[str, Any], data: Mapping[str, Any]) -> HospitalFile:
    known = {clinic["code"]: clinic for clinic in data["clinics"]}
    clinics, doctors, rooms = [], {}, []
    for code, sessions in given["clinics"].items():
        facts = {name: value for name, value in known[code].items() if name != "policy"}
        weekly = []
        for number, session in enumerate(sessions):
            room = session.get("room", f"Ruang {facts['prefix']}{number + 1}")
            rooms.append(room)
            doctors[session["doctor"]] = session.get("hfis")
            shares = session.get("shares") or shares_of(session["capacity"], data["shares"])
            weekly += [
                WeeklyEntry(session["doctor"], room, day, time.fromisoformat(session["from"]),
                            time.fromisoformat(session["until"]), session["capacity"], tuple(shares))
                for day in session["days"]
            ]  # fmt: skip
        policy = known[code].get("policy", {})
        policy_of(policy)
        clinics.append(ClinicEntry(facts, policy, tuple(weekly)))
    return HospitalFile(
        given["code"], given["region"], given["name"], given.get("address", ""), given.get("ppk", ""),
        given.get("organization", ""), given["source"], data["valid_from"], tuple(dict.fromkeys(rooms)), doctors,
        tuple(clinics),
    )  # fmt: skip


def shares_of(capacity: int, parts: list[int]) -> list[int]:
    """Places reserved for each channel by its percentage, rounded down."""
    return [capacity * part // 100 for part in parts]
