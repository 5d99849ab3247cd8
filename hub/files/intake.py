"""Storage of a checked upload: its bytes first, then the row of the file."""

from uuid import UUID

from hub.auth.principal import Principal
from hub.db import Database
from hub.files.commands import add_file, release_blobs, reserve_blobs
from hub.files.store import FileStore
from hub.files.upload import CheckedUpload
from hub.files.views import FileView
from hub.settings import Settings


async def store_upload(
    database: Database,
    store: FileStore,
    settings: Settings,
    by: Principal,
    document_id: UUID,
    upload: CheckedUpload,
    *,
    file_id: UUID | None = None,
) -> tuple[FileView, bool]:
    """Store a checked upload; returns its view, and true if it is new. `file_id` is the id of a new file, if given.

    Raises as `add_file` and `FileStore.put`; then the reserved bytes are released.
    """
    async with database.write() as session:
        await reserve_blobs(session, upload.blobs)
    try:
        for part in upload.blobs:
            await store.put(part.sha256, part.path)
        async with database.write() as session:
            return await add_file(session, by, document_id, upload, settings, file_id=file_id)
    except Exception:
        async with database.write() as session:
            await release_blobs(session, upload.blobs)
        raise
