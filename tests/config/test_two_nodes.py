"""Two web nodes on one database and one S3-compatible store: whichever node answers, the site is the same."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest

from config.installation import ACCOUNTS, PASSWORD, Installation, Node
from kit.bucket import Bucket

FILE = """
import sys
from django.core.files.base import ContentFile
from django.core.files.storage import storages
store = storages["evidence"]
if sys.argv[1] == "keep":
    print(store.save("ab/cd.pdf", ContentFile(b"%PDF of the other node")))
else:
    print(store.open("ab/cd.pdf").read().decode())
"""


@pytest.fixture(scope="module")
def nodes(django_db_setup: None) -> Iterator[tuple[Node, Node]]:
    objects = type("Bucket", (Bucket,), {"objects": {}})
    store = ThreadingHTTPServer(("127.0.0.1", 0), objects)
    threading.Thread(target=store.serve_forever, daemon=True).start()
    made = Installation()
    made.environment |= {
        "PILAR_EVIDENCE_S3_BUCKET": "bukti",
        "PILAR_EVIDENCE_S3_ENDPOINT": f"http://127.0.0.1:{store.server_port}",
        "PILAR_EVIDENCE_S3_REGION": "id-1",
        "AWS_ACCESS_KEY_ID": "contoh",
        "AWS_SECRET_ACCESS_KEY": "contoh",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    try:
        made.prepare()
        both = Node(made), Node(made)
        for number, node in enumerate(both):
            made.port = node.port
            made.serve(PILAR_STATE=str(made.home / f"state-{number}"))
        yield both
    finally:
        made.close()
        store.shutdown()
        store.server_close()


@pytest.mark.thorough
def test_a_session_of_one_node_holds_on_the_other(nodes: tuple[Node, Node]) -> None:
    first, second = nodes
    answer, cookies = first.sign_in(ACCOUNTS[0], PASSWORD)
    assert answer.status == 302
    assert ACCOUNTS[0] in second.ask("/akun-saya/", cookies).text
    assert second.ask("/akun-saya/").status == 302, "nobody without the session"


@pytest.mark.thorough
def test_wrong_passwords_count_on_both_together(nodes: tuple[Node, Node]) -> None:
    for number in range(6):
        answer, _cookies = nodes[number % 2].sign_in(ACCOUNTS[1], "salah-semua-sekali")
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0
    answer, _cookies = nodes[1].sign_in(ACCOUNTS[1], PASSWORD)
    assert answer.status == 429


@pytest.mark.thorough
def test_both_lead_to_the_same_static_files(nodes: tuple[Node, Node]) -> None:
    pages = [node.ask("/tentang/").text for node in nodes]
    names = [set(re.findall(r"/static/[^\"\x27]+", page)) for page in pages]
    assert names[0] == names[1] != set()
    for path in names[0]:
        assert nodes[1].ask(path).status == 200


@pytest.mark.thorough
def test_a_file_that_one_keeps_the_other_reads(nodes: tuple[Node, Node]) -> None:
    environment = nodes[0].installation.environment | {"DJANGO_SETTINGS_MODULE": "pilar.config.settings.production"}

    def run(what: str, state: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", FILE, what], check=True, capture_output=True, text=True,
            env=environment | {"PILAR_STATE": str(nodes[0].installation.home / state)},
        ).stdout.strip()  # fmt: skip

    assert run("keep", "state-0") == "ab/cd.pdf"
    assert run("read", "state-1") == "%PDF of the other node"
