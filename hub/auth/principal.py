"""Principals: an API key or staff member with its agencies and scopes, the same for REST and GraphQL."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hub.errors import Forbidden, NotFound
from hub.problem_texts.templates import fill


class Scope(StrEnum):
    """Permissions of a principal for its agency and the agencies below it."""

    read_working = "read:working"
    write = "write"
    publish = "publish"
    moderate = "moderate"
    webhooks = "webhooks"
    sources = "sources"
    ingest = "ingest"
    admin = "admin"


@dataclass(frozen=True)
class Principal:
    """An authenticated key or staff member. `agencies` are the codes of its agency and of all agencies below it."""

    id: str
    label: str
    agency: str
    agencies: frozenset[str]
    scopes: frozenset[Scope]
    person: str | None = None
    """The person who acts: the subject of a staff token, or the person that a key was made for."""
    person_id: UUID | None = None
    """The registered person who acts."""
    expires_at: datetime | None = None
    """End of the key's life; null for a key without one, and for staff, whose tokens are renewed."""
    is_limited: bool = False
    """True for a key that acts for some agencies only, and for none that is created below them later."""

    def require_for_document(self, scope: Scope, owner: str, *, is_public: bool) -> None:
        """Raise `Forbidden` unless this principal has the scope for a document of the owner.

        Raises `NotFound` for a document of others that was never public, as for one that does not exist: an id must not
        tell that somebody is writing something.
        """
        if owner not in self.agencies and not is_public:
            raise NotFound("There is no document with this id.", field="id")
        self.require(scope, owner)

    def require(self, scope: Scope, agency: str) -> None:
        """Raise `Forbidden` unless this principal has the scope and acts for the agency."""
        if scope not in self.scopes:
            raise Forbidden(
                fill("This requires the scope `{scope}`.", scope=scope),
                expected=fill("a key with the scope {scope}", scope=scope),
            )
        if agency not in self.agencies:
            raise Forbidden(
                fill(
                    "`{who}` belongs to {agency} and has no access to {other}.",
                    who=self.label or self.id,
                    agency=self.agency,
                    other=agency,
                ),
                field="agency",
                expected=fill("a key of {agency} or of an agency above it", agency=agency),
            )
