"""Files of an S3 bucket, by the endpoint and credentials of the hub's own."""

import asyncio
from collections.abc import AsyncIterator

from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from hub.files.store import object_store
from ingest.sources.discovery.base import LONGEST_NAME, Found, Listed, Place
from ingest.sources.http.fetcher import NotFetched


async def find(place: Place) -> AsyncIterator[Listed]:
    """The objects below the prefix, page by page as the bucket lists them."""
    wanted = place.wanted
    pages = bucket_of(place).list()
    try:
        while page := await asyncio.to_thread(lambda: next(pages, None)):
            named = [(str(each["path"]), str(each["e_tag"] or each["last_modified"])) for each in page]
            kept = [(name, changed) for name, changed in named if wanted(name) and len(name) <= LONGEST_NAME]
            yield Listed(place.url, tuple(Found(name, None, {"changed": changed}) for name, changed in kept))
    except (BaseError, OSError) as problem:
        raise NotFetched(
            "no_bucket", f"{place.url} cannot be listed: {type(problem).__name__}.", passing=True
        ) from problem


def bucket_of(place: Place) -> ObjectStore:
    """The bucket, opened."""
    return object_store(place.url, place.settings)
