"""Page with one message in place of a document."""

from collections.abc import Sequence

from hub.i18n.catalogues import translate
from hub.web.templates import render


def render_notice(lang: str, base: str, title: str, text: str, choices: Sequence[tuple[str, str]] = ()) -> bytes:
    """Render one message in place of a document: not found, gone, or several to choose from (address, name)."""
    frame = {"root": base, "lang": lang, "hub": translate(lang, "hub.name"), "skip": translate(lang, "document.skip")}
    return render("notice.html", **frame, title=title, text=text, choices=choices).encode()
