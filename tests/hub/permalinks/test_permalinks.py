"""A document's permanent addresses: what stands behind them in every state, for people and for machines."""

import json
import re
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from lxml import etree, html
from pyld import jsonld

from hub.app import create_app
from hub.db import Database
from hub.domain.eli import eli_path, node_ref, type_slug_from_symbol
from hub.permalinks.responses import FORMS
from hub.settings import Settings
from hub.web.accept import negotiate_media_type
from tests.support import contents, past_editions
from tests.support.asgi import running
from tests.support.servers import Publish

SCHEMA = "https://schema.org/"
BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ELI = "/eli/vn/hue/ke-hoach/2026/17/kh-ubnd"


def offline(url: str, _options: Any) -> dict[str, Any]:
    """The vocabulary without the network: every term is schema.org's, and these are addresses."""
    assert url == "https://schema.org"
    terms = ("url", "sameAs", "legislationLegalForce", "contentUrl", "eventAttendanceMode")
    context = {"@vocab": SCHEMA} | {term: {"@id": SCHEMA + term, "@type": "@id"} for term in terms}
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": {"@context": context},
    }


async def linked(client: httpx.AsyncClient, document: UUID, **headers: str) -> dict[str, Any]:
    """A document's JSON-LD as a processor reads it: expanded, with nothing it does not understand."""
    answer = await client.get(f"/d/{document}.jsonld", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/ld+json")
    (found,) = jsonld.expand(answer.json(), {"documentLoader": offline})
    triples = jsonld.to_rdf(answer.json(), {"documentLoader": offline, "format": "application/n-quads"})
    assert "<http://hub.test/id/" in triples
    assert "null" not in answer.text
    return found


def values(node: dict[str, Any], name: str) -> list[Any]:
    return [each.get("@value", each.get("@id")) for each in node.get(SCHEMA + name, [])]


async def test_a_policy_is_legislation_with_its_dates_its_force_and_its_relations(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    law = await publish_edition("policy", contents.policy(number="104/2016/QH13", type="Luật", title="Luật nền"))
    policy = await publish_edition("policy", contents.policy(relations=past_editions.to("based_on", law)))
    later = await publish_edition(
        "policy",
        contents.policy(
            number="18/KH-UBND", relations=past_editions.to("amends", policy), dates=past_editions.dates("2026-03-01")
        ),
    )
    found = await linked(client, policy)

    assert found["@id"] == f"http://hub.test/id/policy/{policy}"
    assert found["@type"] == [f"{SCHEMA}Legislation"]
    assert values(found, "legislationIdentifier") == ["17/KH-UBND"]
    assert values(found, "legislationDate") == ["2026-02-03"]
    assert values(found, "legislationDateOfApplicability") == ["2026-02-14"]
    assert values(found, "legislationLegalForce") == [f"{SCHEMA}PartiallyInForce"]
    assert values(found, "sameAs") == [f"http://hub.test{ELI}"]
    assert values(found, "isBasedOn") == [f"http://hub.test/id/policy/{law}"]
    assert [each["@id"] for each in found["@reverse"][f"{SCHEMA}legislationChanges"]] == [
        f"http://hub.test/id/policy/{later}"
    ]
    assert values(found, "hasPart") == [f"http://hub.test{ELI}/dieu/1"]


async def test_a_draft_says_that_it_is_one_and_when_people_may_comment(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    found = await linked(client, await publish_edition("draft", contents.draft()))

    assert found["@type"] == [f"{SCHEMA}Legislation"]
    assert values(found, "creativeWorkStatus") == ["Draft"]
    assert values(found, "legislationLegalForce") == [f"{SCHEMA}NotInForce"]
    (window,) = found[f"{SCHEMA}subjectOf"]
    assert (values(window, "startDate"), values(window, "endDate")) == (["2026-11-02"], ["2026-12-02"])


async def test_bulletins_are_news_and_statements_are_words_of_a_person(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    news = await linked(client, await publish_edition("bulletin", contents.bulletin()))
    said = await linked(client, await publish_edition("statement", contents.statement()))

    assert news["@type"] == [f"{SCHEMA}NewsArticle"]
    assert values(news, "articleBody") == ["Người dân đặt lịch trên Hue-S."]
    assert values(news, "expires") == ["2027-03-31T17:00:00+07:00"]
    assert said["@type"] == [f"{SCHEMA}Quotation"]
    assert said[f"{SCHEMA}creator"][0]["@type"] == [f"{SCHEMA}Person"]
    (question,) = said[f"{SCHEMA}hasPart"]
    assert values(question[f"{SCHEMA}acceptedAnswer"][0], "text") == ["Khi nghiệm thu xong."]


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "text/html"),
        ("*/*", "text/html"),
        ("application/json", "application/json"),
        ("application/ld+json, application/json;q=0.9", "application/ld+json"),
        ("text/html;q=0.2, application/*;q=0.5", "application/ld+json"),
        ("application/json;q=0, */*", "text/html"),
        ("image/png", "text/html"),
        ("text/html;q=x, application/json", "application/json"),
    ],
)
def test_the_accept_header_decides(accept: str | None, form: str) -> None:
    assert negotiate_media_type(accept, FORMS) == form


async def test_the_document_itself_sends_each_reader_to_the_form_it_takes(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    document = await publish_edition("policy", contents.policy())
    for path in (f"/id/policy/{document}", "/id/policy/17-kh-ubnd", ELI):
        for accept, address in (
            ("text/html", f"/d/{document}"),
            ("application/json", f"/api/v1/policies/{document}"),
            ("application/ld+json", f"/d/{document}.jsonld"),
        ):
            answer = await client.get(path, headers={"accept": accept})
            assert (answer.status_code, answer.headers["location"]) == (303, f"http://hub.test{address}")
            assert "Accept" in answer.headers["vary"]
            assert (await client.get(answer.headers["location"])).status_code == 200
    part = await client.get(f"{ELI}/dieu/1/khoan/1", headers=BROWSER)
    assert part.headers["location"] == f"http://hub.test/d/{document}#dieu-1/khoan-1"


NOTHING_THERE = [
    (f"/id/policy/{uuid4()}", 404, "not_found"),
    ("/id/policy/99-kh-ubnd", 404, "not_found"),
    ("/id/bulletin/17-kh-ubnd", 404, "not_found"),
    ("/id/law/17-kh-ubnd", 422, "invalid_input"),
    (ELI.replace("2026", "2025"), 404, "not_found"),
    (ELI.replace("ke-hoach", "quyet-dinh"), 404, "not_found"),
    (ELI.replace("2026", "26"), 422, "invalid_input"),
    (f"{ELI}/dieu/2", 404, "not_found"),
    (f"{ELI}/dieu", 404, "not_found"),
    (f"{ELI}/trang/1", 404, "not_found"),
    ("/d/17", 422, "invalid_input"),
    (f"/d/{uuid4()}.jsonld", 404, "not_found"),
    ("/oembed", 422, "invalid_input"),
    (f"/oembed?url=http://elsewhere.test/d/{uuid4()}", 404, "not_found"),
    ("/oembed?url=http://hub.test/d/17", 404, "not_found"),
    ("/oembed?url=http://[x", 422, "invalid_input"),
    ("/oembed?url=http://hub.test:x/d/1", 422, "invalid_input"),
    (f"/oembed?url=http://hub.test/d/{uuid4()}&format=yaml", 422, "invalid_input"),
]


async def test_an_address_without_a_document_is_a_problem_for_programs(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    for path, status, code in NOTHING_THERE:
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (status, code), path
        assert answer.headers["content-type"] == "application/problem+json"

    known, marked = await client.get(ELI), await client.get(f"{ELI}?lang=vi")
    assert (marked.status_code, marked.headers["location"]) == (303, known.headers["location"])


async def test_a_number_that_several_documents_have_is_a_choice(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    one = await publish_edition("policy", contents.policy(title="Của thành phố"))
    other = await publish_edition("policy", contents.policy(title="Của xã", issuers=[{"name": "UBND xã"}], nodes=[]))
    told = await client.get(ELI)

    assert told.status_code == 300
    assert {choice["url"] for choice in told.json()["choices"]} == {
        f"http://hub.test/id/policy/{d}" for d in (one, other)
    }
    seen = await client.get(ELI, headers=BROWSER)
    assert (seen.status_code, seen.headers["content-type"]) == (300, "text/html; charset=utf-8")
    assert "Của thành phố" in seen.text
    assert "Của xã" in seen.text
    # Only one of them has such an article.
    assert (await client.get(f"{ELI}/dieu/1")).headers["location"].startswith(f"http://hub.test/d/{one}")


async def test_every_state_is_told_as_the_matrix_says_at_every_address(
    client: httpx.AsyncClient, publish_edition: Publish, database: Database
) -> None:
    live = await publish_edition("policy", contents.policy(number="1/KH-UBND", title="Đang có"))
    made = {}
    for number, verb in ((2, "withdraw"), (3, "gone"), (4, "redirect")):
        made[verb] = await publish_edition("policy", contents.policy(number=f"{number}/KH-UBND", title="Chữ đã rút"))
        bodies: dict[str, dict[str, Any]] = {"withdraw": {"reason": "Ban hành sai"}, "redirect": {"to": live}}
        options = bodies.get(verb, {})
        await past_editions.done(database, verb, made[verb], **options)

    async def asked(verb: str, number: int, headers: dict[str, str]) -> list[httpx.Response]:
        document = made[verb]
        paths = (
            f"/d/{document}",
            f"/d/{document}.jsonld",
            f"/id/policy/{document}",
            f"/oembed?url=http://hub.test/d/{document}",
        )
        eli = ELI.replace("17", str(number))
        return [
            await client.get(path, headers=headers)
            for path in (*paths, eli, f"{eli}/dieu/1", f"/id/policy/{number}-kh-ubnd")
        ]

    page, data, identity, oembed, *numbers = await asked("withdraw", 2, {})
    assert [answer.status_code for answer in (page, data, oembed)] == [200, 200, 200]
    assert {answer.status_code for answer in (identity, *numbers)} == {303}
    assert "Ban hành sai" in page.text
    assert 'content="noindex"' in page.text
    assert (data.json()["creativeWorkStatus"], data.json()["correction"]) == ("Withdrawn", "Ban hành sai")

    for headers in ({}, BROWSER):
        answers = await asked("gone", 3, headers)
        assert {answer.status_code for answer in answers} == {410}
        assert not any("Chữ đã rút" in answer.text for answer in answers)
    assert answers[0].headers["content-type"] == "text/html; charset=utf-8"
    assert "gỡ bỏ vĩnh viễn" in answers[0].text

    page, data, identity, oembed, *numbers = await asked("redirect", 4, {})
    assert (page.status_code, page.headers["location"]) == (308, f"http://hub.test/d/{live}")
    assert (data.status_code, data.headers["location"]) == (308, f"http://hub.test/d/{live}.jsonld")
    for answer in (identity, *numbers):
        assert (answer.status_code, answer.headers["location"]) == (308, f"http://hub.test/id/policy/{live}")
    assert oembed.json()["title"] == "Đang có"


async def test_the_page_has_everything_and_runs_nothing(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    hostile = '<script>alert(1)</script></script><!-- "x" & y'
    law = await publish_edition("policy", contents.policy(number="104/2016/QH13", type="Luật", title="Luật nền"))
    nodes = [
        {"ref": f"dieu-{n}", "type": "article", "label": f"Điều {n}", "heading": hostile, "text": hostile}
        for n in range(1, 8)
    ]
    policy = await publish_edition(
        "policy",
        contents.policy(
            title=hostile,
            summary=hostile,
            nodes=nodes,
            relations=past_editions.to("replaces", law, "một phần"),
            links=[{"label": "Trang ngoài", "url": "https://x.vn/?a=1&b=2"}],
            attachments=[
                {"name": "a&b.pdf", "media_type": "application/pdf", "url": "https://x.vn/a.pdf", "size": 2_500_000}
            ],
        ),
    )
    await publish_edition("policy", contents.policy(title="In English"), document_id=policy, lang="en")
    answer = await client.get(f"/d/{policy}", headers=BROWSER)
    root = html.fromstring(answer.content)

    assert answer.headers["content-language"] == root.get("lang") == "vi"
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    scripts = root.xpath("//script")
    assert [script.get("type") for script in scripts] == ["application/ld+json"]
    assert json.loads(scripts[0].text)["name"].startswith("<script>alert(1)")
    assert not root.xpath("//*[@style or @onclick or self::style]")
    assert root.xpath("string(//h1)") == hostile
    assert len(root.xpath("//h1")) == 1
    assert root.xpath("//details//a/@href")[:2] == ["#dieu-1", "#dieu-2"]
    assert root.xpath("//h3[@id='dieu-7']")
    assert "Thay thế" in root.text_content()
    assert "(một phần)" in root.text_content()
    assert "2,5 MB" in root.text_content()
    alternates = {link.get("type"): link.get("href") for link in root.xpath("//link[@rel='alternate' and @type]")}
    assert set(alternates) == {
        "application/json",
        "application/ld+json",
        "application/json+oembed",
        "text/xml+oembed",
        "application/atom+xml",
        "application/rss+xml",
        "application/feed+json",
    }
    for address in (*alternates.values(), *root.xpath("//link[@rel='stylesheet' or @rel='icon']/@href")):
        assert (await client.get(address)).status_code == 200, address
    assert root.xpath("//link[@rel='alternate']/@hreflang") == ["vi", "en"]
    english = await client.get(f"/d/{policy}?lang=en")
    assert "In English" in english.text
    assert (
        f'href="http://hub.test{eli_path({"number": "17/KH-UBND", "type": "Plan", "issued_on": "2026-02-03"})}"'
        in english.text
    )
    assert (await client.get(f"/d/{policy}", headers={"if-none-match": answer.headers["etag"]})).status_code == 304


async def test_pages_of_every_kind_name_their_facts(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    said = {
        "draft": ("Lấy ý kiến", "02/11/2026 – 02/12/2026", "Giảm ùn tắc giờ cao điểm."),
        "bulletin": ("chạy thêm sáng thứ bảy", "<strong>Hue-S</strong>"),
        "statement": ("Người phát ngôn", "15:30, 06/10/2026", "Khi nghiệm thu xong."),
    }
    for kind, words in said.items():
        page = (await client.get(f"/d/{await publish_edition(kind, contents.MADE[kind]())}")).text
        for word in words:
            assert word in page, (kind, word)


async def test_people_are_told_in_words_what_is_not_there(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/d/{uuid4()}", headers={**BROWSER, "accept-language": "en"})

    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
    assert "There is no public document at this address." in answer.text


async def test_oembed_names_a_pasted_address_in_both_forms(client: httpx.AsyncClient, publish_edition: Publish) -> None:
    document = await publish_edition("bulletin", contents.bulletin(title="Tin & ảnh"))
    page = html.fromstring((await client.get(f"/d/{document}")).content)
    told = {}
    for form in ("json", "xml"):
        (address,) = page.xpath(f"//link[contains(@type, '{form}+oembed')]/@href")
        told[form] = await client.get(address)
        assert told[form].status_code == 200
    expected = {"version": "1.0", "type": "link", "title": "Tin & ảnh", "author_name": "Ủy ban nhân dân thành phố Huế"}
    assert expected.items() <= told["json"].json().items()
    found = {child.tag: child.text for child in etree.fromstring(told["xml"].content)}
    assert found == {name: str(value) for name, value in told["json"].json().items()}
    assert told["xml"].headers["content-type"] == "text/xml; charset=utf-8"


async def test_oembed_frames_a_list_made_at_embed(client: httpx.AsyncClient) -> None:
    for path in ("/embed", "/embed/feed"):
        url = f"http://hub.test{path}?kind=draft&limit=3&heading=Góp+ý"
        told = (await client.get("/oembed", params={"url": url, "maxwidth": 400})).json()
        assert (told["type"], told["title"], told["width"]) == ("rich", "Góp ý", 400)
        frame = html.fromstring(told["html"])
        assert frame.tag == "iframe"
        assert (await client.get(frame.get("src"))).status_code == 200
    assert (await client.get("/oembed?url=http://hub.test/embed?kind=law")).json()["code"] == "invalid_input"


def test_parts_have_addresses_that_lead_back() -> None:
    policy = {"number": "07/2023/QĐ-UBND", "type": "Quyết định", "issued_on": "2023-03-01"}
    for ref in ("dieu-5", "dieu-5/khoan-2/diem-dd", "phu-luc-1/dieu-1", "chuong-ii/muc-1", "dieu-18a"):
        address = eli_path(policy, ref)
        assert address is not None
        root, _, rest = address.partition("/qd-ubnd/")
        assert root == "/eli/vn/hue/quyet-dinh/2023/07"
        assert node_ref(rest.split("/")) == ref
        assert re.fullmatch(r"[a-z0-9/-]+", address)
    assert eli_path(policy, "doan-3") is None
    assert eli_path({"number": None}) is None
    assert [type_slug_from_symbol(symbol) for symbol in ("kh-ubnd", "ct-ttg", "qh13", "da-ubnd")] == [
        "ke-hoach",
        "chi-thi",
        None,
        None,
    ]


async def test_addresses_lie_below_the_path_a_proxy_gives(settings: Settings, publish_edition: Publish) -> None:
    document = await publish_edition(
        "policy",
        contents.policy(
            relations=past_editions.to("based_on", await publish_edition("policy", contents.policy(number=None)))
        ),
    )
    seen = Settings(**{**settings.model_dump(exclude_unset=True), "public_url": "https://chinhsach.hue.gov.vn/hub"})
    async with running(create_app(seen), base_url="https://chinhsach.hue.gov.vn") as client:
        answer = await client.get(f"/d/{document}")
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        addresses = html.fromstring(answer.content).xpath("//@href|//@src")
        assert {a for a in addresses if not a.startswith(("https://chinhsach.hue.gov.vn/hub/", "#"))} == set()
        oembed = await client.get(f"/oembed?url=https://chinhsach.hue.gov.vn/hub/d/{document}")
        assert oembed.json()["provider_url"] == "https://chinhsach.hue.gov.vn/hub"
