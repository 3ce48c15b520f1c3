"""Storage of evidence: a folder below the state folder, or an S3-compatible store."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pilar.platform.errors import PilarError
from pilar.platform.language import N_


class StoreNotInstalled(PilarError):
    """The bucket is named, but what speaks to it is not installed."""

    code = "s3-not-installed"
    sentence = N_(
        "PILAR_EVIDENCE_S3_BUCKET is set, but the S3 client is not installed. Install requirements/s3.lock or unset it"
    )


def evidence_store(environment: Mapping[str, str], state: Path) -> dict[str, Any]:
    """The entry ``evidence`` of ``STORAGES``.

    ``PILAR_EVIDENCE_S3_BUCKET`` chooses S3; ``…_S3_ENDPOINT`` and ``…_S3_REGION`` say where, ``AWS_ACCESS_KEY_ID`` and
    ``AWS_SECRET_ACCESS_KEY`` (or any other means of boto3) let in. Otherwise ``PILAR_EVIDENCE_FOLDER``, by default
    ``evidence`` below ``state``. Raises :class:`StoreNotInstalled`.
    """
    bucket = environment.get("PILAR_EVIDENCE_S3_BUCKET", "")
    if not bucket:
        folder = environment.get("PILAR_EVIDENCE_FOLDER") or state / "evidence"
        return {"BACKEND": "pilar.evidence.store.PrivateFolder", "OPTIONS": {"location": str(folder)}}
    if importlib.util.find_spec("storages") is None or importlib.util.find_spec("boto3") is None:
        raise StoreNotInstalled
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": environment.get("PILAR_EVIDENCE_S3_ENDPOINT") or None,
            "region_name": environment.get("PILAR_EVIDENCE_S3_REGION") or None,
            "signature_version": "s3v4",
            "addressing_style": "path" if environment.get("PILAR_EVIDENCE_S3_ENDPOINT") else "auto",
            "default_acl": None,
            "file_overwrite": False,
        },
    }
