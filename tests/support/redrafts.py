"""Two versions of made-up drafts, of which it is known where each provision went.

`look_alikes.txt`: a provision a line, `[one|other]` is what two look-alikes differ in. `versions.txt`: `old => new`.
The files with `_apart` were written after the thresholds had been chosen.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.consultation.carryover.anchor_targets import CommentTarget, quote_at
from hub.consultation.carryover.anchors import carry_between
from hub.consultation.carryover.carried_targets import CarriedTarget, CarryStatus
from hub.consultation.carryover.redraft import Redraft

DATA = Path(__file__).parent / "data" / "consultation"
_SLOT = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")
SURE = frozenset({CarryStatus.exact, CarryStatus.moved, CarryStatus.reworded})
LAYOUTS = ("articles", "clauses", "apart", "alone")

Nodes = list[dict[str, Any]]


@dataclass
class Provision:
    """A provision by its name, with its text in both versions; None where a version lacks it."""

    name: str
    old: str | None
    new: str | None
    chapter: int = 1
    group: str | None = None
    """Name of the article whose clause it is; None for an article of its own."""
    heading: str | None = None


@dataclass
class Versions:
    """Nodes of both versions, and where each provision stands in them."""

    old: Nodes = field(default_factory=list)
    new: Nodes = field(default_factory=list)
    old_refs: dict[str, str] = field(default_factory=dict)
    new_refs: dict[str, str] = field(default_factory=dict)


def number(provisions: Iterable[Provision]) -> Versions:
    """Number the provisions of both versions as articles and clauses."""
    made = Versions()
    listed = list(provisions)
    for is_new, nodes, refs in ((False, made.old, made.old_refs), (True, made.new, made.new_refs)):
        article, clause = 0, 0
        chapter: int | None = None
        group: str | None = None
        for one in listed:
            text = one.new if is_new else one.old
            if text is None:
                continue
            if one.chapter != chapter:
                chapter, group = one.chapter, None
                nodes.append(
                    {"ref": f"chuong-{chapter}", "parent": None, "type": "chapter", "label": f"Chương {chapter}"}
                )
            if one.group is None or one.group != group:
                article, clause, group = article + 1, 0, one.group
                if group is not None:
                    nodes.append(_node(f"dieu-{article}", f"chuong-{chapter}", "article", group, None))
            if group is None:
                nodes.append(_node(f"dieu-{article}", f"chuong-{chapter}", "article", one.heading, text))
                refs[one.name] = f"dieu-{article}"
            else:
                clause += 1
                nodes.append(_node(f"dieu-{article}/khoan-{clause}", f"dieu-{article}", "clause", None, text))
                refs[one.name] = f"dieu-{article}/khoan-{clause}"
    return made


def _node(ref: str, parent: str, kind: str, heading: str | None, text: str | None) -> dict[str, Any]:
    return {"ref": ref, "parent": parent, "type": kind, "label": ref, "heading": heading, "text": text}


def lines(name: str) -> list[str]:
    """The lines of a file without its remarks."""
    return [line for line in (DATA / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]


def fillers(start: int = 0) -> list[Provision]:
    """Provisions that stay as they are."""
    texts = lines("fillers.txt")
    return [Provision(f"filler-{place}", text, text) for place, text in enumerate(texts[start:] + texts[:start])]


@dataclass(frozen=True)
class Pair:
    """Two look-alikes and the words around their difference."""

    before: str
    one: str
    other: str
    behind: str

    def text(self, word: str) -> str:
        return f"{self.before}{word}{self.behind}"


def look_alikes(name: str) -> list[Pair]:
    """The pairs of a file."""
    found = []
    for line in lines(name):
        match = _SLOT.search(line)
        assert match is not None, line
        found.append(Pair(line[: match.start()], match[1], match[2], line[match.end() :]))
    return found


ADDITIONS = (" theo quy định của pháp luật", " và theo hướng dẫn của cơ quan chuyên môn", " bảo đảm đúng tiến độ đề ra")


def reword(text: str, place: int) -> str:
    """Change the wording a little: an addition at the end, and sometimes one at the beginning."""
    changed = text.rstrip(".") + ADDITIONS[place % 3] + "."
    return changed if place % 2 else "Theo đó, " + changed[0].lower() + changed[1:]


@dataclass(frozen=True)
class Case:
    """A comment with the ref at which it belongs in the newer version; None if its provision was deleted."""

    redraft: Redraft
    target: CommentTarget
    expected: str | None
    what: str

    def carry(self) -> CarriedTarget:
        return carry_between(self.redraft, self.target)


def pair_provisions(place: int, pair: Pair, layout: str) -> list[Provision]:
    """Both provisions of a pair. Of each third pair the first was deleted, of another third it was reworded."""
    one, other = pair.text(pair.one), pair.text(pair.other)
    group = f"Nội dung thứ {place}" if layout == "clauses" else None
    new_one: str | None = (None, one, reword(one, place))[place % 3]
    new_other = reword(other, place // 3) if place % 6 in (3, 5) else other
    return [
        Provision(f"{place}-one", one, new_one, 1, group),
        Provision(f"{place}-other", other, new_other, 2 if layout == "apart" else 1, group),
    ]


def look_alike_cases(name: str, layout: str) -> Iterator[Case]:
    """Comments on the first provision of each pair of a file: on the node, and on all its words and parts of them."""
    pairs = list(enumerate(look_alikes(name)))
    together = [one for place, pair in pairs for one in pair_provisions(place, pair, layout)]
    together.sort(key=lambda one: one.chapter)
    if layout != "alone":
        versions = number(_with_fillers(together))
        shared = Redraft(versions.old, versions.new)
    for place, pair in pairs:
        if layout == "alone":
            versions = number(_with_fillers(pair_provisions(place, pair, layout)))
            shared = Redraft(versions.old, versions.new)
        ref, text = versions.old_refs[f"{place}-one"], pair.text(pair.one)
        for what, target in targets(ref, text, len(pair.before), len(pair.before) + len(pair.one)):
            yield Case(shared, target, versions.new_refs.get(f"{place}-one"), what)


def _with_fillers(provisions: Sequence[Provision]) -> list[Provision]:
    return [*fillers()[:5], *provisions, *(Provision(f"end-{one.name}", one.old, one.new, 3) for one in fillers()[5:])]


def targets(ref: str, text: str, start: int, end: int) -> Iterator[tuple[str, CommentTarget]]:
    """Comments on a node, on its whole text, and on parts around, before and behind a range of it."""
    words = [match.span() for match in re.finditer(r"\S+", text)]
    before = [span for span in words if span[1] <= start]
    behind = [span for span in words if span[0] >= end]
    ranges = {
        "all": (0, len(text)),
        "slot": (start, end),
        "around": (before[-4:] or [(start, end)])[0][:1] + (behind[:4] or [(start, end)])[-1][1:],
        "wide": (before[-9:] or [(start, end)])[0][:1] + (behind[:9] or [(start, end)])[-1][1:],
    }
    if len(before) > 2:
        ranges["before"] = (before[0][0], before[-1][1])
    if len(behind) > 2:
        ranges["behind"] = (behind[0][0], behind[-1][1])
    yield "node", CommentTarget(ref)
    for what, span in ranges.items():
        yield what, CommentTarget(ref, quote=quote_at(text, *span))


def version_cases(name: str) -> Iterator[tuple[Case, CarryStatus]]:
    """Comments on provisions of which the next version is known, with the right status."""
    provisions = list(fillers()[:5])
    provisions.insert(0, Provision("new-1", None, "Văn bản này được niêm yết tại trụ sở các đơn vị liên quan."))
    provisions.insert(0, Provision("new-2", None, "Ngôn ngữ sử dụng trong hồ sơ là tiếng Việt có dấu đầy đủ."))
    wanted: dict[str, CarryStatus] = {}
    for place, line in enumerate(lines(name)):
        old, new = line.split(" => ")
        is_other_rule, new = new.startswith("? "), new.removeprefix("? ")
        name_of = f"pair-{place}"
        group = None if place % 3 else f"Nội dung thứ {place}"
        if group:
            kept = f"Nội dung này do đơn vị thứ {place} theo dõi."
            provisions.append(Provision(f"beside-{place}", kept, kept, 1, group))
        provisions.append(Provision(name_of, old, None if new == "-" else new, 1, group))
        wanted[name_of] = (
            CarryStatus.orphaned if new == "-" else CarryStatus.uncertain if is_other_rule else CarryStatus.reworded
        )
    provisions += [Provision(f"end-{one.name}", one.old, one.new, 3) for one in fillers()[5:]]
    versions = number(provisions)
    redraft = Redraft(versions.old, versions.new)
    for one in provisions:
        if one.name in wanted and one.old is not None:
            ref = versions.old_refs[one.name]
            new_ref = versions.new_refs.get(one.name)
            yield Case(redraft, CommentTarget(ref), new_ref, "node"), wanted[one.name]
            whole = CommentTarget(ref, quote=quote_at(one.old, 0, len(one.old)))
            yield Case(redraft, whole, new_ref, "all"), wanted[one.name]
