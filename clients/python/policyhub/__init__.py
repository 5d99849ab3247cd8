"""Client of the policy hub: typed reads, paging, ETags, retries and delta sync, blocking or with asyncio."""

from policyhub.asynchronous import AsyncHub
from policyhub.etags import EtagCache
from policyhub.refusals import GraphQLRefused, Refused
from policyhub.stores import AsyncStore, ItemKey, MemoryStore, Store, SyncPage
from policyhub.synchronous import Hub

__all__ = [
    "AsyncHub",
    "AsyncStore",
    "EtagCache",
    "GraphQLRefused",
    "Hub",
    "ItemKey",
    "MemoryStore",
    "Refused",
    "Store",
    "SyncPage",
]
__version__ = "0.1.0"
