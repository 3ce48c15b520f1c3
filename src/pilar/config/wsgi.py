"""The WSGI application that granian serves."""

from threading import Thread

from django.core.wsgi import get_wsgi_application

from pilar.design.svg import warm_up

application = get_wsgi_application()

# The chart engine takes a second to wake; the first reader should not wait for it.
Thread(target=warm_up, name="charts", daemon=True).start()
