"""HTML snippets for webmasters to paste. Parameters are escaped: a shared link to `/embed` must not be able to inject
other markup into a website."""

from base64 import b64encode
from hashlib import sha384
from html import escape

from hub.embed.params import EmbedParams
from hub.web import assets

LATEST_VERSION = "1.3.1"
"""The version that `/embed.js` serves. The script of a published version never changes."""
MODULES_VERSION = "1.3.0"
"""The version of the modules of `<hub-consultation>`, which the script of the latest version loads."""
CONSULTATION_SCRIPT = f"/embed/{MODULES_VERSION}-consultation.js"
"""Path of the module of `<hub-consultation>`; it loads the others of its version by itself."""
_HEIGHTS = {"heading": 48, "item": 104, "rest": 64}
"""Typical heights in pixels. A frame cannot measure itself without a script."""


def script_name(version: str) -> str:
    """The asset name of a version."""
    return f"embed/{version}.js"


def snippets(params: EmbedParams, base: str, title: str) -> dict[str, str]:
    """The snippets by name: feed, search, frame, pinned. `title` is the title of a frame without a heading."""
    load = f'<script src="{base}/embed.js" defer></script>'
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in params.attributes().items())
    source = escape(f"{base}/embed/feed{params.query()}")
    return {
        "feed": f"{load}\n<hub-feed{attributes}></hub-feed>",
        "search": f"{load}\n<hub-search{attributes}></hub-search>",
        "frame": f'<iframe src="{source}" title="{escape(params.heading or title)}" width="100%" '
        f'height="{frame_height(params)}" loading="lazy"></iframe>',
        "pinned": f'<script src="{base}/embed/{LATEST_VERSION}.js" integrity="{integrity(LATEST_VERSION)}" '
        'crossorigin="anonymous" defer></script>',
    }


def integrity(version: str) -> str:
    """The Subresource Integrity hash of a version."""
    return f"sha384-{b64encode(sha384(assets.load_asset(script_name(version)).body).digest()).decode()}"


def frame_height(params: EmbedParams) -> int:
    """Height of a frame, in pixels."""
    return params.limit * _HEIGHTS["item"] + _HEIGHTS["rest"] + (_HEIGHTS["heading"] if params.heading else 0)
