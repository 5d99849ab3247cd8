"""DOCX of comments: a new archive with the parts that show text and pictures, each cleaned, under names of our own."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import join, normpath
from typing import Any

from lxml import etree

from hub.consultation.comment_files.docx_xml import clean_part, local_name, parse_part
from hub.consultation.comment_files.errors import FileBroken, FileEncrypted, FileOverrun, FileTypeRefused
from hub.consultation.comment_files.picture_cleaning import blank_picture, clean_embedded_picture
from hub.file_kinds import DAMAGED_ARCHIVE
from hub.files.sniff import FileType

MAX_PARTS = 2_000
MAX_UNPACKED, MAX_XML = 200_000_000, 30_000_000
"""Bytes of all parts, and of those in XML, when they are unpacked."""

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TYPES = re.compile(r"application/vnd\.(?:openxmlformats-officedocument|ms-office|ms-word)\.[\w.+-]{1,100}\+xml")
_DOCUMENT = "officeDocument"
_KEPT = frozenset(
    {"styles", "stylesWithEffects", "numbering", "settings", "fontTable", "theme", "footnotes", "endnotes", "comments"}
    | {"header", "footer", "chart", "diagramData", "diagramLayout", "diagramQuickStyle", "diagramColors"}
    | {"diagramDrawing"}
)
"""Last parts of the types of relationships that are followed; pictures are, too."""
_TYPES_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONSHIP_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_STAMP = (1980, 1, 1, 0, 0, 0)


@dataclass
class _Part:
    """A part of the new archive."""

    source: str
    name: str
    content_type: str
    relationships: list[tuple[str, str, str]] = field(default_factory=list)
    """New id, type and name of the other part."""
    ids: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def clean_docx(body: bytes) -> bytes:
    """Return a DOCX without properties, names, dates, revision ids, custom XML, macros, objects and links.

    Raises `FileBroken`, `FileEncrypted`, `FileOverrun` or `FileTypeRefused`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            _check_archive(archive)
            return _write(_Package(archive).clean())
    except (*DAMAGED_ARCHIVE, KeyError) as problem:
        raise FileBroken("The DOCX is damaged.", expected="a whole DOCX") from problem


