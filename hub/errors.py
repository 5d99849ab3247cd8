"""Error classes of the hub. REST problems (RFC 9457) and GraphQL errors are both made from them.

Each class is a noun with a stable `code`, the HTTP `status` it becomes, and a `title` that is the same for every
occurrence. An instance adds a `detail` about this occurrence, the `field` it is about and `expected`, a value that
would be accepted. Title and docstring of every class are shown at `/problems`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from hub.problem_texts.templates import as_words, fill
from hub.problem_texts.validation import explain_finding


class HubError(Exception):
    """The request failed for a reason that the hub does not know; the failure is in its log."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error of the hub"
    retry_after: ClassVar[int | None] = None
    """Seconds after which a repetition may succeed, sent as `Retry-After`."""

    def __init__(
        self,
        detail: str | None = None,
        *,
        field: str | None = None,
        expected: str | None = None,
        **extra: Any,
    ):
        self.detail = as_words(detail) if detail else self.title
        self.field = field
        self.expected = expected
        self.extra = extra
        super().__init__(self.detail)

    def members(self) -> dict[str, Any]:
        """The members of the problem except `type`, `title` and `status`, without those that are None."""
        named = {"code": self.code, "detail": self.detail, "field": self.field, "expected": self.expected}
        return {key: value for key, value in (named | self.extra).items() if value is not None}


class InvalidInput(HubError):
    """A value has the wrong type, format or range. With several findings, `errors` lists all of them."""

    code, status, title = "invalid_input", 422, "The input is not valid"

    @classmethod
    def of(cls, found: Sequence[Mapping[str, Any]], *, within: str = "", whole: str = "body") -> "InvalidInput":
        """Convert the findings of Pydantic to one error about the first, with all in `errors`.

        `within` is the member that was validated, `whole` the word for a finding about all of it. The findings need
        their context: the words are the hub's own (`hub.problem_texts.validation`).
        """
        errors: list[dict[str, str]] = []
        for finding in found:
            explained = explain_finding(finding)
            path = [within, *finding["loc"], *([explained.member] if explained.member else [])]
            error = {"field": ".".join(str(part) for part in path if part != ""), "detail": explained.detail}
            errors.append(error if explained.expected is None else error | {"expected": explained.expected})
        first = errors[0]
        return cls(
            fill("{field}: {detail}", field=first["field"] or whole, detail=first["detail"]),
            field=first["field"] or None,
            expected=first.get("expected"),
            errors=errors,
        )


class UnknownParameter(InvalidInput):
    """A query parameter or member that this address does not have. The API refuses unknown names, so that a misspelt
    filter is noticed. Pages, feeds and permanent addresses, which people pass on, ignore unknown parameters."""

    code, title = "unknown_parameter", "Unknown parameter"


class InvalidCursor(InvalidInput):
    """A cursor that is damaged, or that was made for another list, filter, order or language."""

    code, title = "invalid_cursor", "The cursor is not valid for this list"


class UnknownReference(InvalidInput):
    """The code of an agency, topic, place or spokesperson that is not in the registry."""

    code, title = "unknown_reference", "The registry has no such entry"


class ConsultationShortened(InvalidInput):
    """The end of a consultation would come before the one that was announced. Whoever relies on the announced day must
    not find the consultation closed; it can only be extended, or dropped with a reason."""

    code, title = "consultation_shortened", "A consultation cannot be shortened"


class ProofRequired(InvalidInput):
    """A comment needs a proof of work for a challenge of its consultation, so that programs cannot send thousands."""

    code, title = "proof_required", "A proof of work is required"


class ProofWrong(InvalidInput):
    """The proof does not solve the challenge for this consultation and this text, or the challenge is not the hub's."""

    code, title = "proof_wrong", "The proof of work is wrong"


class ProofExpired(InvalidInput):
    """The challenge was made more than ten minutes ago. Get a new one and solve it; the text is not lost."""

    code, title = "proof_expired", "The challenge has expired"


class ProofUsed(HubError):
    """Another comment was sent with this challenge. Get a new one for each comment. The same request sent again within
    ten minutes gets its first answer instead."""

    code, status, title = "proof_used", 409, "The challenge was used before"


class ConsultationTooShort(InvalidInput):
    """The window of a consultation is shorter than the law asks, and no public reason says why. Give one, or let the
    consultation end later."""

    code, title = "consultation_too_short", "A consultation is shorter than the legal minimum"


class ChannelLimit(InvalidInput):
    """The text is larger than a channel takes that it names: `errors` lists each channel with the field, the limit and
    the actual size. Shorten it, or do not name the channel; on the web it may stay as it is."""

    code, title = "channel_limit", "The text does not fit a channel that it names"


class MalformedRequest(HubError):
    """The request is not valid HTTP."""

    code, status, title = "malformed_request", 400, "The request is not valid HTTP"


class RequestTimeout(HubError):
    """The request's head or body arrived too slowly. Send it again over a better connection, or in smaller parts."""

    code, status, title = "request_timeout", 408, "The request took too long to arrive"


class AddressTooLong(HubError):
    """Path and query of the request are longer than the hub accepts."""

    code, status, title = "address_too_long", 414, "The address is too long"


class ForeignHost(HubError):
    """The header `Host` names a host that is not this hub's."""

    code, status, title = "foreign_host", 421, "This hub does not serve this host"


class HeadTooLarge(HubError):
    """The headers of the request are larger than the hub accepts."""

    code, status, title = "head_too_large", 431, "The request's headers are too large"


class Unauthenticated(HubError):
    """The request has no key, or one that is unknown, expired or revoked."""

    code, status, title = "unauthenticated", 401, "A valid API key is required"


