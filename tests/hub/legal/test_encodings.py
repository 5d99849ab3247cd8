"""Texts of old fonts and texts decoded wrongly are recognised; names, tables and other languages are not mistaken."""

from collections.abc import Callable

import pytest

from hub.legal.encodings import _count_lines, encoding_doubts, is_garbled
from tests.support.old_fonts import as_tcvn3, as_vni

TEXT = "Cộng hòa xã hội chủ nghĩa Việt Nam\nQuyết định về việc phê duyệt đề án trồng cây xanh ở thành phố Huế"


@pytest.mark.parametrize(
    "garbled",
    [
        "Céng hßa x· héi chñ nghÜa ViÖt Nam",
        "QuyÕt ®Þnh vÒ viÖc phª duyÖt ®Ò ¸n trång c©y xanh",
        "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam",
        "COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM",
        "C\u00b5ng hòa xã h\u00b5i chü nghîa Vi®t Nam",
        "C¶ng hòa xã h¶i chû nghïa ViŒt Nam, quyŠt ÇÎnh phê duyŒt",
        TEXT.encode().decode("latin-1"),
        TEXT.encode().decode("cp1252", "replace"),
        TEXT.encode().decode("mac_roman"),
        TEXT.encode().decode("cp1251", "replace"),
        TEXT.encode().decode("cp437"),
        "Côòng hòa xaÞ hôòi chuÒ nghiÞa Viêòt Nam",
        TEXT.encode("cp1252", "replace").decode("cp1252"),
        TEXT.encode("ascii", "replace").decode(),
        TEXT.upper().encode("ascii", "replace").decode(),
        TEXT.encode("ascii", "xmlcharrefreplace").decode(),
        "".join(c if c.isascii() else f"&#x{ord(c):X};" for c in TEXT),
        "".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in TEXT),
        "".join(c if c.isascii() else f"<U+{ord(c):04X}>" for c in TEXT),
        "U?y ban nha^n da^n ti?nh thu+`a thie^n",
        "Uy ban nha^n da^n ti?nh, so+? ta`i nguye^n va` mo^i tru+o+`ng",
        "Quy?t ??nh v? vi?c phê duy?t k? ho?ch",
        "NGH? QUY?T V? VI?C H? TR? NG??I NGHÈO, H? C?N NGHÈO",
        "Thi?u hi?u bi?t ng??i tiêu dùng ru?u ch?a",
        "Co^.ng ho`a xa~ ho^.i chu? nghi~a Vie^.t Nam, Quye^'t ddi.nh phe^ duye^.t, thu+. hie^.n tru+o+'c",
    ],
)
def test_a_text_in_a_wrong_encoding_is_recognised(garbled: str) -> None:
    assert is_garbled(garbled)
    assert is_garbled("Kế hoạch trồng cây xanh bên sông Hương của thành phố Huế.\n" * 9 + garbled)
    assert [doubt.field for doubt in encoding_doubts({"title": "Kế hoạch", "nodes": [{"text": garbled}]})] == ["nodes"]


@pytest.mark.parametrize(
    "right",
    [
        TEXT,
        TEXT.upper(),
        "Cong hoa xa hoi chu nghia Viet Nam",
        "The province publishes its plan: a café, naïve façades, and 25 °C.",
        "Krông Búk, Krông Pắc, Ea H'leo, Cư M'gar, Lắk, Buôn Đôn, Đắk Mil, Đắk R'lấp, Pleiku, Chư Păh",
        "Cơ Tu, Tà Ôi, Pa Kô, Bru - Vân Kiều, Xơ Đăng, Rơ Măm, Brâu, Gié Triêng, Ê Đê, H'Hen Niê, Y Moan Ênuôl",
        "1 | 10 m² | 5 m³/ngày | 1½ giờ | ≤ 5 % | 2020–2025 | Panadol® | Zalo™",
        "QĐ, NĐ, HĐND, UBND, TƯ, BĐBP, ĐHQG, ThS, PGS.TS",
        "Hỏi: Bao giờ cầu thông xe? Đáp: tháng sau?Khi nào? Ai? Ở đâu?",
        "Tra cứu tại https://dichvucong.hue.gov.vn/?id=7&page=2 và cong.vn/tim?q=a?b, hoặc a.vn/x?y=z",
        "Website: hue.gov.vn, thu-dien-tu: a.b@hue.gov.vn, http://www.hue.gov.vn/a.b.c",
        "What is it?why not? See https://a.vn/?q=x&lang=vi; C++, e^x, a+b, R&D, AT&T; 5 kg/m^3",
        "Thủ tướng gặp ông Müller và bà François tại São Paulo; đoàn đến Đà Nẵng",
        "https://dvc.gov.vn/?q=ho+tro+do+thi+cho+tu+do+cu+tru",
        "dvc.gov.vn/tim?q=ho+tro+do+thi+cho+tu+do+cu+tru&l=a^b, www.a.vn?q=mo?hinh?cho?tru",
        "https://a.vn/?q=H%E1%BB%97+tr%E1%BB%A3&t=&#7871;&#7871;&#7871;&#7871;",
        "S = a^n + a^m",
        "S=a^n+a^m, a^x, e^y",
        "a^n + a^m + o^p + e^q = e^r",
        "NO+NO2, CO+SO2",
        "NO+NOx, CO+SOx, CO+VOC, CO+HC",
        "Audio+video+photo+text",
        "We're Audio+video+photo+text+info+demo",
        "Ai?ở đâu?khi nào?ra sao?",
        "Ai?khi nào?ra sao?làm gì?",
        "Ai làm?ở đâu?khi nào?thế nào?tại sao?",
        "Who?what is it?where?why not?",
        "HỎI GÌ?Ở ĐÂU?KHI NÀO?RA SAO?",
        "Notice &#8211; of the &#8220;plan&#8221;",
        "A&#39;s &#160; B&#38;C \\u2013 \\u201cD\\u201d <U+2013> &#105;&#110;&#102;&#111;&#64;a.vn",
        "中国 và Việt Nam, 日本, Москва, ລາວ",
        "oà hoà uỷ thuý khuỷu ngoằn ngoèo quẩn quanh giữa giếng khuya nguyệt xoong quýt yếu",
        "",
    ],
)
def test_what_is_written_in_unicode_is_no_doubt(right: str) -> None:
    assert not is_garbled(right)
    assert encoding_doubts({"title": right, "nodes": [{"text": right}]}) == []


