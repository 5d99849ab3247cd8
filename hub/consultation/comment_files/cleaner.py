"""Run of the cleaning in the sandbox: one file of the public at a time, so that editors' files find a free process."""

import asyncio
from base64 import b64decode
from dataclasses import dataclass

from hub.consultation.comment_files.errors import CLEANING_ERRORS, FileBroken, FileOverrun
from hub.errors import FileTooLarge, Overload
from hub.files.sniff import FileType
from hub.sandbox.errors import BrokenFile, ReadingOverrun
from hub.sandbox.runner import SandboxLimits, run_in_sandbox
from hub.settings import Settings

CLEAN_FUNCTION = "hub.consultation.comment_files.file_cleaning.clean_file"
MAX_BYTES = 5_000_000
"""Bytes of a file as it is sent."""
MAX_CLEANED = 10_000_000
"""Bytes of a cleaned file: what was packed well may be packed less well after it."""
MAX_SECONDS = 20.0
"""Seconds that cleaning may take; less where the settings say so."""
PATIENCE_SECONDS = 30.0
"""Seconds that a file waits for those before it."""

_ONE_AT_A_TIME = asyncio.Semaphore(1)


@dataclass(frozen=True)
class CleanedFile:
    """A file of which only what readers see is left."""

    kind: FileType
    body: bytes


async def clean_upload(body: bytes, settings: Settings) -> CleanedFile:
    """Clean a file in the sandbox.

    Raises `FileTypeRefused`, `FileBroken`, `FileEncrypted`, `FileOverrun`, `FileTooLarge` or `Overload`.
    """
    limits = SandboxLimits(min(MAX_SECONDS, settings.source_read_seconds), settings.source_read_megabytes)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await _ONE_AT_A_TIME.acquire()
    except TimeoutError as problem:
        raise Overload("Other files are being checked.") from problem
    try:
        found = await run_in_sandbox(CLEAN_FUNCTION, body, {}, limits, CLEANING_ERRORS)
    except ReadingOverrun as problem:
        raise FileOverrun(expected="a smaller file") from problem
    except BrokenFile as problem:
        raise FileBroken(expected="a whole file") from problem
    finally:
        _ONE_AT_A_TIME.release()
    cleaned = CleanedFile(FileType(found["media_type"]), b64decode(found["body"]))
    if len(cleaned.body) > MAX_CLEANED:
        raise FileTooLarge("The file is too large when it is cleaned.", field="body", expected="a smaller file")
    return cleaned
