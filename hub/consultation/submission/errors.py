"""Refusals of comments."""

from hub.errors import HubError, InvalidInput, NotFound


class ConsultationNotOpen(HubError):
    """The consultation does not take comments: it was not open when the request arrived. `received_at` is the time of
    its arrival by the hub's clock, `opens_at` and `closes_at` are the window; `closes_at` is the first moment after
    it."""

    code, status, title = "consultation_not_open", 409, "The consultation is not open"


class ConsentOutdated(InvalidInput):
    """The wording of the consent is unknown, or its version is no longer the present one. Show the present wording."""

    code, title = "consent_outdated", "The wording of the consent has changed"


class CommentNotFound(NotFound):
    """No public comment has this id here; or, with the header `Comment-Code`, no comment of this consultation has this
    code: it is wrong, or the comment was erased."""

    code, title = "comment_not_found", "There is no such comment"


class CommentProofMissing(NotFound):
    """The comment was not counted at the end of the consultation, or the end has not come."""

    code, title = "comment_not_counted", "The comment was not counted at the end"
