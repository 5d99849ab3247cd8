"""Canonical URLs: one address for one page, whichever variant of it a portal, a feed or a campaign used. Pure.

`http`/`https` and `www.` say nothing about which page it is, nor do parameters of campaigns, sessions and cookie tests,
the order of parameters, a final slash, or a fragment. The page number of the list that an article was opened from
(`?trang=3`) matters only for lists, so it is dropped where another parameter or the path identifies the article.
"""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from w3lib.url import canonicalize_url

# Names are listed whole: a prefix (`ref`) would also drop `refid` and `reform`, and two pages would become one.
_TRACKING_PARAMS = re.compile(
    r"^(utm_.*|fbclid|gclid|dclid|msclkid|zanpid|igshid|mc_[ce]id|_ga|_gl|yclid|zarsrc|gidzl|"
    r"vn_source|vn_campaign|vn_medium|"
    r"aspxautodetectcookiesupport|phpsessid|jsessionid|aspsessionid.*|asp\.net_sessionid|sessionid|session_id|sid|"
    r"cfid|cftoken|_t|_ts|timestamp|nocache|rand|random|ref|source_from|print|in_trang)$",
    re.IGNORECASE,
)
_LIST_PAGE_PARAMS = re.compile(r"^(trang|page|p|paged|pageindex|currentpage|cur)$", re.IGNORECASE)
_ARTICLE_PARAMS = re.compile(
    r"^(id|itemid|newsid|articleid|docid|tintuc|baiviet|vanban|guid|c|tid|matin)$", re.IGNORECASE
)
_PATH_SESSION = re.compile(r";(jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
_ASP_SESSION = re.compile(r"/\([SXF]\([A-Za-z0-9]{10,}\)\)")
_INDEX = re.compile(r"/(index|default|trang-chu|home)\.(html?|aspx?|php|jsp)$", re.IGNORECASE)
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def canonical_url(url: str, *, strip_mobile_host: bool = False) -> str:
    """The canonical form of a URL, always `https`. Raises `ValueError` for anything but an `http` or `https` URL.

    With `strip_mobile_host`, the host `m.example.vn` counts as `example.vn`: newspapers serve the same article on both.
    """
    parts = urlsplit(canonicalize_url(url.strip(), keep_fragments=False))
    host = (parts.hostname or "").rstrip(".")
    if strip_mobile_host:
        host = host.removeprefix("m.")
    host = host.removeprefix("www.")
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError(f"{url[:200]} is no web address")
    default_port = parts.port is None or (parts.scheme, parts.port) in (("http", 80), ("https", 443))
    path = _ASP_SESSION.sub("", _PATH_SESSION.sub("", parts.path))
    path = _INDEX.sub("/", re.sub(r"/{2,}", "/", path))
    path = _GUID.sub(lambda match: match[0].lower(), path).rstrip("/")
    params = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING_PARAMS.match(name)
    ]
    if any(_ARTICLE_PARAMS.match(name) for name, _ in params) or _is_article(path):
        params = [(name, value) for name, value in params if not _LIST_PAGE_PARAMS.match(name)]
    query = urlencode(sorted(set(params)))
    port = "" if default_port else f":{parts.port}"
    return f"https://{host}{port}{path or '/'}{f'?{query}' if query else ''}"


def _is_article(path: str) -> bool:
    """True when a path alone identifies one article: a GUID, or a last segment with a number of four digits or more."""
    last = path.rsplit("/", 1)[-1]
    return bool(_GUID.search(path) or re.search(r"\d{4,}", last))
