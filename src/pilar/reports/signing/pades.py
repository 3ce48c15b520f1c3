"""Signs a PDF by PAdES: the bytes of the document stay as they are, what the signature needs comes after them.

So anybody who has the signed file has the document too, as its first bytes. The field of the signature shows the code
with the signed record; it certifies the document against any change (DocMDP 1) and is tagged, as PDF/A-2a and PDF/UA-1
ask.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from pilar.reports.codes import qr_strokes
from pilar.reports.document import Picture
from pilar.reports.signing.reasons import NotSigned, Reason
from pilar.reports.signing.signers import ROOM, Signer

ALGORITHM = "sha256"
FIELD = "Pilar"
BLANK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="#ffffff"/></svg>'
MILLIMETRES = 28
BOX = (454, 717, 533, 796)
"""The corner of an upright first page, in points, where :mod:`pilar.reports.pdf` sets a picture of 28 mm."""


class _Writer(IncrementalPdfFileWriter):
    def _update_meta(self) -> None:
        """Leave the metadata: written again by the library, they would no longer say PDF/A as PDF/A wants it."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a signature: why, and what its field is to anyone who does not see it."""

    reason: str
    label: str


def place(alt: str, caption: str) -> Picture:
    """Return what a document that will be signed has in its corner until the code lies there."""
    return Picture(BLANK, alt, MILLIMETRES, caption)


def sign(pdf: bytes, signer: Signer, *, code: str, words: Words, at: datetime) -> bytes:
    """The signed file; ``code`` is what the QR code reads, and a program finds it as the signature's contact.

    Raises :class:`NotSigned`.
    """
    writer = _Writer(io.BytesIO(pdf))
    embedder = PdfCMSEmbedder(SigFieldSpec(FIELD, box=BOX, readable_field_name=words.label))
    steps = embedder.write_cms(FIELD, writer)
    field = next(steps)
    _draw(writer, field.get_object(), code)
    _tag(writer, field)
    room = getattr(signer, "room", ROOM)  # a provider's own class may be older than what is asked of it here
    made = SignatureObject(at, SigSeedSubFilter.PADES, reason=words.reason, contact_info=code, bytes_reserved=2 * room)
    locked = SigMDPSetup(ALGORITHM, certify=True, docmdp_perms=MDPPerm.NO_CHANGES)
    steps.send(SigObjSetup(made, locked))
    digest, output = steps.send(SigIOSetup(ALGORITHM))
    try:
        steps.send(signer.cms(digest.document_digest))
    except SigningError as error:
        raise NotSigned(Reason.REFUSED, final=True) from error
    return bytes(output.getbuffer())


def signed_by(pdf: bytes) -> str:
    """Return whose certificate has signed the whole of a file; raises :class:`NotSigned` if its signature does not
    hold.

    Whether one may trust the certificate is not asked: that is the reader's to know.
    """
    try:
        (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        intact, valid = validate_sig_integrity(
            signature.signer_info, signature.signer_cert, "data", signature.compute_digest()
        )
        name = signature.signer_cert.subject.native
        whole = signature.evaluate_signature_coverage().name == "ENTIRE_FILE"
    except (PdfError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise NotSigned(Reason.REFUSED) from error
    if not (intact and valid and whole):
        raise NotSigned(Reason.REFUSED)
    return str(name.get("common_name") or name.get("organization_name") or "")


def _draw(writer: IncrementalPdfFileWriter, field: Any, code: str) -> None:
    """The code as the field's appearance, in black and white."""
    size, strokes = qr_strokes(code)
    drawn = " ".join(f"{x} {size - 1 - y} {length} 1 re" for x, y, length in strokes)
    shape = {
        "/Type": pdf_name("/XObject"),
        "/Subtype": pdf_name("/Form"),
        "/BBox": generic.ArrayObject(map(generic.NumberObject, (0, 0, size, size))),
        "/Resources": generic.DictionaryObject(),
    }
    named = {pdf_name(name): value for name, value in shape.items()}
    content = f"1 g 0 0 {size} {size} re f 0 g {drawn} f".encode()
    picture = writer.add_object(generic.StreamObject(named, stream_data=content))
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): picture})
    writer.update_container(field)


def _tag(writer: IncrementalPdfFileWriter, reference: Any) -> None:
    """Make the field a part of the document's structure, as :mod:`pilar.reports.pdf` writes it: the last of all."""
    field, tree = reference.get_object(), writer.root["/StructTreeRoot"]
    whole, parents = tree["/K"][0], tree["/ParentTree"]
    next_key = tree["/ParentTreeNextKey"]
    shown = {
        "/Type": pdf_name("/OBJR"),
        "/Obj": reference,
        "/Pg": field.raw_get("/P"),
    }
    element = {
        "/Type": pdf_name("/StructElem"),
        "/S": pdf_name("/Form"),
        "/P": tree["/K"].raw_get(0),
        "/K": _named(shown),
    }
    added = writer.add_object(_named(element))
    whole["/K"].append(added)
    parents["/Nums"] += [generic.NumberObject(next_key), added]
    tree["/ParentTreeNextKey"] = generic.NumberObject(next_key + 1)
    field["/StructParent"] = generic.NumberObject(next_key)
    for changed in (whole["/K"], parents["/Nums"], tree, field):
        writer.update_container(changed)


def _named(entries: dict[str, Any]) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(name): value for name, value in entries.items()})
