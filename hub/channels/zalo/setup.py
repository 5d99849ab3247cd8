"""Setup of Zalo: what the settings lack for articles and broadcasts. Pure."""

from collections.abc import Sequence

from hub.channels.zalo.article_images import find_private_host
from hub.settings import Settings


def list_setup_faults(settings: Settings) -> Sequence[str]:
    """List what keeps the hub from sending to Zalo, or a bulletin without an image from being shown there.

    Whether the account has authorised the hub stands in no setting: `hub zalo status` tells.
    """
    needed = {
        "HUB_ZALO_APP_ID": settings.zalo_app_id,
        "HUB_ZALO_APP_SECRET": settings.zalo_app_secret,
        "HUB_ZALO_OA_ID": settings.zalo_oa_id,
    }
    faults = [f"{name} is not set." for name, value in needed.items() if value is None]
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    if (host := find_private_host(base)) is not None:
        faults.append(f"HUB_PUBLIC_URL must have a public host, not `{host}`: Zalo fetches images from it.")
    if settings.zalo_cover_url is None:
        faults.append("HUB_ZALO_COVER_URL is not set: a bulletin without an image fails at Zalo.")
    return faults
