"""Bytes to text: the part of extraction that parses the structure of strangers' files. It runs in `hub.sandbox`."""

from hub.legal.encodings import garbled_doubt, is_garbled
from hub.problem_texts.templates import fill
from ingest.encodings import convert_value
from ingest.extraction.charset import decode, decoding_doubts
from ingest.extraction.docx import read_docx
from ingest.extraction.errors import NotADocument, TooMuchText
from ingest.extraction.figure_heights import provision_doubts
from ingest.extraction.html_article import read_page
from ingest.extraction.models import MAX_TEXT, Extract
from ingest.extraction.pdf import read_pdf
from ingest.extraction.sniff import OriginalFormat, sniff_format


def extract(
    body: bytes, name: str, media_type: str | None, url: str | None, select: dict[str, str], official: bool
) -> Extract:
    """Extract the text of an original and the facts in its structure.

    `official` keeps every line of a legal text's page. A page without text that has a title and links to files stands
    for these files. Raises `UnreadableFile`.
    """
    form = sniff_format(body, name, media_type)
    if form is OriginalFormat.pdf:
        found = read_pdf(body)
    elif form is OriginalFormat.docx:
        found = read_docx(body)
    else:
        decoded = decode(body, media_type)
        if form is OriginalFormat.html:
            found = read_page(decoded.text, url, select, official)
        else:
            text, conversions = convert_value(decoded.text)
            found = Extract("text", text, conversions=conversions)
        found.conversions = [*decoded.conversions, *found.conversions]
        found.doubts += decoding_doubts(found.text, decoded.is_certain)
    found.doubts += provision_doubts(found.text)
    if not found.text.strip() and not (found.title and found.files):
        raise NotADocument("The file holds no text.", expected="a page or file with text")
    if len(found.text) > MAX_TEXT:
        raise TooMuchText(
            fill("The file holds {count:,} characters.", count=len(found.text)),
            expected=fill("at most {max_text:,}", max_text=MAX_TEXT),
        )
    if is_garbled(found.text) and all(doubt.field != "text" for doubt in found.doubts):
        found.doubts.insert(0, garbled_doubt("text", found.text))
    return found
