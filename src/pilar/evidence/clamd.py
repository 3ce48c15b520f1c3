"""A virus scanner that listens: ClamAV's clamd, asked by its INSTREAM command (clamd(8), section COMMANDS)."""

from __future__ import annotations

import socket
import struct
from contextlib import closing
from typing import IO

BLOCK = 64 * 1024
WAIT_SECONDS = 60.0
MAX_ANSWER = 4_096


class ScannerFailed(Exception):
    """No verdict: nobody listens, the connection broke, or the scanner said ERROR. The text is for the log."""


def scan(file: IO[bytes], *, address: str, wait: float = WAIT_SECONDS) -> str:
    """The name of the virus that was found in ``file``, empty for none.

    ``address`` is ``host:port`` or the path of a Unix socket; ``wait`` is seconds for each step. Raises
    :class:`ScannerFailed`.
    """
    try:
        with closing(_connect(address, wait)) as connection:
            connection.sendall(b"zINSTREAM\0")
            while block := file.read(BLOCK):
                connection.sendall(struct.pack(">I", len(block)) + block)
            connection.sendall(struct.pack(">I", 0))
            answer = _answer(connection)
    except OSError as error:
        raise ScannerFailed(str(error)) from error
    verdict = answer.removeprefix("stream: ")
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise ScannerFailed(verdict or "no answer")


def _connect(address: str, wait: float) -> socket.socket:
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit() and "/" not in address:
        return socket.create_connection((host.strip("[]"), int(port)), timeout=wait)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(wait)
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def _answer(connection: socket.socket) -> str:
    said = b""
    while len(said) < MAX_ANSWER and not said.endswith(b"\0"):
        block = connection.recv(MAX_ANSWER)
        if not block:
            break
        said += block
    return said.rstrip(b"\0\n").decode("utf-8", "replace")
