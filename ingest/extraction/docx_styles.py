"""The styles of a DOCX: what a paragraph or run has from its style, and from the styles that this one is based on."""

from collections.abc import Callable
from typing import Any

from docx.oxml.ns import qn

from ingest.extraction.docx_elements import switch, to_int, value

_DEPTH = 20


class StyleSheet:
    """Lookup of properties by style. Every answer is cached, because a document asks for each run."""

    def __init__(self, root: Any) -> None:
        self._styles = {} if root is None else {style.get(qn("w:styleId")): style for style in root.iter(qn("w:style"))}
        self._default = next(
            (
                name
                for name, style in self._styles.items()
                if style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true", "on")
            ),
            None,
        )
        defaults = None if root is None else root.find(qn("w:docDefaults"))
        found = None if defaults is None else defaults.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}")
        self._default_run = found
        self._found: dict[tuple[str | None, str], Any] = {}

    def chain(self, style: str | None) -> list[Any]:
        """The style and the ones that it is based on, the nearest first."""
        chain: list[Any] = []
        while style in self._styles and len(chain) < _DEPTH:
            chain.append(self._styles[style])
            style = value(chain[-1], "w:basedOn")
        return chain

    def paragraph_style(self, properties: Any) -> str | None:
        """The style of a paragraph by its properties: its own, or the default."""
        style = value(properties, "w:pStyle")
        return style if style in self._styles else self._default

    def is_hidden(self, run: Any, paragraph_style: str | None) -> bool:
        """True for text that Word hides (`w:vanish`), by the properties of its run or its styles."""
        return self._is_on("w:vanish", run, paragraph_style)

    def is_in_capitals(self, run: Any, paragraph_style: str | None) -> bool:
        """True for text that Word shows in capitals or small capitals, however it was typed."""
        return any(self._is_on(name, run, paragraph_style) for name in ("w:caps", "w:smallCaps"))

    def _is_on(self, name: str, run: Any, paragraph_style: str | None) -> bool:
        own = switch(run, name)
        if own is not None:
            return own
        of_paragraph = self._run_property(paragraph_style, name, lambda found: switch(found, name))
        of_run = self._run_property(value(run, "w:rStyle"), name, lambda found: switch(found, name))
        if of_paragraph is None and of_run is None:
            return bool(switch(self._default_run, name))
        # A toggle that both styles set is off.
        return bool(of_paragraph) != bool(of_run)

    def vertical_alignment(self, run: Any, paragraph_style: str | None) -> str | None:
        """`superscript`, `subscript`, or anything else for text on the line."""
        return (
            value(run, "w:vertAlign")
            or self._run_property(value(run, "w:rStyle"), "vertical", lambda found: value(found, "w:vertAlign"))
            or self._run_property(paragraph_style, "vertical", lambda found: value(found, "w:vertAlign"))
        )

    def shift(self, run: Any, paragraph_style: str | None) -> int:
        """Half points by which text is raised (`w:position`)."""
        found = (
            value(run, "w:position")
            or self._run_property(value(run, "w:rStyle"), "position", lambda found: value(found, "w:position"))
            or self._run_property(paragraph_style, "position", lambda found: value(found, "w:position"))
            or ""
        )
        return 2 * to_int(found.removesuffix("pt"), 0) if found.endswith("pt") else to_int(found, 0)

    def font(self, run: Any, paragraph_style: str | None) -> str | None:
        """The font of letters beyond ASCII."""
        return (
            _font(run)
            or self._run_property(value(run, "w:rStyle"), "font", _font)
            or self._run_property(paragraph_style, "font", _font)
            or _font(self._default_run)
        )

    def _run_property(self, style: str | None, name: str, find: Callable[[Any], Any]) -> Any:
        if style is None:
            return None
        key = (style, name)
        if key not in self._found:
            found = (find(each.find(qn("w:rPr"))) for each in self.chain(style))
            self._found[key] = next((each for each in found if each is not None), None)
        return self._found[key]


def _font(run: Any) -> str | None:
    fonts = None if run is None else run.find(qn("w:rFonts"))
    return None if fonts is None else fonts.get(qn("w:hAnsi")) or fonts.get(qn("w:ascii"))
