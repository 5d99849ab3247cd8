"""What the model of consultations' lives knows: a consultation, its comments and their answers, and the Merkle root.

Every text carries a word of its own (`zqj17wqx`), so a text that shows where it must not is found by its word.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from hub.consultation.clock import CLOSING_DELAY
from hub.consultation.closing_soon import CLOSING_SOON

WORD = re.compile(rb"zqj\d+wqx")
STATES = ("public", "waiting", "hidden", "withdrawn", "erased")
PHONE = "0905 123 456"
CAMPAIGN = "Chúng tôi đề nghị giữ lại bến đò cũ ở cuối làng, vì cây cầu mới cách đó hơn hai cây số."


@dataclass
class Opinion:
    """What the model knows of a comment."""

    id: str
    code: str | None
    """None for one of a body's letter."""
    word: str
    draft: int
    stance: str
    state: str
    held_for: list[str]
    hidden_reason: str | None = None
    version: int = 1
    is_copy: bool = False
    """True if its text is that of the campaign, but for its word."""
    group: str | None = None
    is_private: bool = False
    """True if its text has a telephone number."""
    is_counted: bool = False
    text: str = ""

    def stand(self, state: str, held_for: list[str], reason: str | None) -> None:
        self.state, self.held_for, self.hidden_reason = state, held_for, reason
        self.version += 1

    @property
    def standing(self) -> tuple[str, list[str], str | None]:
        return self.state, self.held_for, self.hidden_reason


@dataclass
class Decision:
    """A moderator's decision on one comment, with what it was before."""

    opinion: Opinion
    before: tuple[str, list[str], str | None]
    version: int
    """Version of the comment while it stands as it was decided."""
    is_undone: bool = False


@dataclass
class Reply:
    """An official answer to a comment or a group."""

    id: str
    target: str
    word: str
    version: int = 1


@dataclass
class Asked:
    """A body that was asked."""

    id: str
    word: str
    version: int = 1
    has_answered: bool = False


@dataclass
class Draft:
    """A draft document."""

    id: str
    first: int
    last: int
    """Days of its window, from today on."""
    is_public: bool
    editions: int = 0


@dataclass
class Life:
    """What the model knows of a consultation."""

    id: str
    state: str
    opens: datetime
    closes: datetime
    announced: datetime
    version: int = 1
    drafts: list[Draft] = field(default_factory=list)
    positions: int = 1
    """Number of editions that became public in it."""
    opinions: list[Opinion] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    batches: dict[str, list[Decision]] = field(default_factory=dict)
    review_first: bool = False
    soon_for: datetime | None = None
    counts: dict[str, int] | None = None
    root: str | None = None
    changes: int = 0
    """The least value of its counter of public changes."""
    shown: bytes = b""
    """What the public lists held when they were last read."""

    def public(self) -> list[Opinion]:
        return [one for one in self.opinions if one.state == "public"]

    def stage(self, moment: datetime) -> str:
        """The stage at a moment: its window decides, the log says so a little later."""
        if self.state not in ("announced", "open"):
            return self.state
        return "closed" if moment >= self.closes else "announced" if moment < self.opens else "open"

    def is_soon(self, moment: datetime) -> bool:
        """True if it is logged as closing soon at a moment."""
        before = self.closes - CLOSING_SOON
        return (
            self.state == "open"
            and before <= moment < self.closes
            and max(self.opens, self.announced) < before
            and self.soon_for != self.closes
        )

    def turn(self, moment: datetime) -> str | None:
        """The state to which the clock turns it at a moment."""
        if self.state == "announced" and self.opens <= moment:
            return "open"
        return "closed" if self.state == "open" and self.closes + CLOSING_DELAY <= moment else None

    @property
    def are_answers_public(self) -> bool:
        return self.state in ("answered", "adopted")

    def reply_of(self, opinion: Opinion) -> Reply | None:
        """The answer that counts for a comment: its own, else that of its group."""
        by_target = {one.target: one for one in self.replies}
        return by_target.get(opinion.id) or by_target.get(opinion.group or "")

    def is_answerable(self) -> bool:
        waits = any(one.state == "waiting" for one in self.opinions)
        return self.state == "closed" and not waits and all(self.reply_of(one) for one in self.public())

    def count(self) -> dict[str, int]:
        """The counts of its comments as its end is logged."""
        found = {state: sum(one.state == state for one in self.opinions) for state in STATES}
        return found | {"counted": found["public"] + found["waiting"]}

    def words(self) -> set[bytes]:
        """The words that everybody may read now."""
        found = {one.word for one in self.public()} | {one.word for one in self.asked}
        if self.are_answers_public:
            found |= {reply.word for one in self.public() if (reply := self.reply_of(one))}
        return {word.encode() for word in found}


def commitment(salt: bytes, id_: UUID, text: str) -> bytes:
    """The commitment to a text as docs/consultations.md tells it."""
    return sha256(salt + id_.bytes + sha256(text.encode()).digest()).digest()


def tree_root(leaves: list[bytes]) -> bytes:
    """The root of RFC 6962 over commitments, the slow way: by its definition."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\1" + tree_root(leaves[:half]) + tree_root(leaves[half:])).digest()
