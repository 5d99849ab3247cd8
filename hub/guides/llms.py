"""`/llms.txt`: what programs that read texts for people find here, in the form of llmstxt.org."""

from hub.guides.catalogue import load_guides
from hub.guides.changelog import FEED_PATH

_HEAD = (
    "# Policy hub · Cổng chính sách Huế\n\n"
    "> One API for what the city of Huế (Viet Nam) decides, is about to decide, and says about it: policies (văn bản), "
    "drafts open for comment (dự thảo), bulletins (bản tin) and statements (phát ngôn). Reading is open to everybody "
    "and needs no key.\n\n"
    "- Texts of documents are Vietnamese; some have an English edition. `lang=vi` or `lang=en` chooses.\n"
    "- A document that is withdrawn stays readable with its reason; one that is gone answers 410. Quote the address "
    "`/d/{id}` of a document.\n"
    "- Parameters that the API does not have are refused with 422, never ignored.\n"
)


def render_llms(base: str) -> str:
    """Render the text with absolute addresses. `base` is the URL of the hub."""
    sections = {
        f"Guides ({name})": [
            (guide.title, f"/guide/{guide.name}.md?lang={lang}", guide.lead) for guide in load_guides(lang)
        ]
        for lang, name in (("en", "English"), ("vi", "tiếng Việt"))
    }
    sections["Contracts"] = [
        ("OpenAPI", "/openapi.json", "REST: every address, parameter, answer and error."),
        ("GraphQL schema", "/graphql/schema.graphql", "Types and fields as SDL."),
        ("Errors", "/problems", "Meaning of every error code."),
    ]
    sections["Optional"] = [
        ("Changelog", FEED_PATH, "Changes of the API as an Atom feed."),
        ("Sitemap", "/sitemap.xml", "Pages of all public documents and guides."),
        ("Changes", "/api/v1/changes?after=0", "The publication log from its beginning."),
    ]
    parts = [_HEAD]
    for heading, links in sections.items():
        listed = "".join(f"- [{title}]({base}{path}): {about}\n" for title, path, about in links)
        parts.append(f"## {heading}\n\n{listed}")
    return "\n".join(parts)
