"""What a mail server says of a mail that it could not deliver (RFC 3464)."""

from email import message_from_bytes, policy
from email.message import EmailMessage


def failed_addresses(raw: bytes) -> list[str]:
    """The addresses that will never take it, in small letters; none when this is no such report.

    A delay is no failure: only `Action: failed` counts.
    """
    mail = message_from_bytes(raw, policy=policy.default)
    found = []
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for about in part.iter_parts() if isinstance(part, EmailMessage) and part.is_multipart() else []:
            recipient = str(about.get("Final-Recipient", "")).rpartition(";")[2].strip().lower()
            if str(about.get("Action", "")).strip().lower() == "failed" and "@" in recipient:
                found.append(recipient)
    return found
