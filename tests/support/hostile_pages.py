"""Pages that explode in a reader whose patterns backtrack, or that no reader takes in."""

from tests.support.local_site import Site

CAPITALS = "ỦY BAN NHÂN DÂN THÀNH PHỐ HUẾ "


def hostile_texts(size: int) -> dict[str, str]:
    """Texts of about `size` characters, each of which was quadratic or worse for some pattern, by name."""
    repeated = {
        "chu-hoa": "A",
        "chu-hoa-co-dau": "Ủ",
        "tu-viet-hoa": CAPITALS,
        "so-hieu": "1/A&",
        "so-ky-hieu": "12/2024/",
        "da-da": " đã",
        "dau-cach": " ",
        "chu-so": "7",
        "dieu": "Điều 1, ",
        "khoan-diem": "khoản 1 điểm a ",
        "gach-noi": "-",
        "dau-cham": ".",
        "ngay": "ngày 1 tháng 1 ",
        "ngoac": "(",
        "can-cu": "Căn cứ ",
        "muc": "I.1.a) ",
    }
    return {name: (text * (size // len(text) + 1))[:size] for name, text in repeated.items()}


def put_hostile_pages(site: Site, size: int) -> int:
    """Let a list at `/van-ban` lead to pages of hostile lines, each with a date behind them; returns their number."""
    links = []
    for name, text in hostile_texts(size).items():
        lines = [
            f"{text} ngày 05 tháng 3 năm 2026",
            "QUYẾT ĐỊNH",
            f"Về việc {text}",
            f"Số: {text}/QĐ-UBND",
            f"Điều 1. {text}",
            "Điều 2. Quyết định này có hiệu lực kể từ ngày ký.",
        ]
        site.article(f"/van-ban/{name}", f"Quyết định về {name}", *lines)
        links.append(f'<li><a href="/van-ban/{name}">Quyết định về {name}</a></li>')
    site.put("/van-ban", f'<!doctype html><html><body><ul class="vb">{"".join(links)}</ul></body></html>')
    return len(links)


def put_unreadable_pages(site: Site) -> int:
    """Let a list at `/hong` lead to pages that no reader takes in; returns their number."""
    site.put("/hong/rong", b"")
    site.put("/hong/nhi-phan", bytes(range(256)) * 200, media_type="application/octet-stream")
    site.put(
        "/hong", '<ul class="vb"><li><a href="/hong/rong">Một</a></li><li><a href="/hong/nhi-phan">Hai</a></li></ul>'
    )
    return 2
