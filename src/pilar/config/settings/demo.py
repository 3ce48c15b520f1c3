"""A newcomer's machine: embedded or given database, loopback only, no secret worth keeping."""

from __future__ import annotations

from pilar.config.database import database_settings
from pilar.config.settings.base import *  # noqa: F403
from pilar.config.settings.base import PASSWORD_HASHERS as STRONG
from pilar.config.settings.base import STATE
from pilar.config.state import kept_secret

DEBUG = False
DEMO = True
SHOW_COMPONENTS = True
SECRET_KEY = kept_secret(STATE / "secret-key")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
DATABASES = {"default": database_settings()}
STATIC_ROOT = None  # nothing is collected: the finders serve the files
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
PASSWORD_HASHERS = ["pilar.people.signin.passwords.DemonstrationHasher", *STRONG[1:]]
PILAR_MAIL_TRANSPORT = "pilar.portal.letters.FolderTransport"
PILAR_LETTERS = STATE / "letters"
PILAR_CHANNELS = dict.fromkeys(("whatsapp", "sms"), "pilar.portal.letters.PhoneSimulator")  # no provider
PILAR_SIGNER = "pilar.reports.signing.signers.DemonstrationSigner"  # says so on the page and in the signature
PILAR_BPJS_FILE = STATE / "bpjs.json"  # of the simulator, which ./pilar demo starts in parallel with itself
