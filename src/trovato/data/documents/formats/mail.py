"""Mails: EML by the standard library, MSG by python-oxmsg; attachments are parts."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from trovato.core import Attribute, UnreadableFileError
from trovato.data.documents.document import Document
from trovato.data.documents.formats.parts import DocumentOfParts, Part
from trovato.data.documents.html import read_html
from trovato.data.documents.plain.encoding import printable
from trovato.data.documents.text import TextDocument
from trovato.data.documents.text_pages import split_pages

Opened = Callable[[Path], Document]
_SHOWN = ("From", "To", "Cc", "Date")


def open_eml(path: Path, opened: Opened) -> DocumentOfParts:
    """A mail as RFC 5322 and MIME (RFC 2045) write it.

    Raises
    ------
    UnreadableFileError
        If it is none.
    """
    try:
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain", "html"))
        text = "" if body is None else str(body.get_content())
        if body is not None and body.get_content_type() == "text/html":
            text = read_html(text)[1]
        headers = {name: str(mail[name]) for name in ("Subject", *_SHOWN) if mail[name]}
        parts = [_eml_part(part, number) for number, part in enumerate(mail.iter_attachments(), 1)]
    except Exception as error:  # the parser meets broken mails with errors of any kind
        raise UnreadableFileError(f"is a damaged mail: {error}") from error
    return DocumentOfParts("mail", _body(headers, text), parts, opened)


def open_msg(path: Path, opened: Opened) -> DocumentOfParts:
    """A mail as Outlook stores it.

    Raises
    ------
    UnreadableFileError
        If it is damaged.
    """
    from oxmsg import Message

    try:
        mail = Message.load(str(path))
        text = mail.body or read_html(mail.html_body or "")[1]
        to = "; ".join(f"{one.name} <{one.email_address}>" for one in mail.recipients)
        found = {
            "Subject": mail.subject,
            "From": mail.sender,
            "To": to,
            "Date": mail.sent_date and mail.sent_date.isoformat(" "),
        }
        headers = {name: str(value) for name, value in found.items() if value}
        parts = [
            Part(one.file_name or f"attachment {number}", _writer(one.file_bytes or b""))
            for number, one in enumerate(mail.attachments, 1)
        ]
    except Exception as error:  # as above
        raise UnreadableFileError(f"is a damaged mail: {error}") from error
    return DocumentOfParts("mail", _body(headers, text), parts, opened)


def _body(headers: dict[str, str], text: str) -> TextDocument:
    lines = [f"{name}: {' '.join(headers[name].split())}" for name in _SHOWN if name in headers]
    subject = " ".join(headers.get("Subject", "").split())
    facts: dict[str, Attribute] = {}
    if subject:
        facts["title"] = subject
    if "From" in headers:
        facts["author"] = " ".join(headers["From"].split())
    try:
        facts["year"] = parsedate_to_datetime(headers.get("Date", "")).year
    except ValueError:
        year = headers.get("Date", "")[:4]
        facts |= {"year": int(year)} if year.isdecimal() and len(year) == 4 else {}
    whole = "\n".join([f"# {subject}", *lines, "", text.strip()])
    return TextDocument("mail", split_pages(printable(whole)), facts)


def _eml_part(part: EmailMessage, number: int) -> Part:
    inner = part.get_content_type() == "message/rfc822"
    name = part.get_filename() or f"attachment {number}{'.eml' if inner else ''}"
    content = part.get_content().as_bytes() if inner else part.get_payload(decode=True)
    return Part(name, _writer(content if isinstance(content, bytes) else b""))


def _writer(content: bytes) -> Callable[[Path], None]:
    def write(place: Path) -> None:
        place.write_bytes(content)

    return write
