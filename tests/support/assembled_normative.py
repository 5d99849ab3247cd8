"""Nine normative documents (văn bản quy phạm pháp luật) for `assembled.py`.

The texts are invented; only their form is the law's.
"""

from datetime import date

from tests.support.assembled import CITY, CITY_NAME, DEPUTY, LOCAL_LAW, PROVINCE, PROVINCE_NAME, Whole, whole_of


def decision_with_rules() -> Whole:
    """A decision that publishes a Quy chế, which begins again with Điều 1 and has a form annexed."""
    whole = whole_of(
        agency=PROVINCE,
        issuers=(PROVINCE_NAME,),
        number="31/2024/QĐ-UBND",
        place="Thừa Thiên Huế",
        on=date(2024, 6, 5),
        type="Quyết định",
        title=["Ban hành Quy chế quản lý cây xanh đường phố", "trên địa bàn tỉnh Thừa Thiên Huế"],
        shown_title="Ban hành Quy chế quản lý cây xanh đường phố trên địa bàn tỉnh Thừa Thiên Huế",
        authority="ỦY BAN NHÂN DÂN TỈNH THỪA THIÊN HUẾ",
        bases=[
            "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
            "Căn cứ Nghị định số 64/2010/NĐ-CP ngày 11 tháng 6 năm 2010 của Chính phủ về quản lý cây xanh đô thị;",
            "Theo đề nghị của Giám đốc Sở Xây dựng tại Tờ trình số 1520/TTr-SXD ngày 02 tháng 5 năm 2024.",
        ],
        enacts="QUYẾT ĐỊNH:",
        effective=date(2024, 6, 20),
        repeals=("12/2015/QĐ-UBND",),
        signer=(DEPUTY, "Trần Thị Ví Dụ"),
        recipients=["Như Điều 3", "Bộ Xây dựng", "Chủ tịch, các Phó Chủ tịch UBND tỉnh", "Lưu: VT, XD"],
    )
    whole.article("1", text="Ban hành kèm theo Quyết định này Quy chế quản lý cây xanh đường phố.")
    whole.article(
        "2",
        text="Quyết định này có hiệu lực thi hành kể từ ngày 20 tháng 6 năm 2024 và thay thế Quyết định số "
        "12/2015/QĐ-UBND ngày 03 tháng 4 năm 2015 của Ủy ban nhân dân tỉnh.",
    )
    whole.article("3", text="Chánh Văn phòng Ủy ban nhân dân tỉnh và thủ trưởng các đơn vị thi hành Quyết định này./.")
    whole.annex(
        "phu-luc-1",
        heading="QUY CHẾ\nQuản lý cây xanh đường phố",
        note="(Ban hành kèm theo Quyết định số 31/2024/QĐ-UBND ngày 05 tháng 6 năm 2024 của UBND tỉnh)",
    )
    whole.chapter("I", "QUY ĐỊNH CHUNG")
    whole.article("1", "Phạm vi điều chỉnh", "Quy chế này quy định việc trồng và chăm sóc cây trên đường phố.")
    whole.article("2", "Giải thích từ ngữ")
    whole.clause("1", "Cây đường phố là cây bóng mát, gồm:")
    whole.point("a", "Cây trồng trên vỉa hè;").point("b", "Cây trồng trên dải phân cách;")
    whole.point("c", "Cây trồng ở nút giao;").point("d", "Cây trồng trong ngõ;").point("đ", "Cây mọc tự nhiên.")
    whole.clause("2", "Người chăm sóc là đơn vị được giao việc theo khoản 1 Điều 4 Quy chế này.")
    whole.chapter("II", "TRÁCH NHIỆM\nCỦA CÁC ĐƠN VỊ")
    whole.article("3", "Trách nhiệm của Sở Xây dựng")
    whole.clause("1", "Lập danh mục cây.").clause("2", "Kiểm tra hằng năm.")
    whole.article("4", "Trách nhiệm của phường, xã", "Phường, xã giao việc chăm sóc bằng văn bản.")
    whole.annex(
        "phu-luc-i",
        label="PHỤ LỤC I",
        heading="DANH MỤC CÂY ĐƯỢC TRỒNG",
        note="(Kèm theo Quy chế quản lý cây xanh đường phố)",
    )
    whole.more("STT | Tên cây | Khoảng cách").more("1 | Muối | 8 m").more("2 | Long não | 10 m")
    return whole


