"""The lines that webmasters paste. What was chosen stands in them escaped: a shared link to `/embed` must not be able
to put anything else into somebody's page."""

from base64 import b64encode
from hashlib import sha384
from html import escape

from hub.embed.params import EmbedParams
from hub.web import assets

LATEST_VERSION = "1.0.0"
"""The version behind `/embed.js`. What was served under a version's own address is served so for ever."""
_HEIGHTS = {"heading": 48, "item": 104, "rest": 64}
"""Pixels a list usually needs; a frame cannot measure itself without a script."""


def script_name(version: str) -> str:
    """The file of a version."""
    return f"embed/{version}.js"


def snippets(params: EmbedParams, base: str, title: str) -> dict[str, str]:
    """What to paste, by what it is: feed, search, frame, pinned. `title` names a frame without a heading."""
    load = f'<script src="{base}/embed.js" defer></script>'
    chosen = "".join(f' {name}="{escape(value)}"' for name, value in params.attributes().items())
    source = escape(f"{base}/embed/feed{params.query()}")
    return {
        "feed": f"{load}\n<hub-feed{chosen}></hub-feed>",
        "search": f"{load}\n<hub-search{chosen}></hub-search>",
        "frame": f'<iframe src="{source}" title="{escape(params.heading or title)}" width="100%" '
        f'height="{frame_height(params)}" loading="lazy"></iframe>',
        "pinned": f'<script src="{base}/embed/{LATEST_VERSION}.js" integrity="{integrity(LATEST_VERSION)}" '
        'crossorigin="anonymous" defer></script>',
    }


def integrity(version: str) -> str:
    """The hash of a version as a page names it (Subresource Integrity)."""
    return f"sha384-{b64encode(sha384(assets.load_asset(script_name(version)).body).digest()).decode()}"


def frame_height(params: EmbedParams) -> int:
    """How high a frame should be, in pixels."""
    return params.limit * _HEIGHTS["item"] + _HEIGHTS["rest"] + (_HEIGHTS["heading"] if params.heading else 0)
