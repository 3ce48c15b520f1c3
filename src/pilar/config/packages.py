"""Bill of materials: the locked packages, their licences, and known vulnerabilities.

``./pilar sbom`` writes the bill of materials (CycloneDX 1.6) from the lock alone, so that equal locks give equal files;
``./pilar check`` holds the licences against data/licences.yaml; ``./pilar audit`` asks an index for known weaknesses.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
import uuid
import venv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pilar.config.state import CHECKOUT, state_folder
from pilar.platform.language import translate

LOCKS = ("runtime", "s3")
"""What runs in an installation: always, and with evidence in an S3-compatible store."""
LICENCES = CHECKOUT / "data" / "licences.yaml"
PINNED = re.compile(r"^(?P<name>[\w.\-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+?))?\s*\\?$")
VIA = re.compile(r"^\s+#(?: via)?\s+(?!via$)(?P<parent>[\w.\-]+)(?P<ours> \(.*\))?\s*$")
UNNAMED = re.compile(r"license|licence|other|dual|copyright", re.IGNORECASE)
"""A text that names no licence by itself."""
NOT_REACHABLE = re.compile(
    r"ConnectionError|Connection refused|Max retries|NameResolution|Temporary failure|timed out|ProxyError|"
    r"No matching distribution|Could not find a version|40[34] Client Error|50\d Server Error"
)
FAILED = 1


@dataclass(frozen=True, slots=True)
class Package:
    """A line of a lock; ``marker``: where it is installed, empty for everywhere; ``parents``: who asks for it."""

    name: str
    version: str
    marker: str
    parents: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Return the package URL of the package."""
        return f"pkg:pypi/{self.name.lower().replace('_', '-')}@{self.version}"


def locked(*kinds: str) -> tuple[Package, ...]:
    """The packages of these locks, by name, each once."""
    packages: dict[str, Package] = {}
    for kind in kinds:
        for package in read_lock((CHECKOUT / "requirements" / f"{kind}.lock").read_text(encoding="utf-8")):
            packages.setdefault(package.name, package)
    return tuple(packages[name] for name in sorted(packages))


def read_lock(text: str) -> Iterator[Package]:
    """The packages of a lock as uv writes it."""
    blocks: list[tuple[re.Match[str], list[str]]] = []
    for line in text.splitlines():
        if pinned := PINNED.match(line):
            blocks.append((pinned, []))
        elif blocks and (via := VIA.match(line)):
            blocks[-1][1].append("pilar" if via["ours"] else via["parent"])
    for pinned, parents in blocks:
        yield Package(pinned["name"], pinned["version"], (pinned["marker"] or "").strip(), tuple(parents))


def licence_of(name: str) -> str | None:
    """Return what an installed package says of its licence, as far as it names one; None where it is not installed."""
    try:
        told = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    if expression := told.get("License-Expression"):
        return str(expression)
    classified = [line.split(" :: ")[-1] for line in told.get_all("Classifier") or () if line.startswith("License ::")]
    text = (told.get("License") or "").strip()
    named = text if text and "\n" not in text and len(text) <= 60 and not UNNAMED.search(text) else ""
    return named or " AND ".join(classified)


def licence_faults() -> Iterator[str]:
    """Yield what packages at run time say of their licence and data/licences.yaml does not allow."""
    rules = yaml.safe_load(LICENCES.read_text(encoding="utf-8"))
    said = {package.name: licence_of(package.name) for package in locked(*LOCKS)}
    yield from judged(said, allowed=rules["allowed"], exceptions=rules["exceptions"])


