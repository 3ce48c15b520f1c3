"""Settings shared by all ways of running. Nothing secret stands here."""

from __future__ import annotations

import os
import re
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from pilar.config.state import state_folder
from pilar.config.storage import evidence_store

PACKAGE = Path(__file__).resolve().parents[2]
STATE = state_folder()

INSTALLED_APPS = [
    "pilar.portal",
    "pilar.evaluation",
    "pilar.measures",
    "pilar.surveys",
    "pilar.masterplan",
    "pilar.hospital",
    "pilar.permits",
    "pilar.villagefinance",
    "pilar.evidence",
    "pilar.people",
    "pilar.areas",
    "pilar.design",
    "pilar.platform",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "ninja",
    "pgtrigger",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "pilar.config.metrics.Measured",
    "pilar.config.middleware.RequestMark",
    "pilar.config.health.HealthAddresses",
    "pilar.design.conditional.StillHolds",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages shrink to a quarter on a weak line; the middleware pads answers against guessing secrets from their size.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "pilar.config.middleware.ApiLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pilar.people.signin.devices.KnownDevices",
    "pilar.people.signin.second_factor.SecondFactorFirst",
    "pilar.config.middleware.TextLimit",
    "pilar.config.middleware.ExpectedErrors",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "pilar.config.urls"
WSGI_APPLICATION = "pilar.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "pilar.design.templatetags.tables",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "pilar.people.pages.frame.waiting",
            ],
        },
    }
]

# The page frame (design/base.html): which pages it leads to
FRONT_PAGE = "portal:front"
ACCOUNT_PAGE = "people:account"
SEARCH_PAGE = "portal:search"
NOTICES_PAGE = "people:notices"
NAVIGATION = [
    ("evaluation:years", _("Results")),
    ("masterplan:plans", _("Master plans")),
    ("evaluation:instruments", _("Instruments")),
    ("portal:about", _("Method")),
]
NAVIGATION_SIGNED_IN = ("portal:home", _("My work"))
NAVIGATION_FOOTER = [
    ("portal:about", _("About Pilar and its method")),
    ("portal:data", _("Open data")),
    ("people:privacy", _("Personal data")),
    ("api:openapi-view", _("API for developers")),
]
# Pages whose form is sent to an address that does not lie below them (design/posted.py).
FORMS_ELSEWHERE = {
    "evidence:verify": ("evidence:evidence", ("key",)),
    "hospital:leave-waiting": ("hospital:own-bookings", ()),
    "hospital:take-offer": ("hospital:own-bookings", ()),
}
# How many readers of a process are told when a page changes; the others ask by the clock (adr/0017).
PILAR_LIVE_READERS = int(os.environ.get("PILAR_LIVE_READERS", "300"))
SHOW_COMPONENTS = False  # /komponen/ shows invented samples: nothing for the public of an installation
COTTON_ISOLATE_BY_DEFAULT = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Language and time: Indonesian without prefix, English below /en/.
LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "config" / "locale", PACKAGE / "index" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"
USE_THOUSAND_SEPARATOR = False

