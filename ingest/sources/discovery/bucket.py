"""Discover the files of an S3 bucket, by the endpoint and credentials of the hub."""

import asyncio
from collections.abc import AsyncIterator

from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from hub.files.store import object_store
from ingest.sources.discovery.base import LONGEST_NAME, DiscoveredItem, ListPage, SourceAccess
from ingest.sources.http.fetcher import FetchError


async def discover(access: SourceAccess) -> AsyncIterator[ListPage]:
    """List the objects below the prefix, page by page as the bucket does."""
    is_included = access.name_filter
    pages = open_bucket(access).list()
    try:
        while page := await asyncio.to_thread(lambda: next(pages, None)):
            objects = [(str(each["path"]), str(each["e_tag"] or each["last_modified"])) for each in page]
            chosen = [(name, changed) for name, changed in objects if is_included(name) and len(name) <= LONGEST_NAME]
            yield ListPage(
                access.url, tuple(DiscoveredItem(name, None, {"changed": changed}) for name, changed in chosen)
            )
    except (BaseError, OSError) as problem:
        raise FetchError(
            "no_bucket", f"{access.url} cannot be listed: {type(problem).__name__}.", transient=True
        ) from problem


def open_bucket(access: SourceAccess) -> ObjectStore:
    """Open the bucket of a source. Raises `InvalidInput` for one that the source may not read."""
    access.reach.require_bucket(access.url)
    return object_store(access.url, access.settings)
