"""DOCX files of hand-written WordprocessingML, for what no library writes."""

import io
import zipfile

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "v": "urn:schemas-microsoft-com:vml",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "own": "http://example.vn/own",
    }.items()
)


_BOX = (2_000_000, 500_000)
"""Width and height of a text box."""
_OFFSET = "<wp:posOffset>{}</wp:posOffset>"


def word_file(body: str, *, numbering: str = "", styles: str = "") -> bytes:
    """A DOCX with this content of its body, its numbering and its styles."""
    types = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_WORD}.{name}+xml"/>'
        for part, name in (("document", "document.main"), ("numbering", "numbering"), ("styles", "styles"))
    )
    links = "".join(
        f'<Relationship Id="r-{part}" Type="{_OFFICE}/{part}" Target="{part}.xml"/>' for part in ("numbering", "styles")
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r-1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
        "word/document.xml": f"<w:document {_NAMESPACES}><w:body>{body}<w:sectPr/></w:body></w:document>",
        "word/numbering.xml": f"<w:numbering {_NAMESPACES}>{numbering}</w:numbering>",
        "word/styles.xml": f"<w:styles {_NAMESPACES}>{styles}</w:styles>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inner: str, properties: str = "", mark: str = "") -> str:
    """A paragraph of texts and of elements, with its properties and those of its mark."""
    words = "".join(each if each.startswith("<") else run(each) for each in inner)
    return f"<w:p><w:pPr>{properties}<w:rPr>{mark}</w:rPr></w:pPr>{words}</w:p>"


def list_item(text: str, number: int | str, level: int = 0) -> str:
    """A paragraph of a list."""
    return paragraph(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(index: int, text: str, form: str = "decimal", more: str = "", start: int = 1) -> str:
    """A level of a list."""
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def abstract(number: int, *levels: str) -> str:
    """A definition of lists."""
    return f'<w:abstractNum w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'


def number_list(number: int, of: int, *overrides: str) -> str:
    """A list of a definition."""
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{"".join(overrides)}</w:num>'


def start_at(index: int, start: int) -> str:
    """The start of a list of its own."""
    return f'<w:lvlOverride w:ilvl="{index}"><w:startOverride w:val="{start}"/></w:lvlOverride>'


def cell(*content: str, properties: str = "") -> str:
    """A cell of a table."""
    inner = "".join(each if each.startswith("<") else paragraph(each) for each in content) or "<w:p/>"
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    """A row of a table, of texts and of cells."""
    inner = "".join(each if each.startswith("<") else cell(each) for each in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def table(*rows: str, columns: int = 2) -> str:
    """A table; its grid has so many columns, whatever its rows say."""
    return f"<w:tbl><w:tblPr/><w:tblGrid>{'<w:gridCol/>' * columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def drawn_box(*paragraphs: str, hidden: bool = False) -> str:
    """A text box as Word writes it: as a drawing, and again as VML for older programs."""
    content = f"<w:txbxContent>{''.join(map(paragraph, paragraphs))}</w:txbxContent>"
    shown = ' hidden="1"' if hidden else ""
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        '<wp:anchor simplePos="0" relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="column">{_OFFSET.format(3_000_000)}</wp:positionH>'
        f'<wp:positionV relativeFrom="paragraph">{_OFFSET.format(0)}</wp:positionV>'
        f'<wp:extent cx="{_BOX[0]}" cy="{_BOX[1]}"/><wp:wrapNone/><wp:docPr id="1" name="o"{shown}/>'
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        f'<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{_BOX[0]}" cy="{_BOX[1]}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>'
        f"<wps:txbx>{content}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic>"
        "</wp:anchor></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def field(code: str, *result: str, nested: str = "") -> str:
    """A field of runs: its code, and its result."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    shown = mark("separate") + "".join(map(run, result)) if result else ""
    return f"{mark('begin')}<w:r><w:instrText>{code}</w:instrText></w:r>{nested}{shown}{mark('end')}"
