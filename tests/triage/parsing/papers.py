"""PDF and DOCX files as people attach them, and as nobody should; written here, byte by byte."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from collections.abc import Mapping

from pypdf import PdfReader, PdfWriter

_CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships '
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pdf(*pages: str, content: bytes | None = None) -> bytes:
    """A PDF with a line of text on each page.

    Args:
        pages: The text of each, in letters of Latin-1.
        content: Drawn on each page in place of the text.
    """
    count = len(pages)
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for at, text in enumerate(pages):
        shown = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        drawn = content
        if drawn is None:
            drawn = f"BT /F1 12 Tf 72 720 Td ({shown}) Tj ET".encode("latin-1")
        packed = zlib.compress(drawn)
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R"
            b" >> >> /Contents %d 0 R >>" % (5 + 2 * at),
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
        ]
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.7\n")
    places = []
    for number, one in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(
        b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    )
    return out.getvalue()


def locked(content: bytes, password: str) -> bytes:
    """A PDF that opens with a password; with an empty one it only may not be changed."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def docx(*paragraphs: str, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """A DOCX of some paragraphs.

    Args:
        paragraphs: Their texts, as XML.
        parts: Further files in it, or others in place of its own.
    """
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": (
            f'<?xml version="1.0"?><w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
        ),
        **(parts or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, written in files.items():
            packed.writestr(name, written)
    return out.getvalue()


def laughing_docx() -> bytes:
    """A DOCX whose text names itself ten times, nine times over."""
    entities = '<!ENTITY a "haha">' + "".join(
        f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9)
    )
    xml = (
        f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><w:document xmlns:w="{_WORD}"><w:body><w:p>'
        "<w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
    )
    return docx(parts={"word/document.xml": xml})


def prying_docx(path: str) -> bytes:
    """A DOCX whose text is that of a file on the machine that reads it."""
    xml = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file://{path}">]>'
        f'<w:document xmlns:w="{_WORD}"><w:body><w:p><w:r><w:t>before &f; after</w:t></w:r></w:p>'
        "</w:body></w:document>"
    )
    return docx(parts={"word/document.xml": xml})


def mail_with(*files: tuple[str, bytes], text: str = "", subject: str = "") -> bytes:
    """A mail with files attached."""
    parts = [f"Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()] if text else []
    for name, content in files:
        head = (
            "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
            f'Content-Disposition: attachment; filename="{name}"\n\n'
        )
        parts.append(head.encode() + base64.encodebytes(content))
    body = b"".join(b"--b\n" + part for part in parts)
    head = (
        f"From: Anna <anna@example.org>\nSubject: {subject}\n"
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'
    )
    return head.encode() + body + b"--b--\n"