VIETNAMESE = (
    TEXT,
    TEXT.upper(),
    "Nguyễn Văn Bình\nTrần Thị Hương\nLê Hoàng Phúc\nĐặng Quốc Việt",
    "Phường Thủy Biều\nXã Phú Mậu\nHuyện Phong Điền\nThị trấn Thuận An",
    "Báo cáo kết quả thực hiện nhiệm vụ quý một và phương hướng quý hai",
    "Hỗ trợ hộ nghèo sửa nhà ở trước mùa mưa bão",
    "Lịch cúp điện ngày mai ở các phường trung tâm",
    "Mục tiêu: giảm thời gian giải quyết thủ tục; tăng tỷ lệ hồ sơ trực tuyến lên 80%.",
    "Bà Huỳnh Thị Mỹ Dung, ông Đỗ Hữu Nghĩa, bà Vũ Thị Thắm",
)


@pytest.mark.parametrize("text", VIETNAMESE)
@pytest.mark.parametrize("encode", [as_tcvn3, as_vni])
def test_every_kind_of_text_in_an_old_font_is_recognised(encode: Callable[[str], str], text: str) -> None:
    assert not is_garbled(text)
    assert is_garbled(encode(text)), encode(text)


@pytest.mark.parametrize(
    "names",
    [
        "Jürgen Müller\nGünter Böhm\nKäthe Schröder\nJörg Hänsel\nÜwe Göring-Köhler",
        "schöne Grüße\nfür alle\nüber uns\nnatürlich\nKönigsstraße",
        "François Lefèvre\nHélène Brûlé\nAnaïs Côté\nBenoît Gérôme\nZoë Château",
        "Société Générale\nÉlectricité de France\nChâteau d'Yquem\nCrédit Lyonnais",
        "José Muñoz\nMaría Núñez\nIñaki Peña\nÁngel Ibáñez\nBegoña Añón",
        "João Gonçalves\nConceição Simões\nInês Assunção\nSão Tomé\nMagalhães",
        "Łukasz Wójcik\nŻaneta Śliwińska\nGdańsk\nŁódź\nZbigniew Król",
        "Jiří Dvořák\nTomáš Černý\nŽofie Růžičková\nPlzeň\nČeské Budějovice",
        "Björn Åkesson\nÅsa Öberg\nHåkan Sjöström\nMalmö\nGöteborg",
        "Søren Kjær\nMøller Ågård\nÆrø\nKøbenhavn\nJørgen Bø",
        "Hämäläinen\nJyväskylä\nPäivi Mäkinen\nYrjö Väisälä",
        "Győző Fülöp\nJózsef Szőke\nErzsébet Tóth\nSzűcs Gábor\nPécs",
        "Gül Şahin\nİbrahim Çelik\nÖzlem Yıldız\nDoğan Güneş\nÜsküdar",
        "Ștefan Mureșan\nIonuț Brătianu\nTârgoviște\nCluj",
        "Guðrún Þórsdóttir\nÆgir Sigurðsson\nAkureyri\nHöfn",
    ],
)
def test_names_of_other_languages_are_not_garbled(names: str) -> None:
    assert not is_garbled(names)
    assert not is_garbled(names.upper())
    assert not is_garbled(f"Danh sách đại biểu nước ngoài dự hội nghị\n{names}")


@pytest.mark.parametrize("other", ["x ?", "tại www.example.vn", "C\u00b5ng hòa", "của a & b"])
def test_words_are_counted_alike_with_and_without_a_doubtful_line(other: str) -> None:
    plain = "Ủy ban nhân dân thành phố Huế, số 15/2020/NĐ-CP.\nMüller và Société; cây xanh, cây xanh"
    alone, beside = _count_lines(plain), _count_lines(f"{plain}\n{other}")
    rest = _count_lines(f"\n{other}")
    assert (alone.words, alone.right, alone.wrong) == (17, 11, 0)
    assert (beside.words, beside.right, beside.wrong) == (
        alone.words + rest.words,
        alone.right + rest.right,
        alone.wrong + rest.wrong,
    )