def resolution_of_the_council() -> Whole:
    whole = whole_of(
        agency=["HỘI ĐỒNG NHÂN DÂN", "THÀNH PHỐ HUẾ"],
        issuers=("Hội đồng nhân dân thành phố Huế",),
        number="14/2026/NQ-HĐND",
        on=date(2026, 7, 10),
        type="Nghị quyết",
        title=["Quy định mức hỗ trợ phân loại rác tại nguồn"],
        shown_title="Quy định mức hỗ trợ phân loại rác tại nguồn",
        authority="HỘI ĐỒNG NHÂN DÂN THÀNH PHỐ HUẾ\nKHÓA VIII, KỲ HỌP THỨ BA",
        bases=[
            LOCAL_LAW,
            "Căn cứ Luật Bảo vệ môi trường ngày 17 tháng 11 năm 2020;",
            "Xét Tờ trình số 88/TTr-UBND ngày 20 tháng 6 năm 2026 của Ủy ban nhân dân thành phố; báo cáo thẩm tra của "
            "Ban Kinh tế - Ngân sách; ý kiến thảo luận của đại biểu tại kỳ họp.",
        ],
        enacts="QUYẾT NGHỊ:",
        effective=date(2026, 8, 1),
        signer=(["CHỦ TỊCH"], "Phạm Văn Giả Định"),
        recipients=["Ủy ban Thường vụ Quốc hội", "Chính phủ", "Đại biểu HĐND thành phố", "Lưu: VT"],
    )
    whole.article("1", "Mức hỗ trợ")
    whole.clause("1", "Hộ gia đình: 120.000 đồng một năm.").clause("2", "Trường học: 2.500.000 đồng một năm.")
    whole.article("2", "Nguồn kinh phí", "Ngân sách thành phố bảo đảm theo phân cấp hiện hành.")
    whole.article("3", "Tổ chức thực hiện")
    whole.clause("1", "Giao Ủy ban nhân dân thành phố triển khai thực hiện Nghị quyết.")
    whole.clause("2", "Nghị quyết này có hiệu lực từ ngày 01 tháng 8 năm 2026.")
    whole.more(
        "Nghị quyết này đã được Hội đồng nhân dân thành phố Huế khóa VIII, kỳ họp thứ ba thông qua ngày 09 tháng 7 năm "
        "2026./."
    )
    return whole


def joint_circular() -> Whole:
    """Two agencies; quoted marks inside a sentence."""
    whole = whole_of(
        agency=["BỘ TÀI CHÍNH - BỘ TƯ PHÁP"],
        issuers=("Bộ Tài chính", "Bộ Tư pháp"),
        number="11/2014/TTLT-BTC-BTP",
        place="Hà Nội",
        on=date(2014, 3, 17),
        type="Thông tư liên tịch",
        title=["Hướng dẫn lập dự toán, quản lý kinh phí phổ biến pháp luật"],
        shown_title="Hướng dẫn lập dự toán, quản lý kinh phí phổ biến pháp luật",
        bases=["Căn cứ Luật Phổ biến, giáo dục pháp luật ngày 20 tháng 6 năm 2012;"],
        effective=date(2014, 5, 1),
        signer=(["KT. BỘ TRƯỞNG BỘ TÀI CHÍNH", "THỨ TRƯỞNG"], "Đỗ Hoàng Ví Dụ"),
        recipients=["Văn phòng Chính phủ", "Công báo", "Lưu: VT Bộ Tài chính, VT Bộ Tư pháp"],
    )
    whole.prose("Bộ trưởng Bộ Tài chính và Bộ trưởng Bộ Tư pháp ban hành Thông tư liên tịch hướng dẫn lập dự toán.")
    whole.article("1", "Đối tượng áp dụng", "Cơ quan nhà nước các cấp.")
    whole.article("2", "Nội dung chi")
    whole.clause("1", "Chi biên soạn tài liệu (sau đây gọi là “tài liệu”).")
    whole.clause("2", "Chi hội nghị, gồm:").point("a", "Thuê hội trường;").point("b", "In tài liệu.")
    whole.article(
        "3",
        "Hiệu lực thi hành",
        "Thông tư liên tịch này có hiệu lực thi hành kể từ ngày 01 tháng 5 năm 2014./.",
    )
    return whole


