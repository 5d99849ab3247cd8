"""Setup of e-mail: a setting that is missing or wrong holds the channel, and stops neither the API nor the worker."""

from collections.abc import Sequence

from hub.channels.mail.mime import MailSender
from hub.channels.mail.smtp import SmtpServer
from hub.errors import SetupProblem
from hub.settings import Settings


def find_setup_fault(settings: Settings) -> str | None:
    """Return what keeps the hub from sending mail, with what would be right; None if the settings are complete. Pure.

    It never repeats a password.
    """
    if settings.smtp_url is None:
        return "HUB_SMTP_URL is not set."
    try:
        SmtpServer.parse(settings.smtp_url.get_secret_value())
        MailSender.of(settings)
    except SetupProblem as problem:
        return f"{problem.detail} Expected: {problem.expected}"
    return None


def list_setup_faults(settings: Settings) -> Sequence[str]:
    """List the fault of the setup; empty if there is none."""
    fault = find_setup_fault(settings)
    return [] if fault is None else [fault]
