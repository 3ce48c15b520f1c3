"""Stands for the service of a provider that signs hashes: answers as it is told, at an address of this machine."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pilar.reports.signing.signers import DemonstrationSigner


@dataclass
class Provider:
    """What it was asked, and what it answers: ``status`` with ``answer``; after ``seconds``, or drop by drop."""

    address: str = ""
    status: int = 200
    answer: Callable[[bytes], bytes] | None = None
    seconds: float = 0
    drops: bool = False
    asked: list[tuple[str, Any]] = field(default_factory=list)


def signed(digest: bytes) -> bytes:
    """A right answer."""
    return json.dumps({"cms": base64.b64encode(DemonstrationSigner().cms(digest)).decode()}).encode()


@contextmanager
def provider() -> Iterator[Provider]:
    told = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked.append((self.headers["Authorization"], body))
            content = (told.answer or signed)(base64.b64decode(body["hash"]))
            time.sleep(told.seconds)
            try:
                self.send_response(told.status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                for byte in [content[at : at + 1] for at in range(len(content))] if told.drops else [content]:
                    self.wfile.write(byte)
                    time.sleep(0.02 if told.drops else 0)
            except OSError:
                pass  # who asked has gone

        def log_message(self, *_said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.address = f"http://127.0.0.1:{server.server_port}/sign"
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
