"""`hub import` as a function: load files through the hub's commands and return a summary."""

import time
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from hub.db import Database
from hub.errors import SetupProblem, UnknownReference
from hub.log.models import LogHead
from hub.problem_texts.templates import fill
from hub.registry.known_names import RegistryNames
from hub.text_files import InputFile, file_digest
from ingest.imports import runs
from ingest.imports.batches import BatchReader
from ingest.imports.formats import READERS, ImportFormat, detect
from ingest.imports.load import load_batch
from ingest.imports.quarantine import QuarantineFile
from ingest.imports.report import FileSummary, Reporter, SilentReporter, Summary
from ingest.imports.runs import ImportOptions
from ingest.records import ImportContext
from ingest.spreadsheets.name_tables import load_name_tables
from ingest.spreadsheets.table_names import TableNames
from ingest.throttle import Throttle


async def run_import(
    database: Database,
    files: Sequence[Path],
    options: ImportOptions,
    report: Reporter | None = None,
) -> Summary:
    """Import files in order; records that cannot be imported are rejected into quarantine, and the rest continues.

    Raises `SetupProblem` (a file or its format), `UnknownReference` (`--agency`) and `ImportUnderWay` before or between
    batches; everything committed stays, and the same call resumes from there. A cancelled task (Ctrl-C) rolls back its
    batch and reports the position of the run.
    """
    started, report, throttle = time.monotonic(), report or SilentReporter(), Throttle(database)
    formats = [resolve_format(path, options) for path in files]
    names = await load_names(database, options)
    done = [
        await _import_file(database, path, file_format, options, names, report, throttle)
        for path, file_format in zip(files, formats, strict=True)
    ]
    async with database.read() as connection:
        position = (await connection.execute(select(col(LogHead.seq)))).scalar_one()
    summary = Summary(tuple(done), time.monotonic() - started, position)
    report.end(summary)
    return summary


async def load_names(database: Database, options: ImportOptions) -> RegistryNames:
    """Load the names of the registry. Raises `UnknownReference` if the owner of the records is none of them."""
    names = await RegistryNames.load(database)
    if options.agency not in names.codes:
        raise UnknownReference(
            fill("The registry has no agency with the code `{agency}`.", agency=options.agency),
            field="agency",
            expected="a code of the registry",
        )
    return names


async def make_context(
    database: Database, path: Path, file_format: ImportFormat, options: ImportOptions, names: RegistryNames
) -> ImportContext:
    """The surroundings of a file's records."""
    by_name = TableNames(await load_name_tables(database)) if file_format is ImportFormat.sheet else None
    return ImportContext(path.name.removesuffix(".gz"), options.agency, options.languages, names, table_names=by_name)


def resolve_format(path: Path, options: ImportOptions) -> ImportFormat:
    """The format of a file, by the options or by itself. Raises `SetupProblem`."""
    if not path.is_file():
        raise SetupProblem(f"There is no file {path}.")
    try:
        return detect(path) if options.format is ImportFormat.auto else options.format
    except OSError as problem:
        raise SetupProblem(f"{path} cannot be read: {problem.strerror or problem}.") from problem


async def _import_file(
    database: Database,
    path: Path,
    file_format: ImportFormat,
    options: ImportOptions,
    names: RegistryNames,
    report: Reporter,
    throttle: Throttle,
) -> FileSummary:
    run = await runs.begin(database, sha=file_digest(path), name=path.name, file_format=file_format, options=options)
    resumed_at = run.position
    locate = READERS[file_format].locate
    quarantine = QuarantineFile(options.data / "quarantine", run.id, path.name, position=run.position, locate=locate)
    context = await make_context(database, path, file_format, options, names)
    try:
        with InputFile(path) as source:
            report.begin(path.name, file_format.value, source.size, resumed_at)
            reader = BatchReader(file_format, context, run.position, quarantine.lines)
            async with aclosing(reader.read(source)) as batches:
                async for batch in batches:
                    for part in throttle.split(batch):
                        await throttle.wait()
                        began = time.monotonic()
                        run = await load_batch(database, run, part, quarantine, options)
                        report.advance(source.consumed_bytes, run.counts)
                        await throttle.adapt(time.monotonic() - began)
        await runs.finish(database, run)
    except BaseException:
        report.report_interruption(path.name, run.position)
        raise
    return FileSummary(
        path.name,
        file_format.value,
        run.counts,
        resumed_at,
        quarantine.used_path,
        reasons=tuple(quarantine.first_reasons),
        doubtful=quarantine.doubtful.count,
        doubts=tuple(quarantine.doubtful.first),
        converted=quarantine.converted.count,
        conversions=tuple(quarantine.converted.first),
        notes=tuple(source.notes),
    )
