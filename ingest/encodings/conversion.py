"""Conversion of the lines of a text into Unicode, by the evidence of the line and of the whole text. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.encodings.evidence import (
    LEAST_GAIN,
    LEAST_LINE_GAIN,
    Evidence,
    best,
    is_unicode,
    may_be_old,
    weigh,
)
from ingest.encodings.tables import DECODERS, Encoding

_SAMPLE = 60
_LIKELY = 0.6
"""Share of the words of a line that become syllables, in a text whose encoding is sure."""


@dataclass(frozen=True)
class Conversion:
    """A member whose text was converted, from which encoding, with the beginning of the first text in both forms."""

    field: str
    encoding: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """The conversion as a sentence."""
        return f"{self.field}: read as {self.encoding}: `{self.before}` is `{self.after}`."


def describe(field: str, encoding: Encoding, before: str, after: str) -> Conversion:
    """The conversion of a text, with the beginning of what it changed."""
    old, new = before.split(), after.split()
    start = next((position for position, word in enumerate(old) if new[position : position + 1] != [word]), 0)
    return Conversion(
        field, encoding.value, " ".join(old[start:])[:_SAMPLE].strip(), " ".join(new[start:])[:_SAMPLE].strip()
    )


class TextConverter:
    """Converts the texts of one document, after it has judged all of them together.

    A document without a line in Unicode is of one encoding, if that is sure, and is converted as a whole. In one that
    has some, each line needs evidence of its own.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        lines = [line for text in texts if not text.isascii() for line in text.split("\n")]
        old = [line for line in lines if may_be_old(line)]
        self._is_mixed = len(old) > 0 and any(map(is_unicode, lines))
        total: dict[Encoding, Evidence] = {}
        for line in old:
            for encoding, evidence in weigh(line).items():
                total[encoding] = total.get(encoding, Evidence()) + evidence
        self.of_all = best(total, LEAST_GAIN)

    def convert(self, text: str) -> tuple[str, Encoding | None]:
        """The text in Unicode, and the encoding of its first line that was converted; None when nothing was."""
        if text.isascii():
            return text, None
        lines = text.split("\n")
        encodings = [self.encoding_of(line) for line in lines]
        first = next((encoding for encoding in encodings if encoding is not None), None)
        if first is None:
            return text, None
        return "\n".join(map(decode, lines, encodings)), first

    def encoding_of(self, line: str) -> Encoding | None:
        """The encoding of a line of these texts; None for Unicode, and for what is not sure."""
        if not may_be_old(line):
            return None
        found = weigh(line)
        own = best(found, LEAST_LINE_GAIN if self._is_mixed else LEAST_GAIN)
        if own is not None or self.of_all not in found:
            return own
        evidence = found[self.of_all]
        if evidence.lost:
            return None
        if self._is_mixed:
            is_likely = evidence.gain > 0 and evidence.valid == evidence.total
        else:
            is_likely = evidence.gain >= 0 and evidence.valid >= _LIKELY * evidence.total
        return self.of_all if is_likely else None


def decode(line: str, encoding: Encoding | None) -> str:
    """Read a line in an encoding; None leaves it."""
    return line if encoding is None else DECODERS[encoding](line)
