"""The finished OpenAPI document: FastAPI's, made over in a fixed order."""

from collections.abc import Iterable
from typing import Any

from starlette.routing import BaseRoute

from hub.contract.maps import name_map_keys
from hub.contract.messages import add_messages, message_models
from hub.contract.names import drop_titles, merge_equal_schemas
from hub.contract.presence import drop_null_parameters, require_members
from hub.contract.unions import name_unions
from hub.manage.openapi import add_content_schemas
from hub.settings import Settings
from hub.web import deprecations, problems


def _describe_hub(document: dict[str, Any], settings: Settings) -> None:
    """Say where the hub is, who answers questions about it, and where its guides are."""
    base = settings.public_url or ""
    contact: dict[str, str] = {"name": "Policy hub"}
    if found := settings.developer_contact:
        contact["url" if "://" in found else "email"] = found
    document["info"] |= {"contact": contact, "license": {"name": "MIT", "identifier": "MIT"}}
    document["servers"] = [{"url": base or "/", "description": "This hub"}]
    document["externalDocs"] = {"url": f"{base}/guide", "description": "Guides in Vietnamese and English"}


def finish(document: dict[str, Any], routes: Iterable[BaseRoute], settings: Settings) -> None:
    """Make FastAPI's document over: schemas of contents, messages and problems, names, unions and presence."""
    _describe_hub(document, settings)
    add_content_schemas(document)
    add_messages(document)
    problems.patch_openapi(document)
    merge_equal_schemas(document)
    require_members(document, routes, message_models())
    drop_null_parameters(document)
    name_map_keys(document)
    name_unions(document)
    drop_titles(document)
    deprecations.patch_openapi(document)
