"""An original to a content: everything that reads strangers' bytes and words runs in the sandbox, in one call."""

from typing import Any

from hub.domain.fingerprints import issue_date
from hub.sandbox.runner import SandboxLimits, run_in_sandbox
from hub.settings import Settings
from ingest.extraction.errors import ERRORS_BY_CODE
from ingest.extraction.models import ExtractionResult, Original
from ingest.records import ImportContext

READ_FUNCTION = "ingest.extraction.reader.read_original"
"""A name and no import: the parsers of files are loaded in the sandbox only."""


async def extract_original(
    original: Original,
    *,
    kind: str,
    select: dict[str, str],
    defaults: dict[str, Any],
    hints: dict[str, Any],
    context: ImportContext,
    settings: Settings,
) -> ExtractionResult:
    """Read a page or file as a content of a kind.

    `select` are CSS selectors by the fact that they point to. `hints` are members of the content that the source's list
    gave (`title`, `summary` of a feed's entry), and `posted`, the moment or day it was posted; facts of the original
    itself go before them. `defaults` are for members that neither of them has. Raises `UnreadableFile`.
    """
    arguments = {
        "name": original.name,
        "media_type": original.media_type,
        "url": original.url,
        "select": select,
        "kind": kind,
        "defaults": defaults,
        "hints": hints,
        "agency": context.agency,
    }
    found = await run_in_sandbox(READ_FUNCTION, original.body, arguments, SandboxLimits.of(settings), ERRORS_BY_CODE)
    result = ExtractionResult.from_dict(found)
    if "issuers" in result.confidence:
        _set_issuer_codes(result.content, context)
    return result


def _set_issuer_codes(content: dict[str, Any], context: ImportContext) -> None:
    """Look up the issuers that the text names in the registry, as of the day of issue."""
    on = issue_date(content)
    for issuer in content.get("issuers") or ():
        issuer["code"] = context.names.code(issuer["name"], on) if on else None
