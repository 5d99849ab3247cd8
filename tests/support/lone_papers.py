"""What the model of lone hands knows of documents: their flags in each language, and who made the last change."""

from dataclasses import dataclass, field
from typing import Any

LANGUAGES = ("vi", "en")
GARBLED = "QuyÕt ®Þnh vÒ viÖc trång c©y xanh"


@dataclass
class Text:
    """A document in one language, and what the rule asks about: flags, garbled text, and who made the last change."""

    state: str | None = None
    """State of its newest edition; none before the first one."""
    flagged: bool = False
    """True if the public edition, or one since then, is or was of high impact."""
    garbled: bool = False
    writers: frozenset[int] = frozenset()
    """Humans who could have made the last change, or had a part in it."""

    def change(self, content: dict[str, Any], writers: frozenset[int]) -> None:
        self.flagged |= content["high_impact"]
        self.garbled = content["title"] == GARBLED
        self.writers = writers


@dataclass
class Paper:
    """A document in its languages."""

    id: str
    version: int = 1
    texts: dict[str, Text] = field(default_factory=lambda: {lang: Text() for lang in LANGUAGES})

    def needs_two(self, lang: str) -> bool:
        """True for a language whose approval needs two; a flag in any language counts."""
        return self.texts[lang].garbled or any(text.flagged for text in self.texts.values())

    def take(self, document: dict[str, Any]) -> None:
        """Take over what an answer says of the version and of the newest edition in each language."""
        self.version = document["version"]
        for line in reversed(document["history"]):
            self.texts[line["lang"]].state = line["state"]
