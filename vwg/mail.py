"""Notices leave as mails, over SMTP, when mail is on."""


def deliver(limit: int = 50) -> int:
    """Mail what is due; how many left."""
    return 0
