"""The test suite: a database server of its own (embedded or given), cheap password hashes."""

from __future__ import annotations

from pilar.config.database import database_settings
from pilar.config.settings.base import *  # noqa: F403
from pilar.config.settings.base import STORAGES

DEBUG = False
DEMO = False
SHOW_COMPONENTS = True
PILAR_LIVE_READERS = 0  # a test that listens says so
SECRET_KEY = "only-for-tests"  # noqa: S105 - guards nothing: the test database is thrown away
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DATABASES = {"default": database_settings()}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PILAR_MAIL_TRANSPORT = EMAIL_BACKEND
STATIC_ROOT = None  # nothing is collected: the finders serve the files
WHITENOISE_USE_FINDERS = True
STORAGES = STORAGES | {"evidence": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
WHITENOISE_AUTOREFRESH = True  # otherwise every client of a test would begin by looking at all of them
LOGGING = {"level": "WARNING", "style": "console"}
PILAR_SIGNER = ""  # a test that signs chooses its signer

# A code that ends while a slow test sends it still passes; outside of tests it does not, since a used one is remembered
# for one step alone.
MFA_TOTP_TOLERANCE = 1
