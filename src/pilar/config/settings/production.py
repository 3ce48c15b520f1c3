"""A real installation. Every value that must be chosen is asked for by name; the start refuses without it."""

from __future__ import annotations

import os

from pilar.config.database import databases
from pilar.config.requirements import production_values
from pilar.config.settings.base import *  # noqa: F403
from pilar.config.settings.base import CONTENT_SECURITY_POLICY, STORAGES

_values = production_values(os.environ)

DEBUG = False
DEMO = False
SECRET_KEY = _values.secret_key
ALLOWED_HOSTS = list(_values.allowed_hosts)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in _values.allowed_hosts if not host.startswith(".")] + [
    f"https://*{host}" for host in _values.allowed_hosts if host.startswith(".")
]
DATABASES = databases()

# Pilar itself ends no TLS: without a proxy that tells the scheme, a redirect to HTTPS would never end.
SECURE_SSL_REDIRECT = _values.https and _values.proxies > 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _values.proxies else None
PILAR_PROXIES = _values.proxies
SECURE_HSTS_SECONDS = 31_536_000 if _values.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _values.https
SESSION_COOKIE_SECURE = _values.https
if _values.https:
    SESSION_COOKIE_NAME = "__Host-sesi"  # a browser takes it from this very host and over TLS alone
CSRF_COOKIE_SECURE = _values.https
PILAR_SECOND_FACTOR = _values.second_factor
PILAR_EMBED_SITES = _values.embed_sites
if _values.kept_documents is not None:
    PILAR_KEPT_DOCUMENTS = _values.kept_documents

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
LOGGING = {"level": "INFO", "style": "json"}
PILAR_ACCESS_LOG = os.environ.get("PILAR_ACCESS_LOG", "1") != "0"

if _values.oidc:
    SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [provider.app for provider in _values.oidc]}}
    PILAR_OIDC = {provider.code: provider.trust for provider in _values.oidc}
    # A browser follows the form of a sign-in to the provider only where the policy names it.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += [
        site for provider in _values.oidc for site in provider.origins
    ]

SITE_ADDRESS = _values.address
# Without a mail server messages are dropped: printed, they would put password links into the log.
PILAR_MAIL_TRANSPORT = "django.core.mail.backends.dummy.EmailBackend"
if _values.mail_server:
    globals().update(_values.mail_server.settings())
    DEFAULT_FROM_EMAIL = _values.mail_from
