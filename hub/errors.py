"""One tree of errors. REST problems (RFC 9457) and GraphQL errors are both made from these classes.

Each class is a noun with a stable `code`, the HTTP `status` it becomes, and a `title` that never changes;
an instance adds a `detail` (what happened), the `field` it is about and `expected` (what would be right).
"""

from typing import Any, ClassVar


class HubError(Exception):
    """Anything the hub refuses, in words for the person who asked."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong inside the hub"

    def __init__(
        self,
        detail: str | None = None,
        *,
        field: str | None = None,
        expected: str | None = None,
        **extra: Any,
    ):
        self.detail = detail or self.title
        self.field = field
        self.expected = expected
        self.extra = extra
        super().__init__(self.detail)

    def members(self) -> dict[str, Any]:
        """The problem's members beside `type`, `title` and `status`; absent ones are left out."""
        named = {"code": self.code, "detail": self.detail, "field": self.field, "expected": self.expected}
        return {key: value for key, value in (named | self.extra).items() if value is not None}


class InvalidInput(HubError):
    """A value of the wrong shape; `errors` lists every one of them."""

    code, status, title = "invalid_input", 422, "The input is not valid"


class UnknownParameter(InvalidInput):
    """A query parameter that this address does not know; never ignored."""

    code, title = "unknown_parameter", "This address has no such parameter"


class InvalidCursor(InvalidInput):
    """A cursor that the hub did not make, or made for another list, filter or order."""

    code, title = "invalid_cursor", "The cursor does not belong to this list"


class UnknownReference(InvalidInput):
    """A code of an agency, topic, place or spokesperson that the registry does not hold."""

    code, title = "unknown_reference", "The registry holds no such entry"


class Unauthenticated(HubError):
    """No key, or one that is unknown, expired or revoked."""

    code, status, title = "unauthenticated", 401, "A valid API key is needed"


class Forbidden(HubError):
    """The key is valid and may not do this: its scope or its agency does not allow it."""

    code, status, title = "forbidden", 403, "This key may not do this"


class FourEyes(Forbidden):
    """Whoever wrote the last change may not approve it; somebody else has to look."""

    code, title = "four_eyes", "Somebody else has to approve this change"


class VersionRequired(HubError):
    """A write to an existing document must say which version it was made from."""

    code, status, title = "version_required", 428, "The document's version is needed"


class VersionStale(HubError):
    """The document was changed since this version was read; read it again and decide anew."""

    code, status, title = "version_stale", 412, "The document was changed meanwhile"


class IdempotencyMismatch(HubError):
    """This idempotency key was used for another request."""

    code, status, title = "idempotency_mismatch", 422, "The idempotency key belongs to another request"


class RateLimited(HubError):
    """Too many requests from this key or address; `Retry-After` says when to come again."""

    code, status, title = "rate_limited", 429, "Too many requests"


class TooManyStreams(HubError):
    """As many streams are open as this address, or this process, may have."""

    code, status, title = "too_many_streams", 429, "Too many streams are open"


class NotFound(HubError):
    """No public item at this address."""

    code, status, title = "not_found", 404, "There is nothing at this address"


class CitationUnresolved(NotFound):
    """The words name no document that is public here; `understood` says how they were read."""

    code, title = "citation_unresolved", "No public document is meant"


class NotInForce(HubError):
    """The policy is public and is not in force on the legal date that was asked about; its dates say why."""

    code, status, title = "not_in_force", 404, "The policy is not in force on this date"


class MethodNotAllowed(HubError):
    """The address exists and answers other methods."""

    code, status, title = "method_not_allowed", 405, "This address does not answer this method"


class DocumentGone(HubError):
    """The document was public and was removed for good."""

    code, status, title = "document_gone", 410, "This document was removed for good"


class TransitionConflict(HubError):
    """The lifecycle has no such step from the present state."""

    code, status, title = "transition_conflict", 409, "The document's state does not allow this step"


class Resync(HubError):
    """A position or cursor of a log or index that is no longer the hub's: begin again."""

    code, status, title = "resync", 409, "The position belongs to another log or index; begin again"


class BodyTooLarge(HubError):
    """The request is larger than the hub reads."""

    code, status, title = "body_too_large", 413, "The request is too large"


class FileTooLarge(BodyTooLarge):
    """The file is larger than the hub keeps."""

    code, title = "file_too_large", "The file is too large"


class UnsupportedFile(HubError):
    """A type of file that the hub does not keep, or one that is two things at once."""

    code, status, title = "unsupported_file", 415, "The hub does not keep files of this type"


class FileMismatch(InvalidInput):
    """Name, declared type and bytes of a file do not say the same."""

    code, title = "file_mismatch", "The file is not what it is said to be"


class FileInfected(InvalidInput):
    """The virus scanner found something in the file."""

    code, title = "file_infected", "The virus scanner refuses the file"


class FileLimit(InvalidInput):
    """The document has as many files, or as many bytes of them, as it may have."""

    code, title = "file_limit", "The document may not have more files"


class RangeNotSatisfiable(HubError):
    """A range that begins behind the file's end."""

    code, status, title = "range_not_satisfiable", 416, "The file has no such range"


class ServiceUnavailable(HubError):
    """A part that this request cannot do without is not there; trying again later may work."""

    code, status, title = "service_unavailable", 503, "A part of the hub is not available right now"


class ScannerUnavailable(ServiceUnavailable):
    """The virus scanner gives no verdict; without one no file is taken in."""

    code, title = "scanner_unavailable", "The virus scanner is not available right now"


class StorageUnavailable(ServiceUnavailable):
    """The store of files does not answer."""

    code, title = "storage_unavailable", "The file store is not available right now"


class SetupProblem(HubError):
    """The operator has to do something first: one clear line and the way out."""

    code, status, title = "setup_problem", 503, "The hub is not set up for this"
