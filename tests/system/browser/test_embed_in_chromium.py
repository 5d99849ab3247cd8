"""The two elements and the frame on another host's page, under a strict policy, with the hub coming and going."""

import pytest
from playwright.async_api import Locator, Page

from hub.embed.params import EmbedParams, Summaries
from hub.embed.snippets import snippets
from tests.support.waiting import eventually
from tests.system.browser.conftest import TRICKY, Look, Open, RunningHub, Website

pytestmark = pytest.mark.browser


def strict(hub: RunningHub) -> str:
    """What a careful webmaster allows, and no more: no inline styles, no evaluation, no markup from strings."""
    return (
        f"default-src 'none'; base-uri 'none'; script-src {hub.url}; connect-src {hub.url}; img-src {hub.url}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def page_with(website: Website, hub: RunningHub, elements: str, **options: str) -> str:
    return website.put(f'<script src="{hub.url}/embed.js" defer></script>{elements}', policy=strict(hub), **options)


def titles(page: Page, element: str = "hub-feed") -> Locator:
    return page.locator(f"{element} li .title")


async def test_a_list_shows_what_is_asked_for_and_follows_its_attributes(
    look: Open, hub: RunningHub, website: Website
) -> None:
    address = page_with(website, hub, '<hub-feed kind="draft" limit="3" heading="Dự thảo mới"></hub-feed>')
    async with look(address) as other:
        page = other.page
        await titles(page).first.wait_for()
        assert await titles(page).count() == 3
        assert set(await page.locator("hub-feed .kind").all_inner_texts()) == {"Dự thảo"}
        assert await page.inner_text("hub-feed h2") == "Dự thảo mới"
        assert await titles(page).first.locator("a").get_attribute("href")
        await other.keep("widget-feed")
        assert await other.axe() == []

        change = (
            "given => Object.entries(given).forEach(([n, v]) => document.querySelector('hub-feed').setAttribute(n, v))"
        )
        await page.evaluate(change, {"kind": "bulletin", "agency": "so-y-te", "lang": "en", "limit": "50"})
        await other.becomes(
            "[...document.querySelector('hub-feed').shadowRoot.querySelectorAll('.kind')]"
            ".some(e => e.textContent === 'Bulletin')"
        )
        offices = set(await page.locator("hub-feed .by").all_inner_texts())
        assert offices == {
            "Sở Y tế thành phố Huế",
            "Trung tâm Kiểm soát bệnh tật thành phố Huế",
        }  # and what is below it


async def test_pictures_are_small_described_and_leave_no_gap_where_they_may_not_load(
    look: Open, hub: RunningHub, website: Website
) -> None:
    elements = '<hub-feed kind="bulletin" limit="50"></hub-feed>'
    async with look(page_with(website, hub, elements)) as other:
        picture = other.page.locator("hub-feed img").first
        await picture.wait_for()
        await picture.scroll_into_view_if_needed()
        await other.becomes("document.querySelector('hub-feed').shadowRoot.querySelector('img').complete")
        shown = await picture.evaluate("e => [e.currentSrc.split('?')[1], e.naturalWidth, e.alt.length > 0, e.width]")
        assert shown == ["w=320", 96, True, 96]
        await other.keep("widget-pictures")
        assert await other.axe() == []
    forbidden = website.put(
        f'<script src="{hub.url}/embed.js" defer></script>{elements}',
        policy=strict(hub).replace(f"img-src {hub.url}; ", ""),
    )
    async with look(forbidden, quiet=False) as other:
        await titles(other.page).first.wait_for()
        await other.becomes("!document.querySelector('hub-feed').shadowRoot.querySelector('img, .pic')")


@pytest.mark.parametrize(
    ("lang", "phone", "dark"),
    [("vi", True, True), pytest.param("en", False, False, marks=pytest.mark.full)],
)
async def test_summaries_are_shown_and_a_link_leads_to_everything_of_the_agency(
    look: Open, hub: RunningHub, website: Website, lang: str, phone: bool, dark: bool
) -> None:
    elements = f'<hub-feed agency="ubnd-hue" limit="20" summary lang="{lang}"></hub-feed>'
    name = f"{lang}-{'phone' if phone else 'desktop'}-{'dark' if dark else 'light'}"
    async with look(page_with(website, hub, elements, lang=lang), phone=phone, dark=dark) as other:
        page = other.page
        summaries = page.locator("hub-feed .sum")
        await summaries.first.wait_for()
        assert await summaries.count() > 3  # others publish beside this test, some without a summary
        lines = "all => all.map(e => e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight))"
        assert max(await summaries.evaluate_all(lines)) < 3.1
        await other.keep(f"widget-summary-{name}", whole=True)
        assert await other.axe() == []
        await page.evaluate("document.querySelector('hub-feed').setAttribute('summary', 'off')")
        await summaries.first.wait_for(state="detached")
        await titles(page).nth(3).wait_for()
        parts = "all => all.map(item => [...item.children].map(part => part.className || part.localName).join(' '))"
        assert set(await page.locator("hub-feed li").evaluate_all(parts)) <= {"facts title by", "facts title by img"}
        assert "false" not in await page.inner_text("hub-feed .box")

        await page.get_by_role("link", name="All of this agency" if lang == "en" else "Tất cả của cơ quan này").click()
        await page.wait_for_url(f"{hub.url}/embed/feed?agency=ubnd-hue&**")
        assert "Huế" in await page.inner_text("h1")
        assert await page.locator("h2").count() > 5
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        await other.keep(f"widget-whole-{name}")
        assert await other.axe() == []


async def test_a_title_from_the_hub_is_never_markup(look: Open, hub: RunningHub, website: Website) -> None:
    elements = '<hub-feed kind="bulletin" agency="so-y-te" limit="50"></hub-feed><hub-search></hub-search>'
    async with look(page_with(website, hub, elements)) as other:
        await titles(other.page).first.wait_for()
        assert TRICKY in await titles(other.page).all_inner_texts()
        await other.page.locator("hub-search input").fill("onerror alert")
        await titles(other.page, "hub-search").first.wait_for()
        assert TRICKY in await titles(other.page, "hub-search").all_inner_texts()
        assert await other.page.locator("hub-feed [onerror], hub-search [onerror]").count() == 0


async def test_a_search_box_finds_marks_and_says_what_it_found(look: Open, hub: RunningHub, website: Website) -> None:
    async with look(page_with(website, hub, '<hub-search limit="5"></hub-search>'), phone=True, dark=True) as other:
        page = other.page
        box = page.get_by_role("searchbox")
        await box.fill("truyen thong chinh sach")
        await page.keyboard.press("Enter")
        await titles(page, "hub-search").first.wait_for()
        assert await titles(page, "hub-search").count() == 5
        assert (await page.locator("hub-search .hit mark").first.inner_text()).lower() in "truyền thông chính sách"
        assert (await page.get_by_role("status").first.inner_text()).startswith("Khoảng ")
        await other.keep("widget-search-phone-dark")
        assert await other.axe() == []

        await page.get_by_role("combobox").select_option("draft")
        await other.becomes(
            "(found => found.length && found.every(e => e.textContent === 'Dự thảo'))"
            "([...document.querySelector('hub-search').shadowRoot.querySelectorAll('.kind')])"
        )
        await box.fill("zzzz qqqq")
        await other.becomes(
            "document.querySelector('hub-search').shadowRoot.querySelector('[role=status]').textContent.includes('zzzz')"
        )


@pytest.mark.full
async def test_the_list_outlives_the_hub_and_comes_back_with_it(look: Open, hub: RunningHub, website: Website) -> None:
    address = page_with(website, hub, '<hub-feed kind="policy" limit="4"></hub-feed>')
    async with look(address, quiet=False) as other:
        page = other.page
        await titles(page).first.wait_for()
        before = await titles(page).all_inner_texts()
        await hub.stop()
        try:
            await page.reload()  # the script itself is in the browser's cache
            await page.locator("hub-feed [role=status]").wait_for()
            assert "Không kết nối được" in await page.inner_text("hub-feed [role=status]")
            assert await titles(page).all_inner_texts() == before
            await other.keep("widget-offline")
            assert await other.axe() == []
        finally:
            await hub.start()
        await page.locator("hub-feed [role=status]").wait_for(state="detached")
        assert await titles(page).all_inner_texts() == before


@pytest.mark.full
async def test_without_an_answer_and_without_a_last_one_it_says_so_and_tries_again(
    look: Open, hub: RunningHub, website: Website
) -> None:
    address = page_with(website, hub, '<hub-feed hub="http://127.0.0.1:9" kind="draft"></hub-feed>')
    async with look(address, quiet=False) as other:
        await other.page.get_by_role("alert").wait_for()
        assert await other.axe() == []
        await other.page.evaluate("document.querySelector('hub-feed').removeAttribute('hub')")
        await titles(other.page).first.wait_for()
        other.asked[:] = [url for url in other.asked if "127.0.0.1:9/" not in url]


async def test_an_attribute_that_the_hub_does_not_know_is_named_in_the_element_and_in_the_console(
    look: Open, hub: RunningHub, website: Website
) -> None:
    elements = (
        '<hub-feed agency="khong-co"></hub-feed><hub-feed kind="draft polcy" lang="en"></hub-feed>'
        '<hub-search topic="khong-co"></hub-search>'
    )
    for phone, dark in ((False, False), (True, True)):
        async with look(page_with(website, hub, elements), quiet=False, phone=phone, dark=dark) as other:
            page = other.page
            await page.locator("hub-search input").fill("cây")
            await page.locator("hub-search [role=alert]").wait_for()
            await page.locator("hub-feed [role=alert]").nth(1).wait_for()
            assert await page.locator("[role=alert]").all_inner_texts() == [
                'Thuộc tính agency="khong-co" không có trên cổng.',
                'The hub knows no kind="draft polcy".',
                'Thuộc tính topic="khong-co" không có trên cổng.',
            ]
            said = [line for line in other.said if line.startswith("<hub-")]
            assert sorted(said) == [
                '<hub-feed agency="khong-co">: Không có `agency` nào mang mã `khong-co`.',
                '<hub-feed kind="draft polcy">: There is no kind `polcy`.',
                '<hub-search topic="khong-co">: Không có `topic` nào mang mã `khong-co`.',
            ]
            assert await page.locator("hub-feed button").count() == 0
            await other.keep(f"widget-unknown-{'phone' if phone else 'desktop'}")
            assert await other.axe() == []
            await page.evaluate("document.querySelector('hub-feed').setAttribute('agency', 'ubnd-hue')")
            await titles(page).first.wait_for()


@pytest.mark.parametrize(
    ("schemes", "theme", "paper"),
    [
        ("light dark", "auto", "rgb(27, 22, 34)"),
        ("light", "auto", "rgb(255, 255, 255)"),
        ("light", "dark", "rgb(27, 22, 34)"),
    ],
)
@pytest.mark.full
async def test_it_is_as_dark_as_the_page_around_it_unless_told_otherwise(
    look: Open, hub: RunningHub, website: Website, schemes: str, theme: str, paper: str
) -> None:
    address = page_with(website, hub, f'<hub-feed kind="draft" theme="{theme}"></hub-feed>', schemes=schemes)
    async with look(address, dark=True) as other:
        await titles(other.page).first.wait_for()
        box = other.page.locator("hub-feed .box")
        assert await box.evaluate("box => getComputedStyle(box).backgroundColor") == paper
        assert await other.axe() == []


@pytest.mark.full
async def test_an_empty_list_says_so(look: Open, hub: RunningHub, website: Website) -> None:
    address = page_with(
        website, hub, '<hub-feed kind="draft" agency="so-tai-chinh" theme="dark"></hub-feed>', lang="en"
    )
    async with look(address) as other:
        await other.page.get_by_text("Nothing here yet.").wait_for()
        assert await other.axe() == []


async def test_a_browser_that_keeps_nothing_still_shows_the_list(look: Open, hub: RunningHub, website: Website) -> None:
    forbid = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})"
    address = page_with(website, hub, "<hub-feed></hub-feed>")
    async with look(address, prepare=lambda context: context.add_init_script(forbid)) as other:
        await titles(other.page).first.wait_for()
        assert await titles(other.page).count() == 5


