"""Content-Security-Policy of every page and answer: the sources it may load from, and the sites that may frame it.

Nothing is loaded from other hosts, but for pictures of agencies. Scripts run only from the hub's own files, so the
content of a document can never become a script. Of the pages, other sites may frame only those of `FRAME_CSP` and
`CONSULTATION_FRAME_CSP`; files do not forbid it.
"""

DENY_ALL_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy of answers that are not pages: data shown in a tab loads nothing, runs nothing and is never framed."""

_SAME_ORIGIN_CSP = f"{DENY_ALL_CSP}; connect-src 'self'"

# GraphiQL 3.8.3 needs two additions: its stylesheet embeds fonts as data:, and its dialogs and menus add one <style>
# that stops the page behind them from scrolling. That text is always the same here, because the page itself never
# scrolls, so its hash is enough and 'unsafe-inline' is not needed. A browser test fails when it changes.
_SCROLL_LOCK = "'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc='"
PLAYGROUND_CSP = (
    f"{_SAME_ORIGIN_CSP}; script-src 'self'; img-src 'self'; font-src data:; style-src 'self' {_SCROLL_LOCK}"
)
"""The GraphQL playground. It may send requests to the hub."""

DOCS_CSP = f"{_SAME_ORIGIN_CSP}; script-src 'self'; img-src 'self' data:; style-src 'self'"
"""The REST docs. They may send requests to the hub; the icons of Swagger UI are SVG as data:."""

PAGE_CSP = f"{DENY_ALL_CSP}; style-src 'self'; img-src 'self'; font-src 'self'"
"""Pages that need no scripts allow none: the front page, explanations of errors and deprecations."""

FORM_CSP = PAGE_CSP.replace("form-action 'none'", "form-action 'self'")
"""Pages with a form and without scripts: a subscription and its links in mails."""

SUBSCRIBE_CSP = f"{FORM_CSP}; script-src 'self'; connect-src 'self'; worker-src blob:"
"""The form to subscribe: its script computes the proof of work in a worker, and sends it to the hub."""

DOCUMENT_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' https:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The page of a document. Allows no scripts. Pictures may come from the agencies' own sites."""

FEED_CSP = "default-src 'none'; style-src 'self'; img-src 'self' https:; base-uri 'none'; frame-ancestors 'none'"
"""A feed opened in a browser is a document in which no script may run."""

CONFIGURE_CSP = (
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; script-src 'self'; "
    "style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; frame-src 'self'"
)
"""The configurator of the widget. Allows the page's own files, the frame in its preview, and requests to the hub. The
form submits to the same page."""

FRAME_CSP = (
    DENY_ALL_CSP.replace("frame-ancestors 'none'", "frame-ancestors *")
    + "; style-src 'self'; img-src 'self'; script-src 'self'"
)
"""A list that other sites may frame. It loads only its stylesheet, the hub's pictures, and the script that tells its
height; nothing can be requested from a script in it."""

_WIDGET = "; connect-src 'self'; worker-src blob:"
# The worker is made of the source of a script of the hub; only a script that runs already can make one.

CONSULTED_DOCUMENT_CSP = f"{DOCUMENT_CSP}; script-src 'self'{_WIDGET}"
"""The page of a draft with a consultation: that of a document, with the element for comments."""

CONSULTATION_FRAME_CSP = FRAME_CSP + _WIDGET
"""The element for comments as a page that other sites may frame. What it sends needs no cookie and no key, so a site
around it gains nothing by hiding it."""

FILE_SANDBOX_CSP = "default-src 'none'; sandbox"
"""A file of a document. Safari shows an empty page for a PDF with a sandbox policy, and Chromium ignores the policy, so
PDFs have none."""
