"""One address for one page: the variants of portals made canonical, pure.

`http`/`https` and `www.` say nothing about which page it is, nor do marks of campaigns, sessions and cookie tests, the
order of parameters, a final slash, or a fragment. Which page of a list an article was opened from (`?trang=3`) is said
by lists alone, so that is dropped where another parameter or a path names the article.
"""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from w3lib.url import canonicalize_url

_TRACKING_PARAMS = re.compile(
    r"^(utm_.*|fbclid|gclid|dclid|msclkid|zanpid|igshid|mc_[ce]id|_ga|_gl|yclid|zarsrc|gidzl|"
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


def canonical_url(url: str) -> str:
    """The address under which a page is known. Raises `ValueError` for what is no web address."""
    parts = urlsplit(canonicalize_url(url.strip(), keep_fragments=False))
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError(f"{url[:200]} is no web address")
    port = parts.port
    usual = port is None or (parts.scheme, port) in (("http", 80), ("https", 443))
    path = _ASP_SESSION.sub("", _PATH_SESSION.sub("", parts.path))
    path = _INDEX.sub("/", re.sub(r"/{2,}", "/", path))
    path = _GUID.sub(lambda found: found[0].lower(), path).rstrip("/")
    given = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING_PARAMS.match(name)
    ]
    if any(_ARTICLE_PARAMS.match(name) for name, _ in given) or _is_article(path):
        given = [(name, value) for name, value in given if not _LIST_PAGE_PARAMS.match(name)]
    query = urlencode(sorted(set(given)))
    return f"https://{host}{'' if usual else f':{port}'}{path or '/'}{f'?{query}' if query else ''}"


def _is_article(path: str) -> bool:
    """Whether a path alone names one article: a GUID, or a last part with a number of several digits."""
    last = path.rsplit("/", 1)[-1]
    return bool(_GUID.search(path) or re.search(r"\d{4,}", last))
