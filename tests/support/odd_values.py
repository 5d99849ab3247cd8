"""A pool of odd values for fuzzing, and the ways they are written into addresses, headers and JSON."""

import random
from typing import Any
from urllib.parse import quote

TEXTS = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\x1f\x7f\x85",
    "\ud800",
    "tin\udfff",
    "\ufeff\ufffe\uffff",
    "e\u0302\u0301" * 50,
    "\u202e\u2066đảo\u2069",
    "ＳＯ：５１３／ＫＨ－ＵＢＮＤ",
    "513/KH\u2011UBND",
    "09\u22152017\u2215N\u0110\u2010CP",
    "Huế" * 4_000,
    "A" * 70_000,
    "' OR 1=1 --",
    '"; DROP TABLE edition; --',
    "%00%0d%0a",
    "\r\nset-cookie: a=b",
    "../../../etc/passwd",
    "{{7*7}}${7*7}<%= 7 %>",
    "<script>alert(1)</script>",
    '*:* AND -(a) "b ~3 ^2 :',
    "((((((((((",
    "(a+)+$",
    "\\",
    "null",
    "true",
    "[]",
    "{}",
    "NaN",
    "-0",
    "1e400",
    "0x1F",
    "１２３",
    "٣",
    "9" * 40,
    "-1",
    "00000000-0000-0000-0000-000000000000",
    "{00000000-0000-0000-0000-000000000000}",
    "2026-02-30",
    "0000-00-00",
    "99999-01-01",
    "9999-12-31",
    "0001-01-01",
    "2026-11-29T25:61:61Z",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00",
    "2026-11-29T08:00:00",
    "2026-11-29T08:00:00+99:99",
    "Fri, 29 Nov 99999999999 00:00:00 GMT",
    "http://[x",
    "http://h:1:2/",
    "http://h:99999/",
    "https://xn--/",
    "http://user:pass@127.0.0.1/",
    "javascript:alert(1)",
    "//evil.example/",
    "http://Đường.vn/phố?q=Huế",
    "http://" + "a." * 200 + "vn/",
    "vi,en;q=0.5,*;q=nan",
    'W/"' + "x" * 300 + '"',
    "bytes=0-,5-1,-0,99999999999999999999-",
    "gzip;q=1.5, br;q=-1, \x01",
)
"""Control characters, halves of surrogates, look-alikes, operators of engines, odd numbers, moments and addresses."""

NUMBERS: tuple[Any, ...] = (0, -1, 1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, 0.5, 1e308, -0.0)


def nested(depth: int, inner: Any = None) -> Any:
    """A list in a list in a list, `depth` times."""
    for _ in range(depth):
        inner = [inner]
    return inner


def odd_json(chance: random.Random) -> Any:
    """An odd value for a member of JSON."""
    pick = chance.randrange(6)
    if pick < 3:
        return chance.choice(TEXTS)
    if pick == 3:
        return chance.choice(NUMBERS)
    if pick == 4:
        return chance.choice((None, True, False, [], {}, [None], [[]], {"": ""}, {"$ne": 1}))
    return chance.choice((nested(30), nested(400), [0] * 3_000, {f"m{n}": n for n in range(2_000)}, ["a"] * 500))


def in_address(value: str) -> str:
    """A value as it is written into an address: halves of surrogates as the bytes that they would have."""
    return quote(value.encode("utf-8", "surrogatepass")[:6_000], safe="")


def in_header(value: str) -> str:
    """A value as a header can hold it: one line of Latin-1, in which UTF-8 is written byte by byte."""
    shown = value.encode("utf-8", "surrogatepass").decode("latin-1")
    return "".join(letter for letter in shown if letter >= " " and letter != "\x7f")[:4_000].strip()
