"""HTML snippets for webmasters to paste. Parameters are escaped: a shared link to `/embed` must not be able to inject
other markup into a website."""

from base64 import b64encode
from hashlib import sha384
from html import escape
from urllib.parse import urlsplit

from hub.embed.params import EmbedParams, Summaries
from hub.web import assets

LATEST_VERSION = "1.4.0"
"""The version that `/embed.js` serves. The script of a published version never changes."""
MODULES_VERSION = "1.3.0"
"""The version of the modules of `<hub-consultation>`, which the script of the latest version loads."""
CONSULTATION_SCRIPT = f"/embed/{MODULES_VERSION}-consultation.js"
"""Path of the module of `<hub-consultation>`; it loads the others of its version by itself."""
_HEIGHTS = {"heading": 48, "item": 104, "summary": 72, "rest": 64}
"""Typical heights in pixels, until a frame tells its own, and where no script may run."""
_LISTENER = """<script>
  addEventListener("message", ({{ origin, source, data }}) => {{
    if (origin !== "{origin}" || data?.type !== "hub:height" || data.version !== 1) return;
    for (const one of document.querySelectorAll("iframe")) if (one.contentWindow === source) one.height = data.height;
  }});
</script>"""
"""The script by which a page without `/embed.js` gives a frame of the hub the height that it tells."""


def script_name(version: str) -> str:
    """The asset name of a version."""
    return f"embed/{version}.js"


def snippets(params: EmbedParams, base: str, title: str) -> dict[str, str]:
    """The snippets by name: feed, search, frame, height, pinned. `title` is the title of a frame without a heading."""
    load = f'<script src="{base}/embed.js" defer></script>'
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in params.attributes().items())
    source = escape(f"{base}/embed/feed{params.query()}")
    return {
        "feed": f"{load}\n<hub-feed{attributes}></hub-feed>",
        "search": f"{load}\n<hub-search{attributes}></hub-search>",
        "frame": f'<iframe src="{source}" title="{escape(params.heading or title)}" width="100%" '
        f'height="{frame_height(params)}" frameborder="0" loading="lazy"></iframe>',
        "height": _LISTENER.format(origin=_origin(base)),
        "pinned": f'<script src="{base}/embed/{LATEST_VERSION}.js" integrity="{integrity(LATEST_VERSION)}" '
        'crossorigin="anonymous" defer></script>',
    }


def _origin(base: str) -> str:
    """The origin of a URL as browsers write it."""
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}".lower()


def integrity(version: str) -> str:
    """The Subresource Integrity hash of a version."""
    return f"sha384-{b64encode(sha384(assets.load_asset(script_name(version)).body).digest()).decode()}"


def frame_height(params: EmbedParams) -> int:
    """Height of a frame, in pixels."""
    item = _HEIGHTS["item"] + (_HEIGHTS["summary"] if params.summary is Summaries.on else 0)
    return params.limit * item + _HEIGHTS["rest"] + (_HEIGHTS["heading"] if params.heading else 0)
