"""Web addresses, pure: parsed once and completely, and in canonical form.

`parse_web_url` is the only judge of an address: what it returns, `urlsplit`, `urljoin`, `httpx` and every reader of a
feed can read, too. `canonical_url` gives one address for one page, whichever variant of it a portal, a feed or a
campaign used.

`http`/`https` and `www.` say nothing about which page it is, nor do parameters of campaigns, sessions and cookie tests,
the order of parameters, a final slash, or a fragment. The page number of the list that an article was opened from
(`?trang=3`) matters only for lists, so it is dropped where another parameter or the path identifies the article.
"""

import re
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

import idna
from w3lib.url import canonicalize_url

from hub.problem_texts.templates import fill

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
MAX_HOST_LENGTH = 253
MAX_URL_LENGTH = 2_000
"""Most characters of an address that the hub stores or asks for."""

# Names are listed whole: a prefix (`ref`, `utm_`) would also drop `refid` and `utm_district`, and two pages would
# become one.
_TRACKING_PARAMS = frozenset(
    ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id", "utm_name", "utm_cid",
     "utm_referrer", "utm_reader", "utm_social", "utm_social-type", "utm_source_platform",
     "utm_creative_format", "utm_marketing_tactic", "utm_placement", "utm_brand", "utm_pubreferrer",
     "utm_swu", "utm_viz_id", "fbclid", "gclid", "gclsrc", "gbraid", "wbraid", "dclid", "msclkid", "twclid",
     "ttclid", "zanpid", "igshid", "igsh", "mc_cid", "mc_eid", "_ga", "_gl", "yclid", "zarsrc", "gidzl",
     "vn_source", "vn_campaign", "vn_medium", "ref", "source_from", "aspxautodetectcookiesupport", "_t",
     "_ts", "timestamp", "nocache", "rand", "random", "print", "in_trang")
)  # fmt: skip
_SESSION_PARAMS = frozenset(
    ("phpsessid", "jsessionid", "asp.net_sessionid", "sessionid", "session_id", "sid", "cfid", "cftoken")
)
_SESSION_KEY = re.compile(r"(?=[^a-z]{0,60}[a-z])(?=\D{0,60}\d)[\w.!-]{4,200}|\w{16,200}", re.IGNORECASE)
"""A value of a session: figures alone may be the number of an article (`?sid=1204`)."""
_ASP_SESSION_PARAM = re.compile(r"aspsessionid[a-z]{8}", re.IGNORECASE)
_LIST_PAGE_PARAMS = re.compile(r"^(trang|page|paged|pageindex|currentpage|cur)$", re.IGNORECASE)
_ARTICLE_PARAMS = re.compile(
    r"^(id|itemid|newsid|articleid|docid|tintuc|baiviet|vanban|guid|c|tid|matin)$", re.IGNORECASE
)
_PATH_SESSION = re.compile(r";(jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
_ASP_SESSION = re.compile(r"/\([SXF]\([A-Za-z0-9]{10,}\)\)")
_INDEX = re.compile(r"/(index|default|trang-chu|home)\.(html?|aspx?|php|jsp)$", re.IGNORECASE)
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def parse_web_url(url: str) -> SplitResult:
    """Parse an absolute `http` or `https` URL in all its parts. Raises `ValueError` with the part that is wrong.

    The host is a name that can be looked up (in Unicode or as `xn--…`), an IPv4 address or an IPv6 address in brackets;
    the port is a number. Users, passwords and backslashes are refused: programs disagree about the host of such a URL.
    """
    if not url.isprintable() or any(char in ' <>"\\' for char in url):
        raise ValueError("a URL has no spaces, control characters, quotation marks, angle brackets or backslashes")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise ValueError("this is not a URL") from problem
    if parts.scheme not in ("http", "https") or not url[len(parts.scheme) :].startswith("://"):
        raise ValueError("the URL must start with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("the URL must not contain a user or a password")
    if port == 0:
        raise ValueError("there is no port 0")
    host = parts.hostname or ""
    if "[" in parts.netloc or "]" in parts.netloc:
        _check_ipv6(parts.netloc, host)
    else:
        _check_host(host)
    return parts


def _check_ipv6(netloc: str, host: str) -> None:
    if not netloc.startswith("[") or re.fullmatch(r"\[[0-9a-f:.]+\](?::[0-9]*)?", netloc, re.IGNORECASE) is None:
        raise ValueError("brackets in the host are for an IPv6 address only, such as [2001:db8::1]")
    _parse_address(IPv6Address, host)


def _parse_address(kind: type[IPv4Address] | type[IPv6Address], host: str) -> None:
    try:
        kind(host)
    except ValueError as problem:
        raise ValueError(fill("`{host}` is not an IP address", host=host[:100])) from problem


def _check_host(host: str) -> None:
    name = host.removesuffix(".")
    if not name:
        raise ValueError("the URL has no host")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        _parse_address(IPv4Address, name)
        return
    try:
        encoded = name if name.isascii() else idna.encode(name.lower()).decode()
        for label in encoded.split("."):
            if _LABEL.fullmatch(label) is None:
                raise ValueError(fill("`{label}` cannot be part of a host name", label=label[:70]))
            if label.lower().startswith("xn--"):
                idna.ulabel(label.lower())
    except UnicodeError as problem:
        raise ValueError(fill("`{host}` is not the name of a host", host=host[:100])) from problem
    if len(encoded) > MAX_HOST_LENGTH:
        raise ValueError("the name of the host is too long")


def canonical_url(url: str, *, strip_mobile_host: bool = False) -> str:
    """The canonical form of a URL, always `https`. Raises `ValueError` for anything but an `http` or `https` URL.

    With `strip_mobile_host`, the host `m.example.vn` counts as `example.vn`: newspapers serve the same article on both.
    """
    parts = parse_web_url(canonicalize_url(url.strip(), keep_fragments=False))
    host = (parts.hostname or "").rstrip(".")
    if strip_mobile_host:
        host = host.removeprefix("m.")
    host = host.removeprefix("www.")
    if not host:
        raise ValueError(fill("{url} is no web address", url=url[:200]))
    default_port = parts.port is None or (parts.scheme, parts.port) in (("http", 80), ("https", 443))
    path = _ASP_SESSION.sub("", _PATH_SESSION.sub("", parts.path))
    path = _INDEX.sub("/", re.sub(r"/{2,}", "/", path))
    path = _GUID.sub(lambda match: match[0].lower(), path).rstrip("/")
    params = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _is_mark(name, value)
    ]
    if any(_ARTICLE_PARAMS.match(name) for name, _ in params) or _is_article(path):
        params = [(name, value) for name, value in params if not _LIST_PAGE_PARAMS.match(name)]
    query = urlencode(sorted(set(params)))
    port = "" if default_port else f":{parts.port}"
    return f"https://{host}{port}{path or '/'}{f'?{query}' if query else ''}"


def _is_mark(name: str, value: str) -> bool:
    """True for a parameter of a campaign or a session, which says nothing about the page."""
    small = name.lower()
    if small in _SESSION_PARAMS:
        return _SESSION_KEY.fullmatch(value) is not None
    return small in _TRACKING_PARAMS or _ASP_SESSION_PARAM.fullmatch(name) is not None


def _is_article(path: str) -> bool:
    """True when a path alone identifies one article: a GUID, or a last segment with a number of four digits or more."""
    last = path.rsplit("/", 1)[-1]
    return bool(_GUID.search(path) or re.search(r"\d{4,}", last))