# Accounts
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "pilar.people.signin.passwords.NoWordsOfTheSite"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "pilar.people.signin.accounts.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "pilar.people.signin.accounts.SocialAccountAdapter"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "pilar.people.signin.links.ResetLinks"  # noqa: S105 - a class
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Pilar"
MFA_ADAPTER = "pilar.people.signin.second_factor.SecondFactors"
MFA_FORMS = {
    "authenticate": "pilar.people.signin.second_factor.CodeForm",
    "reauthenticate": "pilar.people.signin.second_factor.CodeAgainForm",
    "add_webauthn": "pilar.people.signin.second_factor.PasskeyForm",
    "edit_webauthn": "pilar.people.signin.second_factor.PasskeyNameForm",
}
# Whether roles that people.rules says so of work only with a second factor; production asks for it.
PILAR_SECOND_FACTOR = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "portal:front"
# How many proxies stand before the site: only what they wrote into X-Forwarded-For tells who asks.
PILAR_PROXIES = 0
# Failures are counted by account, network and device, in the database, for all processes (people.rules).
AXES_HANDLER = "pilar.people.signin.limits.Doorkeeper"
AXES_USERNAME_CALLABLE = "pilar.people.signin.limits.account_name"
AXES_CLIENT_IP_CALLABLE = "pilar.platform.network.client_address"
AXES_LOCKOUT_CALLABLE = "pilar.people.signin.limits.locked_out"
# allauth's own limits: none where failures are counted; the others let a class behind one address choose its passwords.
ACCOUNT_RATE_LIMITS = {
    "login": "",
    "login_failed": "",
    "reset_password": "60/m/ip,5/m/key",
    "reset_password_from_key": "120/m/ip",
}
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
# Single sign-on opens the account of an address that the provider has verified, and remembers the tie.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
# How far each provider is trusted and how its claims are read, by its code (people.single_sign_on.Provider).
PILAR_OIDC: dict[str, dict[str, object]] = {}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "operations"
PILAR_SCHEDULE = "pilar.people.rules.SCHEDULE"  # who acts when the worker runs an operation

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "pilar.config.failures.expired_form"

# Headers
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
# Other sites that may show the part of a region's page that is made for it (design.embedding); none unless named.
PILAR_EMBED_SITES: tuple[str, ...] = ()

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"

# Uploads and bodies: a form is small; a file beyond the limit is dropped while it comes in.
# What is typed comes back with the sentence that says it is too long: a form has to be read for that.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
# As many as an archive of workbooks may have (evaluation.rules.filling): more than there are regions in the nation.
DATA_UPLOAD_MAX_NUMBER_FILES = 600
# Who answers a survey has no account, and sends a page of answers or a whole one at a time (assumption: four texts of
# two thousand characters in any script). Anything larger is refused before it is read.
PILAR_SMALL_ADDRESSES = re.compile(r"(/en)?/s/|/api/v1/survey-links/|(/en)?/rumah-sakit/bpjs/")
PILAR_SMALL_BODY = 100_000
# What phones and boards ask for again and again: answered first of all where it is the same (design.conditional).
PILAR_ASKED_AGAIN = re.compile(r"(/en)?/rumah-sakit/(papan|antrean)/")
FILE_UPLOAD_HANDLERS = [
    "pilar.evidence.receiving.SizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "pilar.evidence.receiving.TemporaryFile",
]

