"""The WSGI application that granian serves."""

import multiprocessing
import os
import signal
from threading import Thread

from django.core.wsgi import get_wsgi_application

from pilar.config import parentage
from pilar.design.svg import warm_up

# A worker whose server was killed would keep the port from the next one.
parentage.end_with_parent(signal.SIGTERM)()
if (server := multiprocessing.parent_process()) is not None and not server.is_alive():
    os.kill(os.getpid(), signal.SIGTERM)

application = get_wsgi_application()

# The chart engine takes a second to wake; the first reader should not wait for it.
Thread(target=warm_up, name="charts", daemon=True).start()
