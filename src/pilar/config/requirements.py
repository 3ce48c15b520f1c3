"""Settings required in production, and the one sentence that names all that are missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pilar.config.mail import MailServer, MalformedAddress, read_mail_server
from pilar.config.oidc import OidcProvider, read_providers
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

MIN_SECRET, MAX_PROXIES, MAX_NUMBER = 40, 9, 9


@dataclass(frozen=True)
class ProductionValues:
    """Values of the environment that production needs.

    ``oidc``: providers of single sign-on, none by default; ``mail_server``: None where messages are dropped.
    ``address`` is how links in messages begin. ``proxies`` is how many stand before the site, each of which adds to
    ``X-Forwarded-For``. ``kept_documents``: bytes that documents may take in the store, None for the usual.
    ``embed_sites`` may show parts of public pages.
    """

    secret_key: str
    allowed_hosts: tuple[str, ...]
    https: bool
    proxies: int
    second_factor: bool
    kept_documents: int | None
    oidc: tuple[OidcProvider, ...]
    address: str
    mail_server: MailServer | None
    mail_from: str
    embed_sites: tuple[str, ...]


def production_values(environment: Mapping[str, str]) -> ProductionValues:
    """Read and check the environment; raises :class:`Faults` naming every variable that is missing or unfit."""
    faults = []
    if not environment.get("DATABASE_URL"):
        faults.append(
            Fault(
                "database-url-missing",
                "Set it to the address of a PostgreSQL server, such as postgres://user:password@host:5432/pilar",
                place="DATABASE_URL",
            )
        )
    secret_key = environment.get("PILAR_SECRET_KEY", "")
    if len(secret_key) < MIN_SECRET:
        faults.append(
            Fault(
                "secret-key-missing",
                "Set it to a random text of at least %(length)s characters that nobody else knows",
                {"length": MIN_SECRET},
                "PILAR_SECRET_KEY",
            )
        )
    hosts = tuple(host.strip() for host in environment.get("PILAR_ALLOWED_HOSTS", "").split(",") if host.strip())
    if not hosts or "*" in hosts:
        faults.append(
            Fault(
                "allowed-hosts-missing",
                "Set it to the host names that the site is reached by, with commas between them; * is refused",
                place="PILAR_ALLOWED_HOSTS",
            )
        )
    https = environment.get("PILAR_HTTPS", "1") != "0"
    proxies = _proxies(environment, faults)
    kept_documents = _kept_documents(environment, faults)
    oidc = read_providers(environment, faults)
    address = _address(environment, hosts, https, faults)
    mail_server, mail_from = _mail(environment, faults)
    embed_sites = _embed_sites(environment, faults)
    if faults:
        raise Faults(faults)
    return ProductionValues(
        secret_key=secret_key,
        allowed_hosts=hosts,
        https=https,
        proxies=proxies,
        second_factor=environment.get("PILAR_SECOND_FACTOR", "1") != "0",
        kept_documents=kept_documents,
        oidc=oidc,
        address=address,
        mail_server=mail_server,
        mail_from=mail_from,
        embed_sites=embed_sites,
    )


def _proxies(environment: Mapping[str, str], faults: list[Fault]) -> int:
    """Count how many proxies stand before the site."""
    given = environment.get("PILAR_BEHIND_PROXY", "").strip() or "0"
    if given.isascii() and given.isdigit() and int(given) <= MAX_PROXIES:
        return int(given)
    sentence = N_("Set it to the number of proxies that stand before the site, from 0 to %(most)s")
    faults.append(Fault("proxies-unfit", sentence, {"most": MAX_PROXIES}, "PILAR_BEHIND_PROXY"))
    return 0


def _kept_documents(environment: Mapping[str, str], faults: list[Fault]) -> int | None:
    given = environment.get("PILAR_DOCUMENTS_MB", "").strip()
    if not given:
        return None
    if given.isascii() and given.isdigit() and len(given) <= MAX_NUMBER:
        return int(given) * 1_000_000
    sentence = N_("Set it to a whole number of megabytes, or unset it")
    faults.append(Fault("documents-unfit", sentence, place="PILAR_DOCUMENTS_MB"))
    return None


def _embed_sites(environment: Mapping[str, str], faults: list[Fault]) -> tuple[str, ...]:
    """Sites that may show parts of public pages in a frame of their own."""
    given = tuple(environment.get("PILAR_EMBED_SITES", "").split())
    if all(re.fullmatch(r"https://[a-z0-9.-]+(:[0-9]+)?", site) for site in given):
        return given
    sentence = N_("Set it to addresses such as https://www.example.go.id with blanks between them, without a path")
    faults.append(Fault("embed-sites-unfit", sentence, place="PILAR_EMBED_SITES"))
    return ()


def _address(environment: Mapping[str, str], hosts: tuple[str, ...], https: bool, faults: list[Fault]) -> str:
    """Return how the site is reached: as given, or the first host that is not a pattern."""
    given = environment.get("PILAR_ADDRESS", "").rstrip("/")
    if not given:
        given = next((f"{'https' if https else 'http'}://{host}" for host in hosts if not host.startswith(".")), "")
        if given or not hosts:
            return given
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.fragment:
        sentence = N_("Set it to the address that people reach the site by, such as https://pilar.example.go.id")
        faults.append(Fault("site-address-unfit", sentence, place="PILAR_ADDRESS"))
    return given


def _mail(environment: Mapping[str, str], faults: list[Fault]) -> tuple[MailServer | None, str]:
    """The mail server and the sender; both or none."""
    address, sender = environment.get("PILAR_SMTP_URL", ""), environment.get("PILAR_MAIL_FROM", "")
    if not address:
        return None, sender
    if "@" not in sender:
        sentence = N_("Set it to the e-mail address that messages come from, since PILAR_SMTP_URL is set")
        faults.append(Fault("mail-sender-missing", sentence, place="PILAR_MAIL_FROM"))
    try:
        return read_mail_server(address), sender
    except MalformedAddress:
        sentence = N_("Set it to the address of a mail server, such as smtp://user:password@host:587")
        faults.append(Fault("mail-server-unfit", sentence, place="PILAR_SMTP_URL"))
        return None, sender
