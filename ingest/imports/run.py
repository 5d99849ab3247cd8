"""`hub import` as a function: files in, documents through the hub's commands, a summary out."""

import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from hub.db import Database
from hub.errors import SetupProblem, UnknownReference
from hub.log.models import LogHead
from ingest.imports import runs
from ingest.imports.agencies import AgencyNames
from ingest.imports.batches import Batches
from ingest.imports.formats import READERS, Format, detect
from ingest.imports.lines import Source, digest
from ingest.imports.load import load
from ingest.imports.quarantine import Quarantine
from ingest.imports.report import FileSummary, Reporter, Silent, Summary
from ingest.imports.runs import ImportOptions
from ingest.records import Context
from ingest.throttle import Pressure


async def run_import(
    database: Database,
    files: Sequence[Path],
    options: ImportOptions,
    report: Reporter | None = None,
) -> Summary:
    """Import files in order; records that cannot be taken are set aside and the rest goes on.

    Raises `SetupProblem` (a file or its format), `UnknownReference` (`--agency`) and `ImportUnderWay` before or between
    batches; everything committed stays, and the same call goes on from there. A cancelled task (Ctrl-C) rolls back its
    batch and tells the reporter where it stands.
    """
    started, report, pressure = time.monotonic(), report or Silent(), Pressure(database)
    formats = [_format(path, options) for path in files]
    names = await AgencyNames.load(database)
    if options.agency not in names.codes:
        raise UnknownReference(
            f"The registry holds no agency with the code `{options.agency}`.",
            field="agency",
            expected="a code of the registry",
        )
    done = [
        await _import_file(database, path, file_format, options, names, report, pressure)
        for path, file_format in zip(files, formats, strict=True)
    ]
    async with database.read() as connection:
        position = (await connection.execute(select(col(LogHead.seq)))).scalar_one()
    summary = Summary(tuple(done), time.monotonic() - started, position)
    report.end(summary)
    return summary


def _format(path: Path, options: ImportOptions) -> Format:
    if not path.is_file():
        raise SetupProblem(f"There is no file {path}.")
    try:
        return detect(path) if options.format is Format.auto else options.format
    except OSError as problem:
        raise SetupProblem(f"{path} cannot be read: {problem.strerror or problem}.") from problem


async def _import_file(
    database: Database,
    path: Path,
    file_format: Format,
    options: ImportOptions,
    names: AgencyNames,
    report: Reporter,
    pressure: Pressure,
) -> FileSummary:
    run = await runs.begin(database, sha=digest(path), name=path.name, file_format=file_format, options=options)
    resumed_at = run.position
    quarantine = Quarantine(options.data / "quarantine", run.id, path.name, position=run.position)
    context = Context(path.name.removesuffix(".gz"), options.agency, options.languages, names.code)
    try:
        with Source(path) as source:
            report.begin(path.name, file_format.value, source.size, resumed_at)
            for batch in Batches(READERS[file_format], context, run.position, quarantine.lines).of(source):
                for part in pressure.parts(batch):
                    await pressure.ease()
                    began = time.monotonic()
                    run = await load(database, run, part, quarantine, options)
                    report.advance(source.consumed, run.counts)
                    await pressure.rest(time.monotonic() - began)
        await runs.finish(database, run)
    except BaseException:
        report.interrupted(path.name, run.position)
        raise
    return FileSummary(path.name, file_format.value, run.counts, resumed_at, quarantine.written)