async def test_the_frame_is_read_where_no_script_may_run(look: Open, hub: RunningHub, website: Website) -> None:
    frame = (
        f'<iframe src="{hub.url}/embed/feed?kind=draft&amp;limit=3" title="Dự thảo" width="600" height="400"></iframe>'
    )
    async with look(website.put(frame, policy=f"default-src 'none'; frame-src {hub.url}"), scripts=False) as other:
        assert await other.page.frame_locator("iframe").locator("h2").count() == 3
        await other.keep("frame")
    for dark in (False, True):
        async with look("/embed/feed?limit=4&heading=Tin", dark=dark, phone=True) as alone:
            assert await alone.page.locator("h2").count() == 4
            assert await alone.axe() == []


STRANGER = (
    "<script>setInterval(() => parent.postMessage({type: 'hub:height', version: 1, height: 77}, '*'), 20)</script>"
)
"""A page of another site that speaks as a frame of the hub does."""
HEARD = "new Promise(done => addEventListener('message', e => e.data.height === 77 && done(true)))"
INNER_HEIGHT = "document.body.getBoundingClientRect().height"


async def fits(other: Look) -> int:
    """Wait until the first frame is as high as its content; its height."""

    async def compare() -> int | None:
        inner = await other.page.frames[1].evaluate(INNER_HEIGHT)
        height = int(await other.page.evaluate("document.querySelector('iframe').clientHeight"))
        return height if 0 <= height - inner < 1 else None

    found = await eventually(compare, seconds=30)
    assert found is not None
    return found


