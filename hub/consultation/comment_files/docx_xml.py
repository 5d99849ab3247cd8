"""The XML of a DOCX without what tells who wrote it, when and where: names, dates, revision ids, links, field codes."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from hub.consultation.comment_files.errors import FileBroken

_NAMESPACES = re.compile(
    r"http://(?:schemas\.openxmlformats\.org|schemas\.microsoft\.com/office|purl\.oclc\.org/ooxml)/[\w./-]+"
    r"|urn:schemas-microsoft-com:(?:vml|office:(?:office|word|powerpoint|excel))"
    r"|http://www\.w3\.org/XML/1998/namespace"
)
_RELATIONSHIPS = re.compile(r"\{http://(?:schemas\.openxmlformats\.org|purl\.oclc\.org/ooxml)/officeDocument/.*}\w+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DROPPED = _words(
    "OLEObject altChunk attachedSchema attachedTemplate control dataBinding docId documentProtection docVars "
    "embedBold embedBoldItalic embedItalic embedRegular externalData extLst ffData permEnd permStart placeholder "
    "proofErr rsid rsids saveThroughXslt smartTagPr subDoc tmpl nsid userShapes writeProtection customXmlPr "
    "customXmlInsRangeStart customXmlInsRangeEnd customXmlDelRangeStart customXmlDelRangeEnd tag alias webExtension "
    "webExtensionRef hlinkClick hlinkHover hlinkMouseOver svgBlip"
)
"""Elements that are dropped with all that is in them."""
_UNWRAPPED = frozenset({"smartTag", "customXml", "hyperlink"})
"""Elements of which only the content stays."""
_DROPPED_ATTRIBUTES = _words(
    "date dateUtc initials userId providerId descr title alt tooltip gfxdata href docLocation paraId textId anchorId "
    "editId durableId tgtFrame targetScreenTip bwmode spid"
)
_EMPTIED_ATTRIBUTES = frozenset({"author"})
_NAMED = frozenset({"docPr", "cNvPr"})
"""Elements whose `name` is often the path of a file."""
_SETTINGS = _words(
    "zoom mirrorMargins alignBordersAndEdges bordersDoNotSurroundHeader bordersDoNotSurroundFooter gutterAtTop "
    "displayBackgroundShape defaultTabStop autoHyphenation consecutiveHyphenLimit hyphenationZone doNotHyphenateCaps "
    "evenAndOddHeaders bookFoldPrinting characterSpacingControl noLineBreaksAfter noLineBreaksBefore footnotePr "
    "endnotePr compat themeFontLang clrSchemeMapping decimalSymbol listSeparator mathPr trackRevisions"
)
_FIELDS = _words("PAGE NUMPAGES SECTION SECTIONPAGES REF PAGEREF NOTEREF TOC SEQ STYLEREF EQ SYMBOL LISTNUM =")
"""Fields that stay fields. Of others, which name files, addresses and persons, only the text that is shown stays."""


def parse_part(body: bytes) -> Any:
    """Parse a part without entities, comments and processing instructions. Raises `FileBroken`."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise FileBroken("The DOCX is damaged.", expected="a whole DOCX") from problem
    if root.getroottree().docinfo.doctype:
        raise FileBroken("The DOCX has a document type declaration.", expected="a whole DOCX")
    return root


def clean_part(body: bytes, ids: Mapping[str, str]) -> bytes:
    """Return the XML of a part without metadata.

    `ids` are the new ids of the relationships that stay, by their old ones; references to others are dropped.
    """
    root = parse_part(body)
    _drop_fields(root)
    if local_name(root) == "settings":
        for child in list(root):
            if local_name(child) not in _SETTINGS:
                root.remove(child)
    for element in list(root.iter()):
        _clean_element(element, root, ids)
    ignored = [name for name in _ignorable(root) if name in root.nsmap]
    required = [name for element in root.iter() for name in _value(element, "Requires").split()]
    etree.cleanup_namespaces(root, keep_ns_prefixes=sorted({*ignored, *required}))
    _write_ignorable(root, [name for name in ignored if _NAMESPACES.fullmatch(root.nsmap[name])])
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def local_name(element: Any) -> str:
    """Return the name of an element without its namespace."""
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def _clean_element(element: Any, root: Any, ids: Mapping[str, str]) -> None:
    name = local_name(element)
    if element is not root:
        if not name or name in _DROPPED or not _is_known(element.tag):
            _drop(element)
            return
        if name in _UNWRAPPED:
            _unwrap(element)
            return
    for key in list(element.attrib):
        _clean_attribute(element, name, key, ids)


def _clean_attribute(element: Any, name: str, key: str, ids: Mapping[str, str]) -> None:
    local = etree.QName(key).localname
    if _RELATIONSHIPS.fullmatch(key):
        if (new := ids.get(element.attrib[key])) is not None:
            element.attrib[key] = new
        else:
            del element.attrib[key]
    elif local in _EMPTIED_ATTRIBUTES or (local == "name" and name in _NAMED):
        element.attrib[key] = ""
    elif local in _DROPPED_ATTRIBUTES or local.startswith("rsid") or ("}" in key and not _is_known(key)):
        del element.attrib[key]


def _is_known(tag: str) -> bool:
    namespace = etree.QName(tag).namespace
    return namespace is not None and _NAMESPACES.fullmatch(namespace) is not None


def _drop(element: Any) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _unwrap(element: Any) -> None:
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(at + 1, child)
    parent.remove(element)


def _ignorable(root: Any) -> list[str]:
    found = [value for key, value in root.attrib.items() if etree.QName(key).localname == "Ignorable"]
    return found[0].split() if found else []


def _write_ignorable(root: Any, names: list[str]) -> None:
    for key in list(root.attrib):
        if etree.QName(key).localname == "Ignorable":
            if names:
                root.attrib[key] = " ".join(names)
            else:
                del root.attrib[key]


def _drop_fields(root: Any) -> None:
    """Drop the codes of fields that are not listed; what they show stays as text."""
    for element in list(root.iter()):
        if local_name(element) == "fldSimple" and not _is_kept_field(_value(element, "instr")):
            _unwrap(element)
    for marks, code in _list_fields(root):
        if not _is_kept_field(code):
            for mark in marks:
                _drop(mark)


def _list_fields(root: Any) -> Iterator[tuple[list[Any], str]]:
    """Yield the marks and the code of each field that spans several runs; fields may stand in fields."""
    open_fields: list[tuple[list[Any], list[str]]] = []
    for element in root.iter():
        name = local_name(element)
        if name == "fldChar":
            kind = _value(element, "fldCharType")
            if kind == "begin":
                open_fields.append(([], []))
            if open_fields:
                open_fields[-1][0].append(element)
            if kind == "end" and open_fields:
                marks, code = open_fields.pop()
                yield marks, "".join(code)
        elif name in ("instrText", "delInstrText"):
            if open_fields:
                open_fields[-1][0].append(element)
                open_fields[-1][1].append(element.text or "")
            else:
                yield [element], ""
    for marks, _ in open_fields:
        yield marks, ""


def _value(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if etree.QName(key).localname == name), "")


def _is_kept_field(code: str) -> bool:
    words = code.split(maxsplit=1)
    return bool(words) and words[0].upper() in _FIELDS
