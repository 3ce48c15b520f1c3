"""Two FHIR validators of others, of which each misses what the other finds: fhirkit-rs (codes outside their sets) and
npm ``fhir`` (unknown elements, bad moments); and the invariants as FHIRPath, which both leave out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NoReturn

import fhirkit
import pytest


def structural(resource: dict[str, Any]) -> list[str]:
    """What fhirkit-rs says."""
    return [str(one) for one in fhirkit.validate(resource)]


def judged(resources: list[dict[str, Any]]) -> list[list[str]]:
    """What both say of each, and which invariants do not hold. Where a program is not there, the test is left out, or
    fails if ``PILAR_REQUIRE_NODE`` promises it."""
    return [structural(one) + others for one, others in zip(resources, _by_node(resources), strict=True)]


def leave_out(why: str) -> NoReturn:
    """Leave the test out, or fail if ``PILAR_REQUIRE_NODE`` promises what it needs."""
    if os.environ.get("PILAR_REQUIRE_NODE") == "1":
        pytest.fail(why)
    pytest.skip(why)


def _by_node(resources: list[dict[str, Any]]) -> list[list[str]]:
    node = shutil.which("node")
    modules = Path(__file__).parents[2] / ".pilar" / "node" / "node_modules"
    if node is None or not (modules / "fhirpath").is_dir():
        leave_out("no node, or no modules in .pilar/node (requirements/node): the check by npm fhir was LEFT OUT")
    program = Path(__file__).with_name("validate.js")
    ran = subprocess.run(
        [node, str(program)], input=json.dumps(resources), env={"NODE_PATH": str(modules)}, timeout=120,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(ran.stdout)