@pytest.mark.parametrize("receiver", ["embed.js", "lines"])
async def test_a_frame_takes_the_height_of_its_content_and_follows_it(
    look: Open, hub: RunningHub, website: Website, receiver: str
) -> None:
    codes = snippets(EmbedParams(kind="draft", limit=6, summary=Summaries.on), hub.url, "Dự thảo")
    if receiver == "lines":
        html, policy = (
            codes["height"] + codes["frame"],
            f"default-src 'none'; script-src 'unsafe-inline'; frame-src {hub.url}",
        )
    else:
        styles = "<style>* { box-sizing: border-box } iframe { border: 7px solid }</style>"
        html = f'{styles}<script src="{hub.url}/embed.js" defer></script>{codes["frame"]}'
        policy = f"{strict(hub)}; frame-src {hub.url}; style-src 'unsafe-inline'"
    async with look(website.put(html.replace('height="', 'height="1'), policy=policy)) as other:
        desktop = await fits(other)
        await other.page.set_viewport_size({"width": 390, "height": 844})
        await other.becomes(f"document.querySelector('iframe').clientHeight > {desktop}")
        assert await fits(other) > desktop
        await other.keep(f"frame-height-{receiver}", whole=True)
        await other.page.set_viewport_size({"width": 1280, "height": 860})
        await other.becomes(f"document.querySelector('iframe').clientHeight === {desktop}")


