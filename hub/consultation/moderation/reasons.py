"""The public list of reasons for hiding a comment (lý do ẩn góp ý): codes and wordings are versioned data."""

from collections.abc import Mapping

from hub.consultation.moderation.views import HiddenReasonView
from hub.consultation.wordings import codes_of, load_wordings
from hub.errors import InvalidInput
from hub.problem_texts.templates import fill, list_names

LIST = "hidden_reason"
"""Name of the list among the wordings."""


def require_reason(code: str | None) -> str:
    """Return a code of the list. Raises `InvalidInput`."""
    codes = codes_of(LIST)
    if code not in codes:
        detail = "A comment is hidden for a reason of the public list." if code is None else "There is no such reason."
        raise InvalidInput(detail, field="reason", expected=fill("one of {codes}", codes=list_names(codes)))
    return code


def count_by_reason(counts: Mapping[str, int], lang: str) -> list[HiddenReasonView]:
    """Return the whole list with the number of each; codes that were dropped from it come last, while one is used."""
    listed = [
        HiddenReasonView(
            reason=term.code,
            wording=term.en if lang == "en" else term.vi,
            approved=term.approved,
            count=counts.get(term.code, 0),
        )
        for term in load_wordings().terms[LIST]
    ]
    dropped = sorted(counts.keys() - {one.reason for one in listed})
    return listed + [
        HiddenReasonView(reason=code, wording=code, approved=False, count=counts[code]) for code in dropped
    ]
