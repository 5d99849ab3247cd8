"""Private data that stands nowhere else, and the search for it in whatever a hub says, stores or logs."""

import gzip
import io
import re
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pikepdf
from docx import Document

from tests.support.planted_files import drawn_pdf, layers, photo

WORD = "Zuynhkha"
"""A word of every planted name, e-mail address and postal address."""
PHONE, CITIZEN_ID = "0905 731 846", "046098257131"
CLIENT = "2001:db8:7318:4657::99"
"""The address of the people who comment."""
NETWORK = bytes.fromhex("20010db873184657")

_PLAIN = (WORD.lower(), "0905731846", "0905 731 846", "84905731846", CITIZEN_ID, "2001:db8:7318:4657")


@dataclass(frozen=True)
class Canary:
    """Private data of one person, named after the place where they are planted."""

    place: str

    @property
    def name(self) -> str:
        return f"Trường {WORD} {self.place}"

    @property
    def email(self) -> str:
        return f"{WORD}.{self.place}@vidu.vn".lower()

    @property
    def address(self) -> str:
        return f"số 7 đường {WORD} {self.place}, phường Vỹ Dạ"

    @property
    def text(self) -> str:
        """All of it in a sentence."""
        return f"Tôi là {self.name}, CCCD {CITIZEN_ID}, ở {self.address}. Gọi {PHONE} hoặc gửi {self.email}."

    @property
    def contact(self) -> dict[str, str]:
        return {"email": self.email, "phone": PHONE}

    def files(self) -> dict[str, bytes]:
        """Files with it in their names and in what readers do not see of them."""
        word = f"{WORD}{self.place}".lower()
        return {
            f"{self.name}.jpg": photo(word),
            f"{self.name} {PHONE}.pdf": self._pdf(),
            f"{self.email}.docx": self._docx(),
        }

    def _pdf(self) -> bytes:
        with pikepdf.open(io.BytesIO(drawn_pdf())) as pdf:
            pdf.docinfo["/Author"] = self.name
            pdf.docinfo["/Keywords"] = pikepdf.String(CITIZEN_ID)
            with pdf.open_metadata() as xmp:
                xmp["dc:creator"] = [self.email]
                xmp["dc:description"] = self.address
            out = io.BytesIO()
            pdf.save(out)
        return out.getvalue()

    def _docx(self) -> bytes:
        document = Document()
        document.add_paragraph("Góp ý kèm theo.")
        document.core_properties.author, document.core_properties.last_modified_by = self.name, self.email
        document.core_properties.comments = f"{PHONE}, {CITIZEN_ID}, {self.address}"
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()


def _written(plain: str) -> Iterator[bytes]:
    """Forms of a word whose letters are searched in lower case: as it is, in two bytes each, in hexadecimal digits."""
    yield plain.encode()
    yield plain.encode("utf-16-le")
    for form in {plain, plain.capitalize()}:
        yield form.encode().hex().encode()


def _base64(plain: str) -> Iterator[bytes]:
    """Base64 of a word at each of the three places where it can begin, without what depends on its neighbours."""
    for form in {plain, plain.capitalize()}:
        for before in range(3):
            packed = b64encode(b"x" * before + form.encode())
            yield packed[2 * before - (before == 2) if before else 0 : len(packed) - 4]


_ANY_CASE = [(plain, form) for plain in _PLAIN for form in _written(plain)]
_EXACT = [(plain, form) for plain in _PLAIN for form in _base64(plain)]
_BYTEA = re.compile(rb"\\x([0-9a-f]{16,})")


def find_traces(body: bytes, *, deep: bool = False) -> list[str]:
    """Find planted data in bytes, in what is packed in them, and, if `deep`, in the values of a database's dump."""
    found = []
    for layer in _unpack(body, deep=deep):
        low = layer.lower()
        for plain, form in _ANY_CASE:
            if (at := low.find(form)) >= 0:
                found.append(f"{plain}: …{layer[max(0, at - 60) : at + 80].decode('utf-8', 'replace')}…")
        for plain, form in _EXACT:
            if form in layer:
                found.append(f"{plain} in base64")
        if NETWORK in layer:
            found.append("the network of a client")
    return found


def find_in_all(parts: Iterable[tuple[str, bytes]]) -> list[str]:
    """Find planted data in named parts."""
    return [f"{name}: {trace}" for name, body in parts for trace in find_traces(body)]


def _unpack(body: bytes, *, deep: bool) -> Iterator[bytes]:
    if body.startswith(b"\x1f\x8b"):
        body = gzip.decompress(body)
    yield from layers(body)
    for value in _BYTEA.findall(body) if deep else ():
        stored = bytes.fromhex(value[: len(value) // 2 * 2].decode())
        yield from _unpack(stored, deep=False)
        if stored.startswith(b"x"):
            try:
                yield zlib.decompress(stored)
            except zlib.error:
                continue