def decree_with_every_level() -> Whole:
    """Phần, Chương, Mục, Tiểu mục; numbering of sections begins again in every chapter."""
    whole = whole_of(
        agency=["CHÍNH PHỦ"],
        issuers=("Chính phủ",),
        number="66.13/2026/NĐ-CP",
        place="Hà Nội",
        on=date(2026, 4, 15),
        type="Nghị định",
        title=["Quy định chi tiết việc công khai thông tin của cơ quan hành chính"],
        shown_title="Quy định chi tiết việc công khai thông tin của cơ quan hành chính",
        bases=[
            "Căn cứ Luật Tổ chức Chính phủ ngày 18 tháng 02 năm 2025;",
            "Căn cứ Luật Tiếp cận thông tin ngày 06 tháng 4 năm 2016;",
            "Theo đề nghị của Bộ trưởng Bộ Tư pháp;",
        ],
        effective=date(2026, 6, 1),
        signer=(["TM. CHÍNH PHỦ", "THỦ TƯỚNG"], "Nguyễn Văn Thí Dụ"),
        recipients=["Ban Bí thư Trung ương Đảng", "Các bộ, cơ quan ngang bộ", "Lưu: VT, PL (2b)"],
    )
    whole.prose("Chính phủ ban hành Nghị định quy định chi tiết việc công khai thông tin của cơ quan hành chính.")
    whole.part("thứ nhất", "QUY ĐỊNH CHUNG")
    whole.article("1", "Phạm vi điều chỉnh", "Nghị định này quy định chi tiết Điều 17 Luật Tiếp cận thông tin.")
    whole.part("thứ hai", "CÔNG KHAI THÔNG TIN")
    whole.chapter("I", "NỘI DUNG CÔNG KHAI")
    whole.section("1", "THÔNG TIN CHUNG")
    whole.article("2", "Thông tin về tổ chức")
    whole.clause("1", "Chức năng, nhiệm vụ.").clause("2", "Người phát ngôn:")
    whole.point("a", "Họ và tên;").point("b", "Số điện thoại.")
    whole.section("2", "THÔNG TIN VỀ CHÍNH SÁCH")
    whole.subsection("1", "Dự thảo")
    whole.article("3", "Đăng dự thảo", "Dự thảo được đăng ít nhất 60 ngày.")
    whole.subsection("2", "Văn bản đã ban hành")
    whole.article("4", "Đăng văn bản", "Văn bản được đăng trong ba ngày.")
    whole.article("4a", "Đăng bản dịch", "Bản dịch được đăng trong mười ngày.")
    whole.chapter("II", "CÁCH THỨC CÔNG KHAI")
    whole.section("1", "TRÊN MẠNG")
    whole.article("5", "Cổng thông tin", "Cổng thông tin phải dùng được cho người khuyết tật.")
    whole.part("thứ ba", "ĐIỀU KHOẢN THI HÀNH")
    whole.article("6", "Hiệu lực thi hành")
    whole.clause("1", "Nghị định này có hiệu lực thi hành từ ngày 01 tháng 6 năm 2026.")
    whole.clause("2", "Các bộ, cơ quan ngang bộ chịu trách nhiệm thi hành Nghị định này./.")
    whole.annex(
        "phu-luc-1",
        label="Phụ lục 1",
        heading="MẪU PHIẾU YÊU CẦU",
        note="(Kèm theo Nghị định số 66.13/2026/NĐ-CP ngày 15 tháng 4 năm 2026 của Chính phủ)",
    )
    whole.more("Họ và tên: ……").more("Nội dung yêu cầu: ……")
    return whole


