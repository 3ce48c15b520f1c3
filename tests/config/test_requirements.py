"""What a production start refuses."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from pilar.config.requirements import production_values
from pilar.platform.errors import Faults

GOOD = {
    "DATABASE_URL": "postgres://u:p@db/pilar",
    "PILAR_SECRET_KEY": "k" * 50,
    "PILAR_ALLOWED_HOSTS": "pilar.example.go.id, .example.go.id",
}


def refused(environment: dict[str, str]) -> set[str]:
    with pytest.raises(Faults) as caught:
        production_values(environment)
    return {fault.place for fault in caught.value.faults}


def test_all_that_is_missing_is_told_at_once() -> None:
    assert refused({}) == {"DATABASE_URL", "PILAR_SECRET_KEY", "PILAR_ALLOWED_HOSTS"}


@pytest.mark.parametrize("name", GOOD)
def test_each_missing_value_is_named(name: str) -> None:
    assert refused({key: value for key, value in GOOD.items() if key != name}) == {name}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PILAR_SECRET_KEY", "short"),
        ("PILAR_ALLOWED_HOSTS", "*"),
        ("PILAR_ALLOWED_HOSTS", " , "),
        ("PILAR_DOCUMENTS_MB", "2 GB"),
        ("PILAR_DOCUMENTS_MB", "-1"),
        ("PILAR_EMBED_SITES", "http://daerah.example"),
        ("PILAR_EMBED_SITES", "https://daerah.example/a"),
        ("PILAR_EMBED_SITES", "https://daerah.example *"),
    ],
)
def test_unfit_values_are_refused(name: str, value: str) -> None:
    assert refused(GOOD | {name: value}) == {name}


def test_good_values_are_read() -> None:
    values = production_values(GOOD)
    assert values.allowed_hosts == ("pilar.example.go.id", ".example.go.id")
    assert values.https
    assert values.proxies == 0
    assert values.second_factor
    assert values.oidc == ()
    assert values.kept_documents is None
    assert values.embed_sites == ()
    sites = production_values(GOOD | {"PILAR_EMBED_SITES": "https://daerah.example https://b.example:8443"}).embed_sites
    assert sites == ("https://daerah.example", "https://b.example:8443")
    assert production_values(GOOD | {"PILAR_DOCUMENTS_MB": "500"}).kept_documents == 500_000_000


def test_half_a_single_sign_on_is_refused() -> None:
    assert refused(GOOD | {"PILAR_OIDC_SERVER": "https://sso.example"}) == {"PILAR_OIDC_CLIENT", "PILAR_OIDC_SECRET"}


def test_serve_refuses_without_values_and_never_starts_the_embedded_server() -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": "src", "PILAR_LANGUAGE": "en"}
    done = subprocess.run(
        [sys.executable, "-m", "pilar", "serve"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[0].startswith("DATABASE_URL: Set it to the address of a PostgreSQL server")
    assert len(done.stderr.splitlines()) == 3
    assert done.stdout == ""


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": "src", "PILAR_LANGUAGE": "en", **GOOD, **environment}
    return subprocess.run(
        [sys.executable, "-m", "pilar", *arguments], env=given, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", [("serve", "--port", "8999"), ("migrate",), ("worker",), ("account", "list")])
@pytest.mark.thorough
def test_a_database_that_does_not_answer_is_one_sentence(command: tuple[str, ...]) -> None:
    done = run(*command, DATABASE_URL="postgres://x:y@127.0.0.1:1/z")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("The database does not answer (")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("url", ["mysql://u:p@h/d", "rubbish", "sqlite:///x"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    done = run("migrate", DATABASE_URL=url)
    assert done.returncode == 2
    assert done.stderr.startswith("DATABASE_URL is not the address of a PostgreSQL server")


@pytest.mark.thorough
def test_a_database_without_tables_is_refused() -> None:
    done = run("serve", "--port", "8999", DATABASE_URL=os.environ["DATABASE_URL"])
    assert done.returncode == 2
    assert done.stderr.startswith("The tables of the database are not those of this version. Run ./pilar migrate first")


def test_unknown_arguments_are_refused_in_one_line() -> None:
    done = run("migrate", "--nonsense")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "./pilar: unknown arguments: --nonsense"


def test_arguments_of_test_go_to_pytest() -> None:
    done = run("test", "-q", "--version")
    assert done.returncode == 0
    assert done.stdout.startswith("pytest ")
