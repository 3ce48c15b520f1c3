"""The WSGI application that granian serves."""

import multiprocessing
import os
import signal
from threading import Thread

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

from pilar.config import parentage
from pilar.config.serving import Places
from pilar.design.svg import warm_up
from pilar.platform import press
from pilar.platform.live import LISTENING

# A worker whose server was killed would keep the port from the next one.
parentage.end_with_parent(signal.SIGTERM)()
if (server := multiprocessing.parent_process()) is not None and not server.is_alive():
    os.kill(os.getpid(), signal.SIGTERM)


def let_listeners_go() -> None:
    """When this process is told to end: it does so when its answers have, and those of listeners last long.

    The server sets its own handlers after this file is read; a signal is heard of in addition to them.
    """
    hearing, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.set_wakeup_fd(waking)

    def wait() -> None:
        while os.read(hearing, 1)[0] not in (signal.SIGTERM, signal.SIGINT):
            pass
        LISTENING.end()

    Thread(target=wait, name="stopping", daemon=True).start()


def be_ready() -> None:
    """Load the pages and wake the chart engine, for which the first reader would wait."""
    reverse("portal:home")
    warm_up()


application = Places(get_wsgi_application())

if server is not None:
    let_listeners_go()
    press.keep_apart()
    Thread(target=be_ready, name="ready", daemon=True).start()
