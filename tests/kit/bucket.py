"""A store of objects on this machine, for what speaks to an S3-compatible one."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from typing import Any


class Bucket(BaseHTTPRequestHandler):
    """As much of S3 as the store uses: objects by path, PUT, GET, HEAD, DELETE."""

    objects: dict[str, bytes]

    def _answer(self, status: int, body: bytes = b"", length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("ETag", '"0"')
        self.send_header("Last-Modified", "Sun, 01 Mar 2026 08:00:00 GMT")
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        body = b""
        if "chunked" in self.headers.get("Content-Encoding", "") or self.headers.get("Transfer-Encoding"):
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        self.objects[self.path] = body
        self._answer(200)

    def do_GET(self) -> None:
        found = self.objects.get(self.path)
        self._answer(404) if found is None else self._answer(200, found)

    def do_HEAD(self) -> None:
        found = self.objects.get(self.path)
        self._answer(404) if found is None else self._answer(200, length=len(found))

    def do_DELETE(self) -> None:
        self.objects.pop(self.path, None)
        self._answer(204)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass
