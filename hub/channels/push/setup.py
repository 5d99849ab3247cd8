"""Setup of push messages: the URL of the gateway and the secret, as the settings have them. Pure."""

from collections.abc import Sequence

from standardwebhooks import Webhook

from hub.errors import InvalidInput
from hub.outgoing.client import check_url
from hub.settings import Settings

URL_SETTING = "HUB_HUE_S_PUSH_URL"


def find_setup_fault(settings: Settings) -> str | None:
    """Return what keeps the hub from sending push messages, with what would be right; None if nothing does.

    It never repeats a secret.
    """
    if settings.hue_s_push_url is None:
        return f"{URL_SETTING} is not set."
    if settings.hue_s_push_secret is None:
        return "HUB_HUE_S_PUSH_SECRET is not set."
    try:
        check_url(settings.hue_s_push_url, settings, field=URL_SETTING, https=True)
    except InvalidInput as problem:
        exempted = "For development, HUB_OUTGOING_PRIVATE_HOSTS exempts hosts by name."
        return f"{URL_SETTING}: {problem.detail} {exempted}"
    try:
        read_keys(settings.hue_s_push_secret.get_secret_value())
    except ValueError:
        return "HUB_HUE_S_PUSH_SECRET is not Base64 after its prefix."
    return None


def list_setup_faults(settings: Settings) -> Sequence[str]:
    """List the fault of the setup; empty if there is none."""
    fault = find_setup_fault(settings)
    return [] if fault is None else [fault]


def read_keys(secrets: str) -> list[Webhook]:
    """Return the key of each of the comma-separated secrets. Raises `ValueError` for one that is not Base64."""
    return [Webhook(secret.strip()) for secret in secrets.split(",") if secret.strip()]
