"""The addresses under which the hub's documents are known outside."""

from uuid import UUID

from starlette.requests import Request

from hub.domain.kinds import KINDS
from hub.settings import Settings


def base_url(request: Request, settings: Settings) -> str:
    """The hub's own address without a final slash: as users see it, where the operator said so."""
    return (settings.public_url or str(request.base_url)).rstrip("/")


def page_path(document_id: UUID | str) -> str:
    """The page that people read."""
    return f"/d/{document_id}"


def rest_path(kind: str, document_id: UUID | str) -> str:
    """The JSON that apps read."""
    return f"/api/v1/{KINDS[kind].plural}/{document_id}"


def urn(document_id: UUID | str) -> str:
    """The document's name in feeds: it stays when the hub moves to another address."""
    return f"urn:uuid:{document_id}"


def id_path(kind: str, document_id: UUID | str) -> str:
    """The document itself, whatever form of it is asked for."""
    return f"/id/{kind}/{document_id}"


def json_ld_path(document_id: UUID | str) -> str:
    """The document as JSON-LD."""
    return f"/d/{document_id}.jsonld"
