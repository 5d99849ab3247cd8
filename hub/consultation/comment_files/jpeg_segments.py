"""Metadata of JPEG and JPEG 2000 streams inside a PDF, dropped without decoding a pixel."""

_NO_LENGTH = {0x01, *range(0xD0, 0xD8)}
_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_APP, _JFIF, _ADOBE = range(0xE0, 0xF0), 0xE0, 0xEE
_JFIF_BYTES, _ADOBE_BYTES = 14, 12
"""Bytes of the two segments that decoders need; a thumbnail or anything else behind them is dropped."""

_JP2 = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_KEPT_BOXES = (b"jP  ", b"ftyp", b"jp2h")
_CODESTREAM = b"\xff\x4f\xff\x51"
_J2K_COM, _J2K_TILE = 0x64, 0x90


def drop_jpeg_metadata(body: bytes) -> bytes:
    """Return a JPEG without EXIF, XMP, ICC, comments, thumbnails and appended data.

    Its pixels stay as they are. Raises `ValueError` when its segments cannot be followed to the end.
    """
    if body[:2] != b"\xff\xd8":
        raise ValueError("no start of image")
    kept = bytearray(body[:2])
    at = 2
    while True:
        code, at = _next_marker(body, at)
        if code == _EOI:
            return bytes(kept + b"\xff\xd9")
        if code in _NO_LENGTH:
            kept += bytes((0xFF, code))
            continue
        if code == _SOI:
            raise ValueError("an image inside an image")
        end = at + int.from_bytes(body[at : at + 2])
        if end < at + 2 or end > len(body):
            raise ValueError("a segment beyond the end")
        payload = _necessary_part(code, body[at + 2 : end])
        at = end
        if payload is None:
            continue
        kept += bytes((0xFF, code)) + (len(payload) + 2).to_bytes(2) + payload
        if code == _SOS:
            at = _scan_end(body, at)
            kept += body[end:at]


def _necessary_part(code: int, payload: bytes) -> bytes | None:
    """Return what decoders need of a segment; None if they need nothing of it."""
    if code != _COM and code not in _APP:
        return payload
    if code == _JFIF and payload.startswith(b"JFIF\0") and len(payload) >= _JFIF_BYTES:
        return payload[: _JFIF_BYTES - 2] + b"\0\0"
    if code == _ADOBE and payload.startswith(b"Adobe") and len(payload) >= _ADOBE_BYTES:
        return payload[:_ADOBE_BYTES]
    return None


def _next_marker(body: bytes, at: int) -> tuple[int, int]:
    if at >= len(body) or body[at] != 0xFF:
        raise ValueError("no marker")
    while at < len(body) and body[at] == 0xFF:
        at += 1
    if at >= len(body) or body[at] == 0:
        raise ValueError("no marker")
    return body[at], at + 1


def _scan_end(body: bytes, at: int) -> int:
    """Return the position of the marker that ends a scan."""
    while True:
        at = body.find(b"\xff", at)
        if at < 0 or at + 1 >= len(body):
            raise ValueError("no end of scan")
        if body[at + 1] != 0 and body[at + 1] not in _NO_LENGTH and body[at + 1] != 0xFF:
            return at
        at += 1 if body[at + 1] == 0xFF else 2


def drop_jpeg2000_metadata(body: bytes) -> bytes:
    """Return a JPEG 2000 without the boxes and comments that decoders do not need. Raises `ValueError`."""
    if body.startswith(_CODESTREAM):
        return _drop_codestream_comments(body)
    if not body.startswith(_JP2):
        raise ValueError("no JPEG 2000")
    kept, at = bytearray(), 0
    while at < len(body):
        size, kind, head = int.from_bytes(body[at : at + 4]), body[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(body[at + 8 : at + 16]), 16
        end = len(body) if size == 0 else at + size
        if end < at + head or end > len(body):
            raise ValueError("a box beyond the end")
        content = body[at + head : end]
        at = end
        if kind == b"jp2c":
            stream = _drop_codestream_comments(content)
            return bytes(kept + (len(stream) + 8).to_bytes(4) + kind + stream)
        if kind in _KEPT_BOXES:
            kept += (len(content) + 8).to_bytes(4) + kind + content
    raise ValueError("no codestream")


def _drop_codestream_comments(body: bytes) -> bytes:
    if not body.startswith(_CODESTREAM):
        raise ValueError("no codestream")
    kept, at = bytearray(body[:2]), 2
    while True:
        if body[at : at + 1] != b"\xff" or at + 4 > len(body):
            raise ValueError("no marker")
        code, end = body[at + 1], at + 2 + int.from_bytes(body[at + 2 : at + 4])
        if code == _J2K_TILE:
            # The tiles follow: their headers hold lengths of what is in them.
            return bytes(kept + body[at : body.rfind(b"\xff\xd9") + 2])
        if end > len(body):
            raise ValueError("a segment beyond the end")
        if code != _J2K_COM:
            kept += body[at:end]
        at = end