# Evidence: a private store, files of at most 20 MB, pictures of at most 100 million pixels (assumption: no rule found).
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "evidence": evidence_store(os.environ, STATE),
}
PILAR_LARGEST_FILE = 20 * 1024 * 1024
PILAR_MOST_PIXELS = 100_000_000
# What documents of law and of published results take together; the one asked for longest ago goes first.
PILAR_KEPT_DOCUMENTS = 2_000_000_000  # bytes (assumption)
# Who computed results does not approve them, and who approved them does not publish them.
PILAR_FOUR_EYES = os.environ.get("PILAR_FOUR_EYES", "1") != "0"
# What signs registers of what was published, and what encrypts fields: random texts outside the database. The keys of
# SECRET_KEY are made from it where none are given, and go on reading what they encrypted.
PILAR_SEAL_KEY = os.environ.get("PILAR_SEAL_KEY", "")
PILAR_FIELD_KEYS = os.environ.get("PILAR_FIELD_KEYS", "")  # the first encrypts; others, after commas, still decrypt
# What signs documents (reports.signing.signers): the key in a PKCS#12 file, or the service of a provider; else nothing.
PILAR_SIGNING_FILE = os.environ.get("PILAR_SIGNING_FILE", "")
PILAR_SIGNING_PASSPHRASE_FILE = os.environ.get("PILAR_SIGNING_PASSPHRASE_FILE", "")
PILAR_SIGNING_SERVICE = os.environ.get("PILAR_SIGNING_SERVICE", "")
PILAR_SIGNING_TOKEN_FILE = os.environ.get("PILAR_SIGNING_TOKEN_FILE", "")
PILAR_SIGNER = (
    "pilar.reports.signing.signers.LocalSigner"
    if PILAR_SIGNING_FILE
    else "pilar.reports.signing.signers.RemoteSigner"
    if PILAR_SIGNING_SERVICE
    else ""
)
PILAR_BPJS_FILE = os.environ.get(
    "PILAR_BPJS_FILE", ""
)  # what hospitals and BPJS know each other by (hospital.bpjs.access)
PILAR_SATUSEHAT_FILE = os.environ.get("PILAR_SATUSEHAT_FILE", "")  # the same of SATUSEHAT (hospital.fhir.satusehat)
PILAR_CLAMD = os.environ.get("PILAR_CLAMD", "")  # host:port or the path of a Unix socket; empty: nothing is scanned
PILAR_ROLES = (
    "pilar.hospital.rules.roles",
    "pilar.permits.rules.roles",
    "pilar.villagefinance.rules.roles",
)  # rules of rooms that declare roles of their own (people.rules.declare)
PILAR_MEASURE_READERS = ["pilar.evaluation.queries.measure_readers.panel"]  # besides region and secretariat
PILAR_MEASURE_ORIGINS = {"pilar-surveys": "pilar.surveys.queries.scores.origins"}  # what values were made from
PILAR_SURVEY_PROGRAMMES = "pilar.masterplan.queries.surveyed.programmes"  # what a survey may be asked about
PILAR_PROPOSAL_ORIGINS = {  # where a key leads
    "recommendation": "pilar.evaluation.queries.follow_up.address_of",
    "measure": "pilar.evaluation.queries.aiming.address_of",
}
PILAR_INBOX = [  # what waits for somebody in each room, and what happens if nobody acts (people.queries.inbox)
    "pilar.evaluation.queries.inbox.INBOX",
    "pilar.masterplan.queries.inbox.INBOX",
    "pilar.villagefinance.queries.inbox.INBOX",
    "pilar.permits.queries.inbox.INBOX",
    "pilar.hospital.queries.inbox.INBOX",
    "pilar.measures.queries.inbox.INBOX",
    "pilar.surveys.queries.inbox.INBOX",
]
PILAR_DAYS_OFF = ["pilar.permits.queries.days_off.touched", "pilar.hospital.queries.days_off.touched"]  # what they move
PILAR_EVIDENCE_READERS = [  # besides region and secretariat (adr/0007)
    "pilar.evaluation.queries.evidence_readers.panel",
    "pilar.masterplan.queries.evidence_readers.law",
    "pilar.villagefinance.queries.evidence_readers.village",
]

# Messages wait in the database; the worker delivers them through the transport, and no reader waits for a mail server.
EMAIL_BACKEND = "pilar.platform.mail.QueueBackend"
PILAR_CHANNELS: dict[
    str, str
] = {}  # what sends notices to phones: "whatsapp" or "sms" and its adapter (people.channels)
PILAR_MAIL_TRANSPORT = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = "pilar@localhost"
# How links in messages begin; production derives it from its hosts.
SITE_ADDRESS = os.environ.get("PILAR_ADDRESS", "http://localhost:8000")

# The catalogue of open data: who publishes it, an e-mail address for questions, the address of the licence of all sets.
# Without one none is claimed.
PILAR_PUBLISHER = os.environ.get("PILAR_PUBLISHER", "Pilar")
PILAR_DATA_CONTACT = os.environ.get("PILAR_DATA_CONTACT", "")
PILAR_DATA_LICENCE = os.environ.get("PILAR_DATA_LICENCE", "")

# Who reads /metrics: there is no such address without a token. A line of the log for each request, told by name.
PILAR_METRICS_TOKEN = os.environ.get("PILAR_METRICS_TOKEN", "")
PILAR_ACCESS_LOG = False

LOGGING_CONFIG = "pilar.config.logs.configure"
LOGGING = {"level": "INFO", "style": "console"}