def law() -> Whole:
    """A law: `Luật số:`, no day in the head, passed by the National Assembly on the day that its last line says."""
    whole = whole_of(
        agency=["QUỐC HỘI"],
        issuers=("Quốc hội",),
        number="91/2025/QH15",
        place="Hà Nội",
        on=date(2025, 6, 26),
        type="Luật",
        title=["THÔNG TIN CÔNG"],
        shown_title="Thông tin công",
        bases=["Căn cứ Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam;"],
        effective=date(2026, 1, 1),
        signer=(["CHỦ TỊCH QUỐC HỘI"], "Trần Văn Giả Thiết"),
    )
    whole.prose("Quốc hội ban hành Luật Thông tin công.")
    whole.chapter("I", "NHỮNG QUY ĐỊNH CHUNG")
    whole.article("1", "Phạm vi điều chỉnh", "Luật này quy định quyền được biết thông tin công.")
    whole.article("2", "Áp dụng pháp luật")
    whole.clause("1", "Trường hợp luật khác quy định khác thì áp dụng Luật này, trừ quy định tại khoản 2 Điều này.")
    whole.clause("2", "Điều ước quốc tế được ưu tiên áp dụng.")
    whole.chapter("II", "ĐIỀU KHOẢN THI HÀNH")
    whole.article("3", "Hiệu lực thi hành", "Luật này có hiệu lực thi hành từ ngày 01 tháng 01 năm 2026.")
    whole.more(
        "Luật này được Quốc hội nước Cộng hòa xã hội chủ nghĩa Việt Nam khóa XV, kỳ họp thứ 9 thông qua ngày 26 "
        "tháng 6 năm 2025."
    )
    return whole


def amending_decision() -> Whole:
    """It quotes whole articles of the text that it amends; none of them is its own."""
    whole = whole_of(
        agency=CITY,
        issuers=(CITY_NAME,),
        number="8/2026/QĐ-UBND",
        on=date(2026, 3, 2),
        type="Quyết định",
        title=["Sửa đổi, bổ sung một số điều của Quy chế quản lý cây xanh đường phố"],
        shown_title="Sửa đổi, bổ sung một số điều của Quy chế quản lý cây xanh đường phố",
        bases=[LOCAL_LAW, "Theo đề nghị của Giám đốc Sở Xây dựng;"],
        enacts="QUYẾT ĐỊNH:",
        effective=date(2026, 3, 2),
        signer=(DEPUTY, "Trần Thị Ví Dụ"),
    )
    whole.article("1", "Sửa đổi, bổ sung một số điều của Quy chế")
    whole.clause("1", "Sửa đổi, bổ sung Điều 3 như sau:")
    whole.more("“Điều 3. Trách nhiệm của Sở Xây dựng").more("1. Lập danh mục cây.")
    whole.more("2. Kiểm tra hai lần mỗi năm và gọi kết quả là “kết quả kiểm tra”:").more("a) Lần một vào tháng 4;")
    whole.more("b) Lần hai vào tháng 10.”.")
    whole.clause("2", "Bổ sung Điều 3a vào sau Điều 3 như sau:")
    whole.more("“Điều 3a. Trách nhiệm của Sở Tài chính").more("Sở Tài chính bố trí kinh phí.”")
    whole.clause("3", "Thay thế cụm từ “cấp huyện” bằng cụm từ “cấp xã” tại khoản 2 Điều 4.")
    whole.article("2", "Bãi bỏ", "Bãi bỏ khoản 3 Điều 5 của Quy chế.")
    whole.article("3", "Điều khoản thi hành")
    whole.clause("1", "Quyết định này có hiệu lực kể từ ngày ký.")
    whole.clause("2", "Giám đốc Sở Xây dựng chịu trách nhiệm thi hành Quyết định này./.")
    return whole


def circular_effective_after_days() -> Whole:
    """In force 45 days after it was signed; long articles with many points."""
    whole = whole_of(
        agency=["BỘ Y TẾ"],
        issuers=("Bộ Y tế",),
        number="18/2025/TT-BYT",
        place="Hà Nội",
        on=date(2025, 5, 20),
        type="Thông tư",
        title=["Quy định về nhãn của thực phẩm đường phố"],
        shown_title="Quy định về nhãn của thực phẩm đường phố",
        bases=["Căn cứ Luật An toàn thực phẩm ngày 17 tháng 6 năm 2010;"],
        effective=date(2025, 7, 4),
        signer=(["KT. BỘ TRƯỞNG", "THỨ TRƯỞNG"], "Đỗ Xuân Minh Họa"),
    )
    whole.prose("Bộ trưởng Bộ Y tế ban hành Thông tư quy định về nhãn của thực phẩm đường phố.")
    whole.article("1", "Nội dung của nhãn", "Nhãn ghi các nội dung sau:")
    for letter in "abcdđeghiklmnopqrstuvxy":
        whole.point(letter, f"Nội dung thứ {ord(letter)};")
    whole.article("2", "Vị trí của nhãn")
    for n in range(1, 26):
        whole.clause(str(n), f"Trên loại bao bì thứ {n}, nhãn được đặt ở mặt trước.")
    whole.article("3", "Hiệu lực", "Thông tư này có hiệu lực thi hành sau 45 ngày, kể từ ngày ký ban hành.")
    return whole


