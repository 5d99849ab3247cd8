"""Files of an S3 bucket, by the endpoint and credentials of the hub's own."""

import asyncio
from collections.abc import AsyncIterator

from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from hub.files.store import object_store
from ingest.sources.discovery.base import LONGEST_NAME, DiscoveredItem, ListPage, SourceAccess
from ingest.sources.http.fetcher import FetchError


async def discover(access: SourceAccess) -> AsyncIterator[ListPage]:
    """The objects below the prefix, page by page as the bucket lists them."""
    wanted = access.name_filter
    pages = open_bucket(access).list()
    try:
        while page := await asyncio.to_thread(lambda: next(pages, None)):
            named = [(str(each["path"]), str(each["e_tag"] or each["last_modified"])) for each in page]
            kept = [(name, changed) for name, changed in named if wanted(name) and len(name) <= LONGEST_NAME]
            yield ListPage(
                access.url, tuple(DiscoveredItem(name, None, {"changed": changed}) for name, changed in kept)
            )
    except (BaseError, OSError) as problem:
        raise FetchError(
            "no_bucket", f"{access.url} cannot be listed: {type(problem).__name__}.", transient=True
        ) from problem


def open_bucket(access: SourceAccess) -> ObjectStore:
    """The bucket, opened."""
    return object_store(access.url, access.settings)
