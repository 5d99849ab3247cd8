"""Scan of cleaned files for malware: no file is public before its verdict."""

from hub.consultation.comments.file_views import CommentFileState
from hub.errors import FileInfected, ScannerUnavailable
from hub.files.scanner import Scanner
from hub.temporary_folders import open_temporary_folder


async def scan_cleaned(body: bytes, scanner: Scanner | None) -> CommentFileState:
    """Scan a cleaned file. Without a scanner, or an answer of it, the file waits. Raises `FileInfected`."""
    if scanner is None:
        return CommentFileState.waiting
    try:
        return await scan_bytes(body, scanner)
    except ScannerUnavailable:
        return CommentFileState.waiting


async def scan_bytes(body: bytes, scanner: Scanner) -> CommentFileState:
    """Scan bytes as a temporary file. Raises `FileInfected` or `ScannerUnavailable`."""
    with open_temporary_folder("scan") as folder:
        path = folder / "cleaned"
        path.write_bytes(body)
        if not (await scanner.scan(path)).clean:
            raise FileInfected("The virus scanner found malware.", field="body")
    return CommentFileState.clean
