"""Web pages become contents: the article without the page around it, its files, its day."""

import pytest

from hub.content.validation import validate_content
from ingest.extraction.models import LinkedFile
from tests.support.originals import read

pytestmark = pytest.mark.server

PAGE = """<!doctype html><html><head><title>Huế trồng thêm cây | Cổng thông tin</title>
<meta property="article:published_time" content="2026-03-08T11:38:00+07:00"></head><body>
<nav><ul><li><a href="/">Trang chủ</a></li><li><a href="/tin">Tin tức</a></li></ul></nav>
<div class="khung"><h1>Huế trồng thêm cây xanh trên các tuyến đường</h1>
<div class="ngay">Ngày đăng: 08/03/2026  11:38</div>
<div class="noi-dung"><p><b>Sáng nay, thành phố</b> bắt đầu trồng cây ở các đường mới, người dân được góp ý
trước khi làm và cùng chăm sóc cây sau khi trồng trên mọi tuyến đường.</p><h3>Chọn giống</h3>
<ul><li>Muối</li><li>Long não</li></ul>
<table><tr><th>Phường</th><th>Số cây</th></tr><tr><td>Phường Đúc</td><td>120</td></tr></table>
<p>Kế hoạch kéo dài đến hết năm; xem <a href="../tep/ke-hoach%207.pdf">toàn văn kế hoạch</a>.</p>
<script>alert(1)</script></div>
<div class="khac"><h4>Các tin khác</h4><ul><li><a href="/x">Lễ hội mùa xuân</a></li></ul></div>
</div><footer>Tổng truy cập 1.234.567</footer></body></html>"""


@pytest.mark.parametrize("select", [{}, {"body": "div.noi-dung", "title": "h1", "posted": "div.ngay"}])
async def test_an_article_becomes_a_bulletin_of_simple_html(select: dict[str, str]) -> None:
    reading = await read(PAGE, "trang.html", kind="bulletin", media_type="text/html", mapping={"select": select})
    assert reading.doubts == ()
    content = reading.content
    assert content["title"] == "Huế trồng thêm cây xanh trên các tuyến đường"
    assert content["lead"].startswith("Sáng nay, thành phố bắt đầu trồng cây")
    assert content["lead"].endswith("trên mọi tuyến đường.")
    for kept in (
        "<strong>Sáng nay, thành phố</strong>",
        "<h3>Chọn giống</h3><ul><li>Muối</li><li>Long não</li></ul>",
        "<td>Phường Đúc</td><td>120</td>",
        '<a href="https://cong.example.vn/tep/ke-hoach%207.pdf">toàn văn kế hoạch</a>',
    ):
        assert kept in content["body"]
    for left in ("Trang chủ", "Ngày đăng", "alert", "Lễ hội", "tin khác", "truy cập"):
        assert left not in content["body"]
        assert left not in reading.text
    assert reading.files == (LinkedFile("https://cong.example.vn/tep/ke-hoach%207.pdf", "toàn văn kế hoạch"),)
    validate_content("bulletin", content)