def ordinance_resolution() -> Whole:
    """A resolution of the Standing Committee, with `Mục` below `Chương` and an article that is a list of points."""
    whole = whole_of(
        agency=["ỦY BAN THƯỜNG VỤ QUỐC HỘI"],
        issuers=("Ủy ban Thường vụ Quốc hội",),
        number="343/2025/UBTVQH15",
        place="Hà Nội",
        on=date(2025, 9, 19),
        type="Nghị quyết",
        title=["Quy định việc giám sát chuyên đề"],
        shown_title="Quy định việc giám sát chuyên đề",
        authority="ỦY BAN THƯỜNG VỤ QUỐC HỘI",
        bases=["Căn cứ Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam;"],
        enacts="QUYẾT NGHỊ:",
        effective=date(2025, 11, 1),
        signer=(["TM. ỦY BAN THƯỜNG VỤ QUỐC HỘI", "CHỦ TỊCH"], "Trần Văn Giả Thiết"),
    )
    whole.chapter("I", "QUY ĐỊNH CHUNG")
    whole.article("1", "Nguyên tắc", "Việc giám sát bảo đảm:")
    whole.point("a", "Công khai;").point("b", "Không trùng lặp.")
    whole.more("Cơ quan được giám sát có quyền giải trình.")
    whole.chapter("II", "TRÌNH TỰ")
    whole.section("1", "CHUẨN BỊ")
    whole.article("2", "Kế hoạch giám sát", "Kế hoạch được gửi trước 30 ngày.")
    whole.section("2", "TIẾN HÀNH")
    whole.article("3", "Đoàn giám sát")
    whole.clause("1", "Đoàn có trưởng đoàn.").clause("1a", "Đoàn có thể mời chuyên gia.").clause(
        "2", "Đoàn làm việc công khai."
    )
    whole.article("4", "Hiệu lực thi hành", "Nghị quyết này có hiệu lực thi hành từ ngày 01/11/2025.")
    return whole


def decision_of_a_ward() -> Whole:
    """A ward under the city, with a long list of recipients."""
    whole = whole_of(
        agency=["ỦY BAN NHÂN DÂN", "PHƯỜNG THUẬN HÓA"],
        issuers=("Ủy ban nhân dân phường Thuận Hóa",),
        number="11/2026/QĐ-UBND",
        place="Thuận Hóa",
        on=date(2026, 10, 30),
        type="Quyết định",
        title=["Ban hành Quy định sử dụng tạm vỉa hè"],
        shown_title="Ban hành Quy định sử dụng tạm vỉa hè",
        bases=[LOCAL_LAW, "Căn cứ Luật Đường bộ số 35/2024/QH15;"],
        enacts="QUYẾT ĐỊNH:",
        effective=date(2026, 11, 15),
        recipients=["Như Điều 3", "UBND thành phố", "TT. Đảng ủy phường", "Các tổ dân phố", "Lưu: VT"],
    )
    whole.article("1", text="Ban hành kèm theo Quyết định này Quy định sử dụng tạm vỉa hè.")
    whole.article("2", text="Quyết định này có hiệu lực thi hành kể từ ngày 15 tháng 11 năm 2026.")
    whole.article("3", text="Các tổ dân phố và hộ kinh doanh thi hành Quyết định này./.")
    whole.annex(
        "phu-luc-1",
        heading="QUY ĐỊNH\nSử dụng tạm vỉa hè",
        note="(Kèm theo Quyết định số 11/2026/QĐ-UBND ngày 30 tháng 10 năm 2026 của UBND phường Thuận Hóa)",
    )
    whole.article("1", "Nguyên tắc", "Người đi bộ được ưu tiên.")
    whole.article("2", "Thời gian")
    whole.clause("1", "Từ 17 giờ đến 22 giờ.").clause("2", "Không dùng vào ngày lễ.")
    return whole


NORMATIVE = (
    decision_with_rules,
    resolution_of_the_council,
    joint_circular,
    decree_with_every_level,
    law,
    amending_decision,
    circular_effective_after_days,
    ordinance_resolution,
    decision_of_a_ward,
)
