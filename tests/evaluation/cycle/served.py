"""A web server that is there again at once after it was killed: forked from a process with everything imported.

``python -m evaluation.cycle.served PORT``: each line read forks a server, whose process id is answered once it listens.
"""

from __future__ import annotations

import os
import sys
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections


class Handler(WSGIRequestHandler):
    """Without a line of its own for each request."""

    def log_message(self, *_said: object) -> None:
        pass


def warm_up() -> None:
    """Load what a first page loads, so that a server is killed over its work and not over its imports."""
    from django.test import Client

    Client(headers={"host": "localhost"}).get("/akun/login/")
    connections.close_all()


def main(port: int) -> None:
    django.setup(set_prefix=False)
    application = WSGIHandler()
    warm_up()
    for _line in sys.stdin:
        server = WSGIServer(("127.0.0.1", port), Handler)
        server.set_app(application)
        child = os.fork()
        if child == 0:
            server.serve_forever()
        server.server_close()
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
