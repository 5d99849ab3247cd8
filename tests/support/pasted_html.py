"""Bulletins as programs for texts and editors of portals paste them, and random pages of the same kind."""

import random
from pathlib import Path

PASTED = Path(__file__).parent / "data" / "pasted"
"""`libreoffice.html` was written by LibreOffice itself; the others have the markup of Word and of portals."""

BLOCKS = (
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "blockquote", "center", "header", "address",
    "pre", "figure", "fieldset", "nav", "main",
)  # fmt: skip
INLINE = ("b", "i", "u", "span", "font", "strong", "em", "small", "o:p", "sup", "label", "a", "mark", "s", "custom-tag")


class RandomPage:
    """A random page whose words are numbered in reading order; neighbours are apart by a space or a boundary."""

    def __init__(self, seed: int):
        self.dice = random.Random(seed)  # noqa: S311
        self.words: list[str] = []

    def word(self) -> str:
        self.words.append(f"từ{len(self.words)}x")
        return self.words[-1]

    def inline(self, depth: int) -> str:
        if depth == 0 or self.dice.random() < 0.4:
            return self.word()
        tag = self.dice.choice(INLINE)
        return f"<{tag}>{self.line(depth - 1)}</{tag}>"

    def line(self, depth: int) -> str:
        gaps = (" ", "&nbsp;", "\n", "<br>", "<br/>", "<hr>", "<div></div>", "<p></p>")
        line = self.inline(depth)
        for _ in range(self.dice.randrange(3)):
            line += self.dice.choice(gaps) + self.inline(depth)
        return line

    def flow(self, depth: int) -> str:
        parts: list[str] = []
        for _ in range(self.dice.randrange(1, 4)):
            is_line = bool(parts) and parts[-1].startswith("\u0001")
            # Two lines would stand side by side without a boundary.
            parts.append(self.block(depth) if is_line or self.dice.random() < 0.7 else f"\u0001{self.line(1)}")
        return "".join(part.removeprefix("\u0001") for part in parts)

    def block(self, depth: int) -> str:
        if depth == 0:
            return f"<div>{self.line(0)}</div>"
        kind = self.dice.randrange(6)
        if kind == 0:
            items = [f"<li>{self.flow(depth - 1)}{self.dice.choice(('</li>', ''))}" for _ in range(2)]
            return f"<{(tag := self.dice.choice(('ul', 'ol')))}>{''.join(items)}</{tag}>"
        if kind == 1 and depth % 2:
            rows = [
                "<tr>"
                + "".join(f"<{c}>{self.flow(depth - 1)}</{c}>" for c in self.dice.choices(("td", "th"), k=2))
                + "</tr>"
                for _ in range(2)
            ]
            return f"<table><caption>{self.line(0)}</caption>{''.join(rows)}</table>"
        if kind == 2:
            return f"<dl><dt>{self.line(1)}<dd>{self.flow(depth - 1)}</dl>"
        if kind == 3:
            tag = self.dice.choice(("b", "span", "font", "a", "custom-tag"))
            return f"<{tag}>{self.block(depth - 1)}</{tag}>"
        if kind == 4:
            return f"<div><p>{self.line(2)}</div>"
        tag = self.dice.choice(BLOCKS)
        return f"<{tag}>{self.line(2) if tag[0] in 'ph' else self.flow(depth - 1)}</{tag}>"
