"""Public URLs of the hub and its documents."""

from uuid import UUID

from starlette.requests import HTTPConnection

from hub.domain.kinds import KINDS
from hub.settings import Settings


def base_url(request: HTTPConnection, settings: Settings) -> str:
    """The hub's URL without a final slash: the setting `public_url`, else as the request was addressed."""
    return (settings.public_url or str(request.base_url)).rstrip("/")


def page_path(document_id: UUID | str) -> str:
    """Path of a document's page."""
    return f"/d/{document_id}"


def rest_path(kind: str, document_id: UUID | str) -> str:
    """Path of a document in the REST API."""
    return f"/api/v1/{KINDS[kind].plural}/{document_id}"


def urn(document_id: UUID | str) -> str:
    """The document's identifier in feeds, which does not change when the hub moves to another address."""
    return f"urn:uuid:{document_id}"


def id_path(kind: str, document_id: UUID | str) -> str:
    """Path of a document's identifier, which redirects to the form that Accept asks for."""
    return f"/id/{kind}/{document_id}"


def json_ld_path(document_id: UUID | str) -> str:
    """Path of a document as JSON-LD."""
    return f"/d/{document_id}.jsonld"
