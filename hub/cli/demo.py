"""`hub demo`: the sample content with its files, as some weeks of an agency's work."""

from datetime import datetime
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import typer
from sqlalchemy import select
from sqlmodel import col

from hub import demo as samples
from hub.auth.principal import Principal, Scope
from hub.cli.database import run_with_database
from hub.cli.demo_comments import AUTHOR, add_sample_comments
from hub.consultation.commands import ConsultationEditor
from hub.consultation.models import Consultation
from hub.consultation.records import find_memberships
from hub.consultation.service import VERBS
from hub.content.commands import create_document, publish
from hub.content.file_references import FILE, find_file_references
from hub.content.models import Document, Edition
from hub.db import Database
from hub.domain.consultations import ConsultationVerb
from hub.domain.lifecycle import PUBLISHABLE_STATES, EditionState, Verb
from hub.files.intake import store_upload
from hub.files.sniff import expected_type
from hub.files.store import FileStore
from hub.files.upload import examine
from hub.log.models import LogHead
from hub.settings import Settings, load_settings
from hub.temporary_folders import open_temporary_folder
from hub.times import now
from ingest.imports.formats import ImportFormat
from ingest.imports.read_jsonl import SOURCE_NAME
from ingest.imports.report import SilentReporter
from ingest.imports.run import run_import
from ingest.imports.runs import ImportOptions
from ingest.records import document_id


def demo() -> None:
    """Load the registry of Huế and sample content with its files. Running it again changes nothing.

    In a new hub, the content is published over some weeks of the past; in one with content, now.
    """
    settings = load_settings()
    typer.echo(f"Demo content: {run_with_database(lambda database: load_demo(database, settings), settings)}.")


async def load_demo(database: Database, settings: Settings) -> str:
    """Load what is missing of the registry and the sample content; returns a summary. Idempotent."""
    records, dates = samples.content_records(), samples.publication_dates()
    async with database.write() as session:
        await samples.load_registry(session, at=await _past(database, min(dates.values())))
    await _add_files(database, settings, records)
    with samples.content_file() as path:
        options = ImportOptions(format=ImportFormat.jsonl, data=settings.data, languages=settings.languages, by=AUTHOR)
        summary = await run_import(database, [path], options, SilentReporter())
    published = 0
    for source_id, at in sorted(dates.items(), key=lambda one: one[1]):
        published += await _publish_drafts(database, document_id(source_id), at)
    for sample in samples.sample_comments():
        await add_sample_comments(database, settings, sample)
    for step in samples.consultation_steps():
        await _change_consultation(database, step)
    return f"{summary.counts.created + summary.counts.changed} new of {len(records)} records; {published} published"


async def _past(database: Database, at: datetime) -> datetime | None:
    """Return a time for the next entry of the log, or None (now) if the log has passed it or it is in the future."""
    async with database.read() as connection:
        head: datetime | None = (await connection.execute(select(col(LogHead.at)))).scalar_one_or_none()
    return at if at < now() and (head is None or head <= at) else None


async def _publish_drafts(database: Database, document: UUID, at: datetime) -> int:
    """Publish the untouched drafts of a document; returns their number."""
    query = select(col(Edition.id)).where(
        col(Edition.document_id) == document,
        col(Edition.state) == EditionState.drafting,
        col(Edition.written_by) == f"{AUTHOR}:{SOURCE_NAME}",
    )
    async with database.read() as connection:
        rows = await connection.execute(query.order_by(col(Edition.lang).desc()))
        ids = [edition_id for edition_id in rows.scalars() if edition_id is not None]
    if ids:
        then = await _past(database, at)
        async with database.write() as session:
            await publish(session, ids, verb=Verb.publish_trusted, at=then)
    return len(ids)


async def _change_consultation(database: Database, step: dict[str, Any]) -> None:
    """Do a step of an editor, if the sample consultation is where the step begins."""
    body: dict[str, Any] = step["body"]
    if "policy" in body:
        body = body | {"policy": document_id(body["policy"])}
    spec = VERBS[ConsultationVerb(step["verb"])]
    async with database.write() as session:
        of = (await find_memberships(session, [document_id(step["draft"])])).values()
        found = [await session.get_one(Consultation, id_) for id_ in of]
        if not found or found[0].stage != step["from"]:
            return
        [own] = found
        by = Principal(AUTHOR, AUTHOR, own.agency, frozenset({own.agency}), frozenset({Scope.publish}))
        editor = await ConsultationEditor.open(session, by, own.id, own.version)
        await spec.run(editor, spec.body.model_validate(body))


async def _add_files(database: Database, settings: Settings, records: list[dict[str, Any]]) -> None:
    """Add the documents and their files before the records refer to them; what there is already is left as it is."""
    store = FileStore(settings)
    async with database.read() as connection:
        present = set((await connection.execute(select(FILE.c.id))).scalars())
    for record in records:
        document = document_id(record["source_id"])
        for reference in find_file_references(record["content"]):
            if reference.file_id not in present and await _add_document(database, document, record):
                await _add_file(database, store, settings, record["agency"], document, reference.file_id, reference.url)
            present.add(reference.file_id)


async def _add_document(database: Database, document: UUID, record: dict[str, Any]) -> bool:
    """Create the document of a record if it is missing; false if it takes no files any more."""
    async with database.write() as session:
        found = await session.get(Document, document)
        if found is None:
            await create_document(session, document_id=document, kind=record["kind"], owner=record["agency"])
        return found is None or found.state in PUBLISHABLE_STATES


async def _add_file(
    database: Database, store: FileStore, settings: Settings, agency: str, document: UUID, file_id: UUID, url: str
) -> None:
    name = unquote(url.rsplit("/", 1)[1])
    by = Principal(AUTHOR, AUTHOR, agency, frozenset({agency}), frozenset({Scope.write}))
    with open_temporary_folder("demo") as folder:
        received = folder / "received"
        received.write_bytes(samples.read_file(name))
        upload = await examine(received, name, expected_type(name, ""), None)
        await store_upload(database, store, settings, by, document, upload, file_id=file_id)
