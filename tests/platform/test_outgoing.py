"""What is sent to an address that somebody else has named: never within, never elsewhere, never for long."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pilar.platform import outgoing
from pilar.platform.outgoing import NotSent, faults_of_address, is_public, post

WITHIN = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "ff02::1",
)  # fmt: skip


@pytest.mark.parametrize("address", WITHIN)
def test_what_lies_within_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "103.28.12.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_what_lies_outside_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://contoh.go.id/", "ftp://contoh.go.id/", "https://", "https:///jalan", "https://nama:sandi@contoh.go.id/",
        "https://contoh.go.id:22/", "https://contoh.go.id:99999/", "https://10.0.0.1/", "https://[::1]/",
        "https://localhost/", "https://basisdata/", "https://contoh.go.id/ a", "https://contoh.go.id/\r\nHost: x",
        "javascript:alert(1)", "", "Https://contoh.go.id/", "https://[fec0::1]/", "https://contoh.go.id/" + "a" * 500,
    ],
)  # fmt: skip
def test_unfit_addresses_are_told(address: str) -> None:
    assert {one.place for one in faults_of_address(address)} == {"address"}


def test_a_fit_address_is_taken() -> None:
    assert faults_of_address("https://simpel.contoh.go.id:8443/kait?a=1") == []


@pytest.mark.parametrize("answers", [["10.0.0.5"], ["8.8.8.8", "127.0.0.1"], []], ids=["within", "mixed", "nothing"])
def test_a_name_that_leads_within_is_not_connected_to(answers: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_up(*_given: Any, **_named: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in answers]

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", looked_up)
    monkeypatch.setattr(outgoing.socket, "create_connection", lambda *_given, **_named: pytest.fail("connected"))
    with pytest.raises(NotSent):
        post("https://contoh.go.id/", b"{}", {})


class Receiver(BaseHTTPRequestHandler):
    """Takes what comes; ``status`` is its answer, ``slow`` how long it drips."""

    got: ClassVar[list[tuple[str, dict[str, str], bytes]]] = []
    status: ClassVar[int] = 204
    slow: ClassVar[float] = 0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        end = time.monotonic() + self.slow
        while time.monotonic() < end:
            try:
                self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                time.sleep(0.05)
            except OSError:
                return
        self.send_response(self.status)
        self.send_header("Location", "https://127.0.0.1/rahasia")
        self.end_headers()

    def log_message(self, *_given: Any) -> None:
        pass


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a system that trusts nobody but the key of this test."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    file = tmp_path / "key.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ) + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )  # fmt: skip
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(file)
    server.socket = ours.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    theirs = ssl.create_default_context(cafile=str(file))
    monkeypatch.setattr(outgoing, "PORTS", {port})
    monkeypatch.setattr(outgoing, "is_public", lambda _address: True)
    monkeypatch.setattr(outgoing.ssl, "create_default_context", lambda: theirs)
    Receiver.got.clear()
    monkeypatch.setattr(Receiver, "status", 204)
    monkeypatch.setattr(Receiver, "slow", 0)
    yield f"https://localhost:{port}/kait?a=1"
    server.shutdown()
    server.server_close()


def test_it_arrives(receiver: str) -> None:
    assert post(receiver, b'{"a":1}', {"webhook-id": "7"}) == 204
    ((path, headers, body),) = Receiver.got
    assert (path, headers["webhook-id"], body) == ("/kait?a=1", "7", b'{"a":1}')


def test_a_redirection_is_an_answer(receiver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Receiver, "status", 302)
    assert post(receiver, b"{}", {}) == 302
    assert len(Receiver.got) == 1


def test_who_drips_is_left(receiver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Receiver, "slow", 120)
    monkeypatch.setattr(outgoing, "MAX_SECONDS", 0.5)
    began = time.monotonic()
    with pytest.raises(NotSent):
        post(receiver, b"{}", {})
    assert time.monotonic() - began < 60


def test_an_unknown_certificate_is_refused(receiver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(outgoing, "PORTS", {int(receiver.rpartition(":")[2].partition("/")[0])})
    monkeypatch.setattr(outgoing, "is_public", lambda _address: True)
    with pytest.raises(NotSent) as refused:
        post(receiver, b"{}", {})
    assert refused.value.fields["reason"] == "SSLCertVerificationError"
