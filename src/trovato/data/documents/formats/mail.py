"""Mails: EML by the standard library, MSG by python-oxmsg; attachments are parts."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from mailbox import mbox
from pathlib import Path
from typing import Any

from trovato.core import Attribute, UnreadableFileError
from trovato.data.documents.document import Document
from trovato.data.documents.formats.parts import DocumentOfParts, Part
from trovato.data.documents.html import read_html
from trovato.data.documents.plain.encoding import decode, printable
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
        text = _text(mail, "plain")
        if not text.strip():  # some have an empty text beside the page
            text = read_html(_text(mail, "html"))[1]
        headers = {name: str(mail[name]) for name in ("Subject", *_SHOWN) if mail[name]}
        parts = [_eml_part(part, number) for number, part in enumerate(mail.iter_attachments(), 1)]
    except Exception as error:  # the parser meets broken mails with errors of any kind
        raise UnreadableFileError(f"is a damaged mail: {error}") from error
    return DocumentOfParts("mail", _body(headers, text), parts, opened)


def _text(mail: EmailMessage, kind: str) -> str:
    """The body as plain text or as HTML, whatever encoding it is said to be in; "" for none."""
    body = mail.get_body((kind,))
    if body is None:
        return ""
    try:
        return str(body.get_content())
    except LookupError:  # of an encoding that nobody knows
        raw = body.get_payload(decode=True)
        return decode(raw)[0] if isinstance(raw, bytes) else ""


def open_mbox(path: Path, opened: Opened) -> DocumentOfParts:
    """The mails of a mailbox (RFC 4155), each a part.

    Raises
    ------
    UnreadableFileError
        If there is none.
    """
    box = mbox(path, create=False)

    def part(number: int, key: Any) -> Part:
        return Part(f"{number}.eml", lambda place: _writer(box.get_bytes(key))(place))

    parts = [part(number, key) for number, key in enumerate(box.keys(), 1)]
    return DocumentOfParts("mail", None, parts, opened, box.close)


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