async def test_a_page_that_listens_late_asks_the_frame_and_hears_no_other_site(
    look: Open, hub: RunningHub, website: Website
) -> None:
    stranger = website.put(STRANGER)
    frames = (
        f'<iframe src="{hub.url}/embed/feed?limit=3" title="Tin" width="600" height="999"></iframe>'
        f'<iframe src="{stranger}" title="Khác" width="600" height="100"></iframe>'
    )
    policy = f"default-src 'none'; script-src {hub.url}; frame-src {hub.url} {website.url}"
    async with look(website.put(frames, policy=policy)) as other:
        await other.page.frame_locator("iframe >> nth=0").locator("h2").nth(2).wait_for()
        assert await other.page.evaluate("document.querySelector('iframe').height") == "999"
        await other.page.add_script_tag(url=f"{hub.url}/embed.js")
        assert await fits(other) < 999
        assert await other.page.evaluate(HEARD)
        assert await other.page.evaluate("[...document.querySelectorAll('iframe')].map(e => e.height)[1]") == "100"


async def test_the_lines_to_paste_hear_no_other_site(look: Open, hub: RunningHub, website: Website) -> None:
    lines = snippets(EmbedParams(), hub.url, "Tin")["height"]
    html = f'{lines}<iframe src="{website.put(STRANGER)}" title="Khác" width="600" height="100"></iframe>'
    policy = f"default-src 'none'; script-src 'unsafe-inline'; frame-src {website.url}"
    async with look(website.put(html, policy=policy)) as other:
        assert await other.page.evaluate(HEARD)
        assert await other.page.evaluate("document.querySelector('iframe').height") == "100"