def _check_archive(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise FileEncrypted(expected="the DOCX without a password")
    xml = sum(part.file_size for part in parts if part.filename.lower().endswith((".xml", ".rels", ".vml")))
    if len(parts) > MAX_PARTS or xml > MAX_XML or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise FileOverrun("The DOCX is too large when unpacked.", expected="a smaller DOCX")
    names = [part.filename.lower() for part in parts]
    if len(set(names)) < len(names):
        raise FileBroken("Two parts of the DOCX have one name.", expected="a whole DOCX")
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        raise FileTypeRefused("The document contains macros.", expected="the document without macros")


class _Package:
    """The parts of an archive, followed from its document by the relationships that show something."""

    def __init__(self, archive: zipfile.ZipFile):
        self.archive = archive
        self.names = set(archive.namelist())
        self.types, self.default_types = self._read_types()
        self.parts: dict[str, _Part] = {}
        self.waiting: list[_Part] = []

    def clean(self) -> list[_Part]:
        """Return the cleaned parts, the document first. Raises `FileBroken` or `FileTypeRefused`."""
        main = next(
            (target for _, kind, target in self._list_relationships("") if kind.rpartition("/")[2] == _DOCUMENT), None
        )
        if main is None or self.types.get(main) != _MAIN:
            raise FileTypeRefused("The archive is not a DOCX.", expected="a DOCX without macros")
        self._add(main, "document", _MAIN)
        while self.waiting:
            part = self.waiting.pop()
            for old, kind, target in self._list_relationships(part.source):
                self._follow(part, old, kind, target)
            part.body = clean_part(self._read(part.source), part.ids)
        return list(self.parts.values())

    def _follow(self, part: _Part, old: str, kind: str, target: str) -> None:
        last = kind.rpartition("/")[2]
        if last == "image":
            other = self._add_picture(target)
        elif last in _KEPT and target in self.names and _TYPES.fullmatch(found := self._type_of(target)):
            other = self._add(target, last, found)
        else:
            return
        new = f"rId{len(part.ids) + 1}"
        part.ids[old] = new
        part.relationships.append((new, kind, other.name))

    def _add(self, source: str, stem: str, content_type: str) -> _Part:
        if source not in self.parts:
            name = f"{stem}.xml" if stem == "document" else f"{stem}{len(self.parts)}.xml"
            self.parts[source] = _Part(source, name, content_type)
            self.waiting.append(self.parts[source])
        return self.parts[source]

    def _add_picture(self, source: str) -> _Part:
        if source not in self.parts:
            found = clean_embedded_picture(self._read(source)) if source in self.names else None
            body, kind = found or (blank_picture(), FileType.png)
            suffix = "jpeg" if kind is FileType.jpeg else "png"
            self.parts[source] = _Part(source, f"image{len(self.parts)}.{suffix}", kind.value, body=body)
        return self.parts[source]

    def _read(self, name: str) -> bytes:
        return self.archive.read(name)

    def _type_of(self, name: str) -> str:
        return self.types.get(name) or self.default_types.get(name.rpartition(".")[2].lower(), "")

    def _read_types(self) -> tuple[dict[str, str], dict[str, str]]:
        types, defaults = {}, {}
        for child in parse_part(self._read("[Content_Types].xml")):
            if local_name(child) == "Override":
                types[child.get("PartName", "").removeprefix("/")] = child.get("ContentType", "")
            elif local_name(child) == "Default":
                defaults[child.get("Extension", "").lower()] = child.get("ContentType", "")
        return types, defaults

    def _list_relationships(self, source: str) -> Iterator[tuple[str, str, str]]:
        """Yield id, type and target of each relationship of a part inside the archive."""
        folder, _, name = source.rpartition("/")
        path = join(folder, "_rels", f"{name}.rels")
        if path not in self.names:
            return
        for child in parse_part(self._read(path)):
            target = child.get("Target", "")
            if local_name(child) == "Relationship" and child.get("TargetMode") != "External" and target:
                found = target.removeprefix("/") if target.startswith("/") else normpath(join(folder, target))
                yield child.get("Id", ""), child.get("Type", ""), found


def _write(parts: list[_Part]) -> bytes:
    types = _element(_TYPES_NAMESPACE, "Types")
    for extension, kind in (
        ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        ("xml", "application/xml"),
        ("png", FileType.png.value),
        ("jpeg", FileType.jpeg.value),
    ):
        etree.SubElement(types, f"{{{_TYPES_NAMESPACE}}}Default", Extension=extension, ContentType=kind)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            if part.name.endswith(".xml"):
                attributes = {"PartName": f"/word/{part.name}", "ContentType": part.content_type}
                etree.SubElement(types, f"{{{_TYPES_NAMESPACE}}}Override", attributes)
        _put(archive, "[Content_Types].xml", _serialize(types))
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
        _put(archive, "_rels/.rels", _relationships([("rId1", kind, "word/document.xml")]))
        for part in parts:
            _put(archive, f"word/{part.name}", part.body)
            if part.relationships:
                _put(archive, f"word/_rels/{part.name}.rels", _relationships(part.relationships))
    return out.getvalue()


def _relationships(found: list[tuple[str, str, str]]) -> bytes:
    root = _element(_RELATIONSHIP_NAMESPACE, "Relationships")
    for id_, kind, target in found:
        attributes = {"Id": id_, "Type": kind, "Target": target}
        etree.SubElement(root, f"{{{_RELATIONSHIP_NAMESPACE}}}Relationship", attributes)
    return _serialize(root)


def _element(namespace: str, name: str) -> Any:
    return etree.Element(f"{{{namespace}}}{name}", nsmap={None: namespace})


def _serialize(root: Any) -> bytes:
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def _put(archive: zipfile.ZipFile, name: str, body: bytes) -> None:
    part = zipfile.ZipInfo(name, _STAMP)
    part.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(part, body)
