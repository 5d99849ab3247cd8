"""Authors as the table names them, and counts by kind. Pure.

In the public form, authors stand as they chose to be shown, and kinds with fewer than five opinions are counted
together: nobody is found by being the only one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from hub.consultation.comments.models import AuthorKind, AuthorShown
from hub.consultation.official_table.facts import CommentFacts
from hub.consultation.official_table.ledger import KindCount, LedgerForm
from hub.consultation.submission.inputs import public_name

LEAST = 5
"""Fewest opinions that the public form tells apart by kind."""
BODIES = frozenset({AuthorKind.body, AuthorKind.front})
"""Kinds that answer by official letter: their names are public."""

KIND_WORDS: Mapping[AuthorKind, str] = {
    AuthorKind.person: "cá nhân",
    AuthorKind.organisation: "tổ chức",
    AuthorKind.business: "doanh nghiệp",
    AuthorKind.anonymous: "người ẩn danh",
    AuthorKind.body: "cơ quan, tổ chức được lấy ý kiến",
    AuthorKind.front: "Mặt trận Tổ quốc",
}
OTHER_KINDS = "chủ thể khác"
NOT_SHOWN = "Không nêu tên"


def author_text(comment: CommentFacts, form: LedgerForm) -> str:
    """Return the author of one comment as a form shows them."""
    if comment.author_kind in BODIES:
        name = comment.organisation or comment.name or KIND_WORDS[comment.author_kind]
        return f"{name} ({comment.letter})" if comment.letter else name
    if form is LedgerForm.internal:
        named = ", ".join(part for part in (comment.name, comment.organisation) if part)
        return named or _capital(KIND_WORDS[comment.author_kind])
    if comment.shown is AuthorShown.nothing:
        return NOT_SHOWN
    # The one name that is shown elsewhere, too: moderators and the check for private data have seen no other.
    shown_name = public_name(comment.author_kind, comment.name, comment.organisation)
    if comment.shown is AuthorShown.name and shown_name:
        return shown_name
    return _capital(KIND_WORDS[comment.author_kind])


def group_text(comments: Iterable[CommentFacts], form: LedgerForm) -> str:
    """Return the authors of a group of near copies: their number, by kind where that finds nobody."""
    counts, not_shown = count_authors(comments, form)
    total = sum(count.opinions for count in counts) + not_shown
    kinds = [f"{count.opinions} {KIND_WORDS[count.kind] if count.kind else OTHER_KINDS}" for count in counts]
    if not_shown:
        kinds.append(f"{not_shown} {NOT_SHOWN.lower()}")
    told = f": {', '.join(kinds)}" if any(count.kind for count in counts) else ""
    return f"{total} ý kiến có nội dung giống nhau{told}"


def count_authors(comments: Iterable[CommentFacts], form: LedgerForm) -> tuple[list[KindCount], int]:
    """Count opinions by kind of author, and in the public form those apart whose author is not shown at all.

    Counted under a kind, theirs could be found by subtracting the opinions that show it.
    """
    is_public = form is LedgerForm.public
    given = list(comments)
    kinds = [one.author_kind for one in given if not (is_public and is_not_shown(one))]
    return count_kinds(kinds, form), len(given) - len(kinds)


def is_not_shown(comment: CommentFacts) -> bool:
    """Return True if the author wants to be shown neither by name nor by kind; letters of bodies are public."""
    return comment.shown is AuthorShown.nothing and comment.author_kind not in BODIES


def count_kinds(kinds: Iterable[AuthorKind], form: LedgerForm) -> list[KindCount]:
    """Count opinions by kind of author, the most frequent first; letters of bodies always apart.

    In the public form, small kinds are one count, which takes the next kind in as long as it is below `LEAST` itself.
    """
    counted = Counter(kinds)
    order = sorted(counted, key=lambda kind: (-counted[kind], kind))
    together = 0
    if form is LedgerForm.public:
        people = [kind for kind in reversed(order) if kind not in BODIES]
        for kind in people:
            if counted[kind] < LEAST or 0 < together < LEAST:
                together += counted[kind]
                order.remove(kind)
    found = [KindCount(kind=kind, opinions=counted[kind]) for kind in order]
    return [*found, KindCount(kind=None, opinions=together)] if together else found


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
