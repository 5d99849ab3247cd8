"""Documents as JSON-LD with the schema.org vocabulary. Pure.

A policy is `Legislation`. So is a draft, because schema.org defines it as "a legal document such as an act, decree,
bill, etc. (enforceable or not)". Its `creativeWorkStatus` is `Draft`. A bulletin is a `NewsArticle`. A statement is a
`Quotation`: words attributed to a real person. (In schema.org, a `Statement` is an interesting fact, and a
`SpecialAnnouncement` is for emergencies.)
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hub.content.relations import RelatedDocument
from hub.domain.eli import eli_path
from hub.domain.kinds.html import html_to_text
from hub.domain.kinds.policy import LegalForce
from hub.domain.node_titles import node_title
from hub.domain.pictures import Pictures
from hub.i18n.catalogues import translate
from hub.web import item_html
from hub.web.public_urls import id_path, page_path, urn

CONTEXT = "https://schema.org"
MEDIA_TYPE = "application/ld+json"
MAX_PARTS = 300
"""Maximum number of articles listed as parts. The JSON of the document contains all of them."""

NodeObject = dict[str, Any]

_FORCE = {
    LegalForce.in_force: "InForce",
    LegalForce.partly_expired: "PartiallyInForce",
    LegalForce.not_yet: "NotInForce",
    LegalForce.suspended: "NotInForce",
    LegalForce.expired: "NotInForce",
}
_RELATIONS = {
    "based_on": "isBasedOn",
    "amends": "legislationChanges",
    "replaces": "legislationRepeals",
    "guides": "legislationApplies",
    "implements": "legislationApplies",
    "answers": "mentions",
    "announces": "about",
}
"""schema.org properties of relations, seen from the later document."""
_HUE = {"@type": "AdministrativeArea", "name": "Thành phố Huế", "containedInPlace": {"@type": "Country", "name": "VN"}}


def to_json_ld(
    item: Mapping[str, Any],
    base: str,
    *,
    force: LegalForce | None = None,
    related: Sequence[tuple[RelatedDocument, NodeObject]] = (),
    cited: Sequence[NodeObject] = (),
    pictures: Pictures,
) -> NodeObject:
    """Convert a document (its full JSON) to a JSON-LD object.

    `force` is the legal force of a policy today, `related` its relations with the JSON of the other documents, and
    `cited` the documents that its text cites. `pictures` are the facts of the pictures that it shows.
    """
    makers = {"policy": _policy, "draft": _draft, "bulletin": _bulletin, "statement": _statement}
    found: NodeObject = {
        "@context": CONTEXT,
        "@id": base + id_path(item["kind"], item["id"]),
        "url": base + page_path(item["id"]),
        "identifier": urn(item["id"]),
        "inLanguage": item["lang"],
        "name": item["title"],
        "abstract": item["summary"],
        "datePublished": item["published_at"],
        "dateModified": item["modified_at"],
        "version": item["edition"],
        "publisher": _organisation(item["agency"]["name"], item["agency"]["code"]),
        "keywords": [topic["name"] for topic in item["topics"]],
        "spatialCoverage": [{"@type": "Place", "name": place["name"]} for place in item["places"]],
        "isAccessibleForFree": True,
        "encoding": [_file(file) for file in item_html.files(item, base)],
        "creativeWorkStatus": "Withdrawn" if item["state"] == "withdrawn" else "Published",
    }
    found |= makers[item["kind"]](item, base)
    if image := item_html.picture(item, base, pictures):
        found["image"] = _image(image)
    if force in _FORCE:
        found["legislationLegalForce"] = f"{CONTEXT}/{_FORCE[force]}"
    for relation, other in related:
        if relation.direction == "out":
            found.setdefault(_RELATIONS[relation.type], []).append(_reference(other, base))
        else:
            found.setdefault("@reverse", {}).setdefault(_RELATIONS[relation.type], []).append(_reference(other, base))
    found["citation"] = [_reference(other, base) for other in cited]
    if item["withdrawal"]:
        found["correction"] = item["withdrawal"]["reason"]
    cleaned: NodeObject = _without_empty(found)
    return cleaned


def _without_empty(value: Any) -> Any:
    """Remove members that are null or an empty list, recursively."""
    if isinstance(value, dict):
        return {name: _without_empty(member) for name, member in value.items() if member not in (None, [])}
    return [_without_empty(member) for member in value] if isinstance(value, list) else value


def _policy(item: Mapping[str, Any], base: str) -> NodeObject:
    eli = eli_path(item)
    return {
        "@type": "Legislation",
        "sameAs": eli and base + eli,
        "legislationIdentifier": item["number"],
        "legislationType": item["type"],
        "legislationDate": item["issued_on"],
        "legislationDateOfApplicability": item["effective_on"],
        "legislationDateVersion": item["modified_at"][:10],
        "expires": item["expires_on"],
        "legislationPassedBy": [_organisation(issuer["name"], issuer["code"]) for issuer in item["issuers"]],
        "legislationJurisdiction": _HUE,
        "hasPart": _articles(item, base),
    }


def _draft(item: Mapping[str, Any], base: str) -> NodeObject:
    window = item["consultation"]
    return {
        "@type": "Legislation",
        "creativeWorkStatus": "Withdrawn" if item["state"] == "withdrawn" else "Draft",
        "legislationType": item["type"],
        "legislationLegalForce": f"{CONTEXT}/NotInForce",
        "legislationJurisdiction": _HUE,
        "author": _organisation(item["drafting_agency"]["name"], item["drafting_agency"]["code"]),
        "dateCreated": item["issued_on"],
        "version": item["draft_version"],
        "subjectOf": window
        and {
            "@type": "Event",
            "name": f"{translate(item['lang'], 'document.consultation')}: {item['title']}",
            "startDate": window["opens_on"],
            "endDate": _end_date(window),
            "eventAttendanceMode": f"{CONTEXT}/OnlineEventAttendanceMode",
            "location": {"@type": "VirtualLocation", "url": window["url"] or base + page_path(item["id"])},
        },
        "hasPart": _articles(item, base),
    }


def _end_date(window: Mapping[str, Any]) -> str:
    """Return the last day of a consultation, or the time at which it ends within a day."""
    end = window.get("closes_at")
    return str(window["closes_on"] if end is None or "T00:00:00+" in end else end)


def _bulletin(item: Mapping[str, Any], base: str) -> NodeObject:
    return {
        "@type": "NewsArticle",
        "headline": item["title"],
        "description": item["lead"],
        "articleBody": html_to_text(item["body"]),
        "author": _organisation(item["agency"]["name"], item["agency"]["code"]),
        "expires": item["valid_until"],
    }


def _image(image: Mapping[str, Any]) -> NodeObject:
    smaller = image["sizes"][0]["url"] if image["sizes"] else None
    return {
        "@type": "ImageObject",
        "url": image["url"],
        "caption": image["alt"],
        "creditText": image["credit"],
        "width": image["width"],
        "height": image["height"],
        "thumbnailUrl": smaller,
    }


def _statement(item: Mapping[str, Any], base: str) -> NodeObject:
    person = item["spokesperson"]
    speaker = {
        "@type": "Person",
        "name": person["name"],
        "jobTitle": person["title"],
        "worksFor": _organisation(item["agency"]["name"], item["agency"]["code"]),
    }
    return {
        "@type": "Quotation",
        "text": item["text"],
        "creator": speaker,
        "dateCreated": item["said_at"],
        "about": item["occasion"],
        "hasPart": [
            {
                "@type": "Question",
                "text": answer["question"],
                "author": answer["asked_by"] and {"@type": "Organization", "name": answer["asked_by"]},
                "acceptedAnswer": {"@type": "Answer", "text": answer["answer"], "author": speaker},
            }
            for answer in item["answers"]
        ],
    }


def _articles(item: Mapping[str, Any], base: str) -> list[NodeObject]:
    """The articles of a text with their permanent URLs. Those of drafts are anchors on their page."""
    page = base + page_path(item["id"])
    found: list[NodeObject] = []
    for node in item["nodes"]:
        if node["type"] == "article" and len(found) < MAX_PARTS:
            eli = eli_path(item, node["ref"])
            name = node_title(node["label"], node["heading"])
            part = {"@type": "Legislation", "@id": base + eli if eli else f"{page}#{node['ref']}"}
            found.append(part | {"name": name or node["ref"], "url": f"{page}#{node['ref']}"})
    return found


def _organisation(name: str, code: str | None) -> NodeObject:
    return {"@type": "GovernmentOrganization", "name": name, "identifier": code}


def _file(file: Mapping[str, Any]) -> NodeObject:
    return {
        "@type": "MediaObject",
        "name": file["name"],
        "contentUrl": file["url"],
        "encodingFormat": file["media_type"],
        "contentSize": None if file["size"] is None else str(file["size"]),
        "sha256": file["sha256"],
    }


def _reference(card: Mapping[str, Any], base: str) -> NodeObject:
    types = {"policy": "Legislation", "draft": "Legislation", "bulletin": "NewsArticle", "statement": "Quotation"}
    return {"@type": types[card["kind"]], "@id": base + id_path(card["kind"], card["id"]), "name": card["title"]}
