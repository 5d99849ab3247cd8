"""The title of a part of a legal text: its label and its heading, each once."""

_ENDS = ".:;)]/-–—"
"""Signs at the end of a label after which its heading needs no full stop."""


def node_title(label: str | None, heading: str | None) -> str:
    """Join label and heading: `Điều 5. Phạm vi`, `1. Phạm vi` for the label `1.`, `a) Phạm vi`."""
    label, heading = (label or "").strip(), (heading or "").strip()
    return f"{shown_label(label, heading)}{title_separator(label, heading)}{heading}"


def shown_label(label: str, text: str) -> str:
    """The label before a text; empty when the text begins with it."""
    return "" if repeats_label(label, text) else label


def title_separator(label: str, text: str) -> str:
    """The sign between a label and the text after it, which must not follow another one."""
    if not label or not text or repeats_label(label, text):
        return ""
    return " " if label.endswith(tuple(_ENDS)) else ". "


def repeats_label(label: str, text: str) -> bool:
    """True for a text that begins with its own label: `Điều 5` and `Điều 5. Phạm vi`."""
    rest = text[len(label) :]
    return bool(label) and text.startswith(label) and not rest[:1].isalnum()