def judged(
    said: Mapping[str, str | None], *, allowed: Iterable[str], exceptions: Mapping[str, Mapping[str, str]]
) -> Iterator[str]:
    """Yield what is not allowed of what packages say; a package that is not installed here is judged where it is.

    Of a choice (OR) one licence must be allowed, of a sum (AND) each.
    """
    names = {name.lower() for name in allowed}
    for name, licence in said.items():
        exception = exceptions.get(name)
        if licence is None or (exception is not None and exception["licence"] == licence):
            continue
        if not licence:
            yield translate("%(package)s names no licence: look it up and enter it with its reason", package=name)
        elif not any(all(part.strip().lower() in names for part in re.split(r"\bAND\b", choice))
                     for choice in re.split(r"\bOR\b", licence)):  # fmt: skip
            yield translate("%(package)s: %(licence)s is not an allowed licence", package=name, licence=licence)
    for name in exceptions:
        if name not in said:
            yield translate("%(package)s is excepted and not locked", package=name)


def bill(packages: Iterable[Package], *, version: str) -> dict[str, Any]:
    """The bill of materials by CycloneDX 1.6: components with licences, and which one requires which."""
    known = {package.name: package for package in packages}
    here = f"pkg:generic/pilar@{version}"
    below: dict[str, list[str]] = {here: [], **{package.purl: [] for package in known.values()}}
    for package in known.values():
        for parent in package.parents:
            if parent == "pilar" or parent in known:
                below[here if parent == "pilar" else known[parent].purl].append(package.purl)
    content = {
        "metadata": {"component": {"type": "application", "bom-ref": here, "name": "pilar", "version": version}},
        "components": [_component(package) for package in known.values()],
        "dependencies": [{"ref": ref, "dependsOn": sorted(set(parts))} for ref, parts in below.items()],
    }
    mark = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, mark)}",
        "version": 1,
        **content,
    }


def _component(package: Package) -> dict[str, Any]:
    licence = licence_of(package.name)
    told: dict[str, Any] = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
    }
    told |= {"purl": package.purl, "scope": "optional" if package.marker else "required"}
    if licence:
        told["licenses"] = [{"license": {"name": licence}}]
    if package.marker:
        told["properties"] = [{"name": "pilar:marker", "value": package.marker}]
    return told


def write_bill(file: str | None) -> int:
    """Write the bill of materials of what runs to a file, or print it."""
    text = (
        json.dumps(
            bill(
                locked(*LOCKS),
                version=tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"],
            ),
            indent=1,
        )
        + "\n"
    )
    if file is None:
        sys.stdout.write(text)
    else:
        Path(file).write_text(text, encoding="utf-8")
    return 0


def audit() -> int:
    """Ask an index what is known against the locked packages, by pip-audit in an environment of its own.

    Ends with 1 for what is known, and with 0 and a sentence where no index can be reached.
    """
    python = state_folder() / "audit" / "bin" / "python"
    if not python.exists():
        venv.create(python.parents[1], with_pip=True)
    installed = _said(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pip-audit")
    if installed.returncode:
        return _told(installed)
    locks = [argument for kind in LOCKS for argument in ("-r", str(CHECKOUT / "requirements" / f"{kind}.lock"))]
    options = ("--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json")
    done = _said(str(python), "-m", "pip_audit", *options, *locks)
    try:
        looked_up = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return _told(done)
    known = [row for row in looked_up if "skip_reason" not in row]
    if not known:
        return _away()
    lines = [
        f"{row['name']} {row['version']}: {weakness['id']} ({', '.join(weakness['fix_versions']) or '-'})"
        for row in known
        for weakness in row["vulns"]
    ]
    unknown = len(looked_up) - len(known)
    lines.append(
        translate("%(known)s packages audited, %(unknown)s not known to the index", known=len(known), unknown=unknown)
    )
    sys.stdout.write("\n".join(lines) + "\n")
    return FAILED if len(lines) > 1 else 0


def _said(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True)


def _told(done: subprocess.CompletedProcess[str]) -> int:
    said = (done.stdout + done.stderr).strip()
    if done.returncode and NOT_REACHABLE.search(said):
        return _away()
    sys.stdout.write(said + "\n")
    return FAILED if done.returncode else 0


def _away() -> int:
    sys.stdout.write(translate("The index is not reachable or knows none of the packages: nothing was audited") + "\n")
    return 0
