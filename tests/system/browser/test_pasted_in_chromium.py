"""Every word of a pasted bulletin comes back in its place, compared with Chromium's own text of the source."""

import re
import unicodedata

import pytest
from playwright.async_api import Browser

from hub.domain.kinds.html import html_to_text, sanitise_html
from tests.support.pasted_html import PASTED, RandomPage

_READ = "html => { document.body.innerHTML = html; return document.body.innerText }"


def words(text: str) -> list[str]:
    """The words of a text; raised figures are figures, as Chromium's text has them, and bullets are none."""
    plain = unicodedata.normalize("NFKC", text).replace("·", " ").replace("^", "")
    return re.findall(r"[^\s“”]+", plain)


async def test_pasted_bulletins_have_every_word_of_their_source_in_place(chromium: Browser) -> None:
    page = await chromium.new_page()
    for name in ("libreoffice", "portal", "word"):
        source = (PASTED / f"{name}.html").read_text()
        cleaned = sanitise_html(source)
        await page.set_content(source)
        expected = words(await page.evaluate("document.body.innerText"))

        assert len(expected) > 25
        assert words(await page.evaluate(_READ, cleaned)) == expected, name
        assert words(html_to_text(cleaned)) == expected, name
    await page.close()


@pytest.mark.counts(small=60, full=400, soak=1_000)
async def test_random_pages_have_the_words_that_chromium_shows(chromium: Browser, count: int) -> None:
    page = await chromium.new_page()
    for seed in range(count):
        source = RandomPage(seed).flow(4)
        cleaned = sanitise_html(source)
        expected = words(await page.evaluate(_READ, source))

        assert words(await page.evaluate(_READ, cleaned)) == expected, (seed, source, cleaned)
        assert words(html_to_text(cleaned)) == expected, (seed, source, cleaned)
    await page.close()