class Forbidden(HubError):
    """The key is valid, but its scopes or its agency do not allow this."""

    code, status, title = "forbidden", 403, "This key is not allowed to do this"


class FourEyes(Forbidden):
    """The principal that wrote the last change cannot approve it: a second person has to."""

    code, title = "four_eyes", "A second person must approve this change"


class VersionRequired(HubError):
    """A change of an existing document must name the version that it was made from."""

    code, status, title = "version_required", 428, "The document's version is required"


class VersionStale(HubError):
    """The document was changed after this version was read. Read it again before you repeat the change."""

    code, status, title = "version_stale", 412, "The document has changed since this version"


class IdempotencyMismatch(HubError):
    """The idempotency key was used before, for a request with other content."""

    code, status, title = "idempotency_mismatch", 422, "The idempotency key was used for another request"


class RateLimited(HubError):
    """Too many requests from this key or address. `Retry-After` says in how many seconds to try again."""

    code, status, title = "rate_limited", 429, "Too many requests"


class TooManyStreams(HubError):
    """The limit of open streams of this address, or of this process, is reached."""

    code, status, title = "too_many_streams", 429, "Too many streams are open"


class NotFound(HubError):
    """No public document, list or page has this address."""

    code, status, title = "not_found", 404, "There is nothing at this address"


class CitationUnresolved(NotFound):
    """No public document matches the citation; `understood` says how it was parsed."""

    code, title = "citation_unresolved", "The citation matches no public document"


class NotInForce(HubError):
    """The policy is public but not in force on the requested legal date; its dates say why."""

    code, status, title = "not_in_force", 404, "The policy is not in force on this date"


class MethodNotAllowed(HubError):
    """The address exists, but supports other methods; `Allow` lists them."""

    code, status, title = "method_not_allowed", 405, "This address does not support this method"


class DocumentGone(HubError):
    """The document was public and has been removed permanently."""

    code, status, title = "document_gone", 410, "The document was permanently removed"


class PreviewOver(HubError):
    """The link to a preview has ended: its time is over, or the edition is no longer being worked on."""

    code, status, title = "preview_over", 410, "The preview has ended"


class TransitionConflict(HubError):
    """The lifecycle has no such step from the current state."""

    code, status, title = "transition_conflict", 409, "The current state does not allow this step"


class AnswersMissing(TransitionConflict):
    """A consultation is answered when every public comment or its group has an answer, and none waits for a moderator.

    `counts` says what is missing; `GET /api/v1/manage/consultations/{id}/answers?missing=true` lists it.
    """

    code, title = "answers_missing", "Comments are not answered yet"


class CodeInUse(HubError):
    """A code of the registry that something uses: `uses` says what. It cannot be removed or closed before."""

    code, status, title = "code_in_use", 409, "The code of the registry is in use"


class Resync(HubError):
    """A position or cursor of a log or index that has been replaced. Start again from the beginning."""

    code, status, title = "resync", 409, "The position belongs to another log or index"


class ViewBroken(HubError):
    """The stored form of this document, webhook or source is damaged or no longer valid, so it cannot be shown whole.
    Keep your copy of a document; `card` is its short form, if that is whole. With the field `Idempotency-Key`, the
    request was done and only its stored answer is damaged: read the present state. The operators are told."""

    code, status, title = "view_broken", 409, "The stored form of this is damaged"


class BodyTooLarge(HubError):
    """The request is larger than the hub accepts."""

    code, status, title = "body_too_large", 413, "The request is too large"


class FileTooLarge(BodyTooLarge):
    """The file is larger than the hub accepts."""

    code, title = "file_too_large", "The file is too large"


class UnsupportedFile(HubError):
    """A file type that the hub does not accept, or a file that is valid as two types at once."""

    code, status, title = "unsupported_file", 415, "The hub does not accept files of this type"


class FileMismatch(InvalidInput):
    """The name, the declared type and the bytes of the file contradict each other."""

    code, title = "file_mismatch", "The file does not match its name or declared type"


class FileInfected(InvalidInput):
    """The virus scanner found malware in the file."""

    code, title = "file_infected", "The virus scanner rejected the file"


class FileLimit(InvalidInput):
    """The document already has the maximum number of files, or of bytes in files."""

    code, title = "file_limit", "The document has reached its file limit"


class RangeNotSatisfiable(HubError):
    """The range begins after the end of the file."""

    code, status, title = "range_not_satisfiable", 416, "The range is outside the file"


class ServiceUnavailable(HubError):
    """A part that this request depends on does not respond. Try again later."""

    code, status, title = "service_unavailable", 503, "A part of the hub is not available right now"
    retry_after = 5


class StorageFull(HubError):
    """A disk of the hub is full, so nothing can be stored. Nothing that was acknowledged is lost."""

    code, status, title = "storage_full", 507, "The hub has no room to store this"
    retry_after = 60


class Overload(ServiceUnavailable):
    """The memory for large requests and answers is in use. `Retry-After` says in how many seconds to try again."""

    code, title = "overloaded", "The hub has no room for a large request or answer right now"


class TooManyConnections(ServiceUnavailable):
    """The limit of open connections of this address, or of the hub, is reached."""

    code, title = "too_many_connections", "Too many connections are open"


class ScannerUnavailable(ServiceUnavailable):
    """The virus scanner does not respond; files are accepted only after a scan."""

    code, title = "scanner_unavailable", "The virus scanner is not available right now"


class StorageUnavailable(ServiceUnavailable):
    """The file store does not respond."""

    code, title = "storage_unavailable", "The file store is not available right now"


class SetupProblem(HubError):
    """The operator has to configure something first; `detail` says what, `expected` how."""

    code, status, title = "setup_problem", 503, "The hub is not configured for this"
