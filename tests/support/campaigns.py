"""Made-up comments on one draft with the campaign that each is a copy of: for grouping near copies.

Members of a campaign fill in blanks, make slips, lose marks, exchange and leave out sentences, and add their own.
Comments that belong to nobody speak of the same things, some quote a campaign's sentence in order to contradict.
"""

import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.redrafts import DATA, lines

WORDS: dict[str, list[str]] = {
    name: listed.split(" | ") for name, _, listed in (line.partition(" = ") for line in lines("comment_words.txt"))
}
SYNONYMS = (("đề nghị", "yêu cầu"), ("người dân", "bà con"), ("hiện nay", "bây giờ"), ("quy định", "nội dung"))


@dataclass(frozen=True)
class MadeComment:
    """A comment with the number of its campaign, None if it belongs to nobody, and the sentences that are its own."""

    key: str
    text: str
    campaign: int | None
    own: tuple[str, ...]


def campaigns(kind: str) -> list[list[str]]:
    """The campaigns of a set, each as its sentences."""
    text = "\n".join(
        line for line in (DATA / "campaigns.txt").read_text("utf-8").splitlines() if not line.startswith("#")
    )
    block = re.split(r"^= (\w+)\n", text, flags=re.MULTILINE)
    chosen = block[block.index(kind) + 1]
    return [one.splitlines() for one in chosen.strip().split("\n\n")]


class Speaker:
    """Says sentences of persons' own, none of which only varies another one."""

    def __init__(self, chance: random.Random):
        self.chance = chance
        self.said = set[tuple[str, ...]]()

    def say(self) -> str:
        """Make the next sentence."""
        while True:
            did, so, other = self._choose("did"), self._choose("so"), self._choose("did")
            plain = self._choose("plain") if self.chance.random() < 0.1 else ""
            if (plain, did, so, "" if plain else other) not in self.said:
                break
        self.said.add((plain, did, so, "" if plain else other))
        who, friend = self._choose("who"), self._choose("who").lower()
        if not plain:
            return f"{who} {did} {self._choose('when')}, {so}, dù {friend} {other}."
        blanks = {name: self._choose(name) for name in ("do", "place", "word")}
        return f"{plain.format(n=self.chance.randint(2, 90), **blanks)}, còn {friend} {did}, {so}."

    def _choose(self, name: str) -> str:
        return self.chance.choice(WORDS[name])


def draft_texts() -> list[str]:
    """Provisions of the draft, which comments quote."""
    return lines("fillers.txt")


def make_comments(kind: str, seed: int, number: int, part_of_campaigns: float = 0.7) -> list[MadeComment]:
    """Make comments: of the campaigns of a set, in sizes that halve, and of single persons."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    chosen = campaigns(kind)
    weights = [0.7**place for place in range(len(chosen))]
    chance.shuffle(weights)
    speaker = Speaker(chance)
    made: list[MadeComment] = []
    for place in range(number):
        key = f"{place:06}"
        if chance.random() < part_of_campaigns:
            campaign = chance.choices(range(len(chosen)), weights)[0]
            text, own = copy_campaign(chosen[campaign], speaker)
            made.append(MadeComment(key, text, campaign, own))
        else:
            own = tuple(say_alone(chosen, speaker))
            made.append(MadeComment(key, " ".join(own), None, own))
    return made


def copy_campaign(sentences: list[str], speaker: Speaker) -> tuple[str, tuple[str, ...]]:
    """Copy a campaign as people do; returns the text and the sentences of the person's own."""
    chance = speaker.chance
    blanks = {
        "ward": chance.choice(WORDS["wards"]),
        "name": f"{chance.choice(WORDS['family'])} {chance.choice(WORDS['given'])}",
    }
    said = [sentence.format(**blanks) for sentence in sentences]
    if len(said) > 3 and chance.random() < 0.15:
        said.pop(chance.randrange(len(said)))
    if len(said) > 4 and chance.random() < 0.06:
        said = said[: len(said) * 2 // 3]
    if chance.random() < 0.2:
        chance.shuffle(said)
    if chance.random() < 0.1:
        old, new = chance.choice(SYNONYMS)
        at = chance.randrange(len(said))
        said[at] = said[at].replace(old, new)
    if len(said) > 2 and chance.random() < 0.05:
        at = chance.randrange(len(said) - 1)
        said[at : at + 2] = [f"{said[at].rstrip('.')} {said[at + 1]}"]
    slips = chance.choice((0, 0, 0, 1, 1, 2, 3))
    for _ in range(slips):
        at = chance.randrange(len(said))
        said[at] = slip(said[at], chance)
    own: list[str] = []
    if chance.random() < 0.25:
        most = 1 if sum(len(one.split()) for one in said) < 40 else 4
        own = [speaker.say() for _ in range(chance.randint(1, most))]
        if len(sentences) == 1:
            own = []
    at = chance.choice((0, len(said)))
    text = chance.choice((" ", " ", "\n")).join([*said[:at], *own, *said[at:]])
    looks = chance.random()
    if looks < 0.25:
        text, own = drop_marks(text), [drop_marks(one) for one in own]
    elif looks < 0.3:
        text, own = text.lower(), [one.lower() for one in own]
    return text, tuple(own)


def say_alone(chosen: list[list[str]], speaker: Speaker) -> Iterator[str]:
    """Yield the sentences of a comment that belongs to nobody."""
    chance = speaker.chance
    way = chance.random()
    if way < 0.1:
        yield speaker.say()
        yield "Xin chân thành cảm ơn quý cơ quan đã lắng nghe ý kiến của người dân."
        return
    if way < 0.2:
        yield f"Dự thảo viết: “{chance.choice(draft_texts())}”"
    elif way < 0.3:
        sentence = chance.choice([one for campaign in chosen for one in campaign if len(campaign) > 1])
        yield sentence.format(ward=chance.choice(WORDS["wards"]), name="Tôn Thất Hòa")
        yield "Nhiều người gửi câu trên nhưng tôi nghĩ khác hẳn."
        yield from (speaker.say() for _ in range(3))
        return
    yield from (speaker.say() for _ in range(chance.randint(2, 5)))


def slip(sentence: str, chance: random.Random) -> str:
    """Make one slip of the keyboard inside a word without figures."""
    places = [match.span() for match in re.finditer(r"[^\W\d_]{3,}", sentence)]
    start, end = chance.choice(places)
    at = chance.randrange(start, end - 1)
    way = chance.randrange(4)
    if way == 0:
        return sentence[:at] + sentence[at + 1] + sentence[at] + sentence[at + 2 :]
    if way == 1:
        return sentence[:at] + sentence[at + 1 :]
    if way == 2:
        return sentence[:at] + sentence[at] + sentence[at:]
    return sentence[:at] + chance.choice("abcdeghiklmnopqrstuvxy") + sentence[at + 1 :]


def drop_marks(text: str) -> str:
    """Write a text without marks."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))
