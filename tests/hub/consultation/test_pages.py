"""Pages on which people comment: that of a draft with a consultation, and the frame for other sites."""

from html import unescape

import httpx

from hub.db import Database
from hub.embed.snippets import CONSULTATION_SCRIPT
from tests.support import contents
from tests.support.consultations import consultation_of, window
from tests.support.servers import Publish

UNKNOWN = "00000000-0000-4000-8000-000000000000"


async def test_only_the_page_of_a_draft_with_a_consultation_may_run_the_scripts_of_the_hub(
    client: httpx.AsyncClient, publish_edition: Publish
) -> None:
    asked = await publish_edition("draft", contents.draft(consultation=window(-1, 5)))
    silent = await publish_edition("draft", contents.draft(consultation=None, title="Dự thảo chưa lấy ý kiến"))
    policy = await publish_edition("policy", contents.policy())

    pages = {document: await client.get(f"/d/{document}") for document in (asked, silent, policy)}

    with_script = {document for document, page in pages.items() if "<hub-consultation" in page.text}
    allowed = {document for document, page in pages.items() if "script-src" in page.headers["content-security-policy"]}
    assert with_script == allowed == {asked}
    page = pages[asked]
    assert f'<hub-consultation document="{asked}">' in page.text
    assert f'src="http://hub.test{CONSULTATION_SCRIPT}"' in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]


async def test_a_frame_names_its_draft_for_who_has_no_script_and_an_unknown_one_has_no_element(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-1, 5), title="Giờ <b>xe tải</b>"))
    row = await consultation_of(database, document)

    frame = await client.get(f"/embed/consultation/{row.id}?lang=en&theme=dark&utm_source=x")
    unknown = await client.get(f"/embed/consultation/{UNKNOWN}")

    assert frame.status_code == 200
    assert '<html lang="en" class="dark">' in frame.text
    assert "Giờ <b>xe tải</b>" not in frame.text
    assert "Giờ <b>xe tải</b>" in unescape(frame.text)
    assert f'href="/d/{document}?lang=en"' in frame.text
    assert f'<hub-consultation consultation="{row.id}" lang="en" theme="dark">' in frame.text
    assert frame.headers["cache-control"].startswith("public, max-age=60")
    assert (unknown.status_code, unknown.headers["cache-control"]) == (404, "no-store")
    assert "hub-consultation" not in unknown.text
    assert 'type="module"' not in unknown.text
    assert all("embed-frame" in answer.text for answer in (frame, unknown)), "both tell their height"
