"""Twenty whole documents of many types, for `assembled.py`. The texts are invented; only their form is the law's."""

from collections.abc import Callable
from datetime import date
from typing import Any

from assembled import Whole

CITY = ["ỦY BAN NHÂN DÂN", "THÀNH PHỐ HUẾ"]
CITY_NAME = "Ủy ban nhân dân thành phố Huế"
PROVINCE = ["ỦY BAN NHÂN DÂN", "TỈNH THỪA THIÊN HUẾ"]
PROVINCE_NAME = "Ủy ban nhân dân tỉnh Thừa Thiên Huế"
CHAIR = ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]
DEPUTY = ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
LOCAL_LAW = "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;"


def _whole(**facts: Any) -> Whole:
    defaults = {"place": "Huế", "signer": (CHAIR, "Nguyễn Văn Mẫu"), "recipients": ["Như trên", "Lưu: VT"]}
    return Whole(**(defaults | facts))


def decision_with_rules() -> Whole:
    """A decision that publishes a Quy chế, which begins again with Điều 1 and has a form annexed."""
    whole = _whole(
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
        ends=("12/2015/QĐ-UBND",),
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


def plan_of_the_province() -> Whole:
    """A Kế hoạch without Điều: I., 1., a) and dashes."""
    whole = _whole(
        agency=PROVINCE,
        issuers=(PROVINCE_NAME,),
        number="269/KH-UBND",
        place="Thừa Thiên Huế",
        on=date(2023, 8, 1),
        type="Kế hoạch",
        title=["Đưa tin chính sách đến người dân", "trên địa bàn tỉnh Thừa Thiên Huế"],
        shown_title="Đưa tin chính sách đến người dân trên địa bàn tỉnh Thừa Thiên Huế",
        signer=(DEPUTY, "Lê Thị Thử"),
        recipients=["Bộ Tư pháp", "TT. Tỉnh ủy; TT. HĐND tỉnh", "Các sở, ban, ngành", "Lưu: VT, TP"],
        plan=True,
    )
    whole.prose(
        "Thực hiện Chỉ thị số 07/CT-TTg ngày 21 tháng 3 năm 2023 của Thủ tướng Chính phủ về tăng cường công tác truyền "
        "thông chính sách, Ủy ban nhân dân tỉnh ban hành Kế hoạch như sau:"
    )
    whole.roman("I", "MỤC ĐÍCH, YÊU CẦU")
    whole.clause("1", "Mục đích")
    whole.more("- Người dân biết chính sách trước khi chính sách có hiệu lực.")
    whole.more("- Người dân góp ý được ngay từ khi soạn thảo.")
    whole.clause("2", "Yêu cầu").more("Thông tin phải đúng, đủ và dễ hiểu.")
    whole.roman("II", "NỘI DUNG")
    whole.clause("1", "Xây dựng tin bài trên nền tảng số, trong đó:")
    whole.point("a", "Mỗi chính sách có một bản tin;").point("b", "Mỗi bản tin có một người chịu trách nhiệm.")
    whole.clause("2", "Tập huấn cho người làm công tác thông tin ở cơ sở.")
    whole.roman("III", "TỔ CHỨC THỰC HIỆN")
    whole.clause("1", "Sở Thông tin và Truyền thông chủ trì, báo cáo trước ngày 15 tháng 12 hằng năm.")
    whole.clause("2", "Các sở, ban, ngành phối hợp thực hiện.")
    whole.more("Trên đây là Kế hoạch của Ủy ban nhân dân tỉnh; có khó khăn, các đơn vị báo cáo để giải quyết./.")
    return whole


def resolution_of_the_council() -> Whole:
    whole = _whole(
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


def letter() -> Whole:
    """A công văn: no type printed, its subject under the number."""
    whole = _whole(
        agency=CITY,
        issuers=(CITY_NAME,),
        number="964/UBND-NC",
        on=date(2026, 2, 12),
        type="Công văn",
        title=["tăng cường trả lời", "phản ánh của người dân"],
        shown_title="Tăng cường trả lời phản ánh của người dân",
        subject=True,
        signer=(["TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"], "Hoàng Minh Họa"),
        recipients=["Như trên", "CT, các PCT UBND thành phố", "Lưu: VT, NC"],
        plan=True,
    )
    whole.prose("Kính gửi: Các sở, ban, ngành và Ủy ban nhân dân các phường, xã.")
    whole.prose(
        "Qua theo dõi trên nền tảng số, nhiều phản ánh của người dân được trả lời chậm hoặc trả lời chưa rõ. Ủy ban "
        "nhân dân thành phố yêu cầu các đơn vị:"
    )
    whole.clause("1", "Trả lời trong thời hạn ba ngày làm việc kể từ khi nhận được phản ánh.")
    whole.clause("2", "Nêu rõ người chịu trách nhiệm trả lời.")
    whole.more("Yêu cầu các đơn vị nghiêm túc thực hiện./.")
    return whole


def directive() -> Whole:
    whole = _whole(
        agency=["THỦ TƯỚNG CHÍNH PHỦ"],
        issuers=("Thủ tướng Chính phủ",),
        number="07/CT-TTg",
        place="Hà Nội",
        on=date(2023, 3, 21),
        type="Chỉ thị",
        title=["Về việc chủ động thông tin chính sách"],
        shown_title="Chủ động thông tin chính sách",
        signer=(["KT. THỦ TƯỚNG", "PHÓ THỦ TƯỚNG"], "Trần Hồng Mẫu"),
        recipients=["Ban Bí thư Trung ương Đảng", "Các bộ, cơ quan ngang bộ", "Lưu: VT, NC (3)"],
        plan=True,
    )
    whole.prose("Thời gian qua, việc thông tin chính sách còn chậm. Thủ tướng Chính phủ yêu cầu:")
    whole.clause("1", "Các bộ, ngành, địa phương:")
    whole.point("a", "Bố trí người làm thông tin chính sách;").point("b", "Công khai dự thảo ngay khi lấy ý kiến.")
    whole.clause("2", "Bộ Tư pháp theo dõi, đôn đốc việc thực hiện Chỉ thị này và định kỳ báo cáo.")
    return whole


def joint_circular() -> Whole:
    """Two agencies; quoted marks inside a sentence."""
    whole = _whole(
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
    whole = _whole(
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


def notice() -> Whole:
    whole = _whole(
        agency=["VĂN PHÒNG CHÍNH PHỦ"],
        issuers=("Văn phòng Chính phủ",),
        number="52/TB-VPCP",
        place="Hà Nội",
        on=date(2026, 1, 30),
        type="Thông báo",
        title=["Kết luận của Phó Thủ tướng tại cuộc họp về thông tin chính sách"],
        shown_title="Kết luận của Phó Thủ tướng tại cuộc họp về thông tin chính sách",
        signer=(["KT. BỘ TRƯỞNG, CHỦ NHIỆM", "PHÓ CHỦ NHIỆM"], "Mai Văn Mô Tả"),
        plan=True,
    )
    whole.prose(
        "Ngày 28 tháng 01 năm 2026, Phó Thủ tướng đã chủ trì cuộc họp. Sau khi nghe báo cáo, Phó Thủ tướng kết luận:"
    )
    whole.clause("1", "Hoan nghênh các bộ, ngành đã chuẩn bị kỹ.")
    whole.clause("2", "Giao Bộ Tư pháp hoàn thiện báo cáo trong tháng 02 năm 2026.")
    whole.more("Văn phòng Chính phủ thông báo để các cơ quan biết, thực hiện./.")
    return whole


def report() -> Whole:
    """A department under the city; A., B. above I., 1.1. below 1."""
    whole = _whole(
        agency=["UBND THÀNH PHỐ HUẾ", "SỞ XÂY DỰNG"],
        issuers=("Sở Xây dựng",),
        parent=CITY_NAME,
        number="215/BC-SXD",
        on=date(2026, 11, 3),
        type="Báo cáo",
        title=["Kết quả chăm sóc cây xanh quý III năm 2026"],
        shown_title="Kết quả chăm sóc cây xanh quý III năm 2026",
        signer=(["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "Võ Thị Minh Chứng"),
        recipients=["UBND thành phố (để báo cáo)", "Giám đốc Sở", "Lưu: VT, CX"],
        plan=True,
    )
    whole.prose("Thực hiện chương trình công tác, Sở Xây dựng báo cáo như sau:")
    whole.roman("I", "KẾT QUẢ")
    whole.clause("1", "Trồng mới").more("Đã trồng 1.250 cây trên 14 tuyến đường, đạt 104,2% kế hoạch.")
    whole.clause("2", "Chăm sóc").more("Tỷ lệ cây sống 97,5%.")
    whole.roman("II", "KHÓ KHĂN").more("Mưa kéo dài từ ngày 10/9 đến ngày 25/9.")
    whole.roman("III", "KIẾN NGHỊ")
    whole.clause("1", "Bổ sung 350 triệu đồng.").clause("2", "Cho phép trồng bù trong quý I năm 2027.")
    return whole


def proposal() -> Whole:
    whole = _whole(
        agency=["UBND THÀNH PHỐ HUẾ", "SỞ GIÁO DỤC VÀ ĐÀO TẠO"],
        issuers=("Sở Giáo dục và Đào tạo",),
        parent=CITY_NAME,
        number="77/TTr-SGDĐT",
        on=date(2026, 5, 19),
        type="Tờ trình",
        title=["Về việc ban hành chính sách hỗ trợ bữa ăn học đường"],
        shown_title="Ban hành chính sách hỗ trợ bữa ăn học đường",
        signer=(["GIÁM ĐỐC"], "Đặng Thị Ví Dụ"),
        recipients=["Như trên", "Sở Tài chính", "Lưu: VT, TH"],
        plan=True,
    )
    whole.prose("Kính gửi: Ủy ban nhân dân thành phố Huế.")
    whole.prose("Căn cứ Luật Giáo dục ngày 14 tháng 6 năm 2019, Sở Giáo dục và Đào tạo trình như sau:")
    whole.roman("I", "SỰ CẦN THIẾT").more("Nhiều học sinh ở xa trường không về nhà buổi trưa.")
    whole.roman("II", "NỘI DUNG CHÍNH SÁCH")
    whole.clause("1", "Đối tượng: học sinh tiểu học ở xã miền núi.")
    whole.clause("2", "Mức hỗ trợ: 15.000 đồng một bữa.")
    whole.more("Kính trình Ủy ban nhân dân thành phố xem xét, quyết định./.")
    return whole


def law() -> Whole:
    """A law: `Luật số:`, no day in the head, passed by the National Assembly on the day that its last line says."""
    whole = _whole(
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
    whole = _whole(
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


def decision_with_tables() -> Whole:
    """Two annexes that are tables."""
    whole = _whole(
        agency=CITY,
        issuers=(CITY_NAME,),
        number="1204/QĐ-UBND",
        on=date(2026, 9, 14),
        type="Quyết định",
        title=["Về việc giao chỉ tiêu trồng cây năm 2027 cho các phường, xã"],
        shown_title="Giao chỉ tiêu trồng cây năm 2027 cho các phường, xã",
        authority="CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ HUẾ",
        bases=[LOCAL_LAW, "Xét đề nghị của Sở Xây dựng tại Công văn số 3301/SXD-CX ngày 01 tháng 9 năm 2026."],
        enacts="QUYẾT ĐỊNH:",
        effective=date(2026, 9, 14),
        recipients=["Như Điều 2", "Lưu: VT, QH"],
    )
    whole.article("1", text="Giao chỉ tiêu trồng cây năm 2027 cho các phường, xã theo Phụ lục I và Phụ lục II.")
    whole.article(
        "2", text="Quyết định này có hiệu lực thi hành kể từ ngày ký ban hành. Chủ tịch các phường, xã thi hành./."
    )
    note = "(Kèm theo Quyết định số 1204/QĐ-UBND ngày 14 tháng 9 năm 2026 của Ủy ban nhân dân thành phố)"
    whole.annex("phu-luc-i", label="PHỤ LỤC I", heading="CHỈ TIÊU CỦA CÁC PHƯỜNG", note=note)
    whole.more("STT | Phường | Số cây").more("1 | Phường Phường Đúc | 120").more("2 | Phú Hội | 95")
    whole.annex("phu-luc-ii", label="PHỤ LỤC II", heading="CHỈ TIÊU CỦA CÁC XÃ", note=note)
    whole.more("STT | Xã | Số cây").more("1 | A Lưới 1 | 300")
    return whole


def decision_approving_a_scheme() -> Whole:
    """One Điều that holds a whole scheme: I., 1., a) below it, and a count that begins again in every section."""
    whole = _whole(
        agency=["THỦ TƯỚNG CHÍNH PHỦ"],
        issuers=("Thủ tướng Chính phủ",),
        number="407/QĐ-TTg",
        place="Hà Nội",
        on=date(2022, 3, 30),
        type="Quyết định",
        title=["Phê duyệt Đề án đưa tin về dự thảo chính sách"],
        shown_title="Phê duyệt Đề án đưa tin về dự thảo chính sách",
        authority="THỦ TƯỚNG CHÍNH PHỦ",
        bases=["Căn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015;", "Theo đề nghị của Bộ trưởng Bộ Tư pháp."],
        enacts="QUYẾT ĐỊNH:",
        effective=date(2022, 3, 30),
        signer=(["KT. THỦ TƯỚNG", "PHÓ THỦ TƯỚNG"], "Phạm Bình Ví Dụ"),
    )
    whole.article("1", text="Phê duyệt Đề án với các nội dung chủ yếu sau:")
    whole.roman("I", "MỤC TIÊU")
    whole.clause("1", "Người dân biết dự thảo trước khi ban hành.").clause("2", "Người dân góp ý dễ dàng.")
    whole.roman("II", "NHIỆM VỤ")
    whole.clause("1", "Các bộ, cơ quan ngang bộ:").point("a", "Lập kế hoạch;").point("b", "Báo cáo hằng năm.")
    whole.clause("2", "Địa phương bố trí nguồn lực.")
    whole.article("2", text="Quyết định này có hiệu lực thi hành kể từ ngày ký.")
    whole.article("3", text="Các Bộ trưởng chịu trách nhiệm thi hành Quyết định này./.")
    return whole


def circular_effective_after_days() -> Whole:
    """In force 45 days after it was signed; long articles with many points."""
    whole = _whole(
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


def decision_of_a_person() -> Whole:
    """A short personal decision with a last day of effect."""
    whole = _whole(
        agency=CITY,
        issuers=(CITY_NAME,),
        number="66/QĐ-UBND",
        on=date(2026, 1, 8),
        type="Quyết định",
        title=["Về việc thành lập Tổ công tác phòng, chống ngập"],
        shown_title="Thành lập Tổ công tác phòng, chống ngập",
        bases=[LOCAL_LAW],
        enacts="QUYẾT ĐỊNH:",
        effective=date(2026, 1, 15),
        last_day=date(2026, 12, 31),
    )
    whole.article("1", text="Thành lập Tổ công tác phòng, chống ngập gồm 07 thành viên.")
    whole.article(
        "2",
        text="Quyết định này có hiệu lực từ ngày 15/01/2026 và được áp dụng đến hết ngày 31 tháng 12 năm 2026.",
    )
    whole.article("3", text="Các thành viên Tổ công tác thi hành Quyết định này./.")
    return whole


def program_attached() -> Whole:
    """A decision whose attached Chương trình is a plan: `I.`, `1.` without Điều, scoped to the annex."""
    whole = _whole(
        agency=CITY,
        issuers=(CITY_NAME,),
        number="512/QĐ-UBND",
        on=date(2026, 4, 2),
        type="Quyết định",
        title=["Ban hành Chương trình chuyển đổi số cấp xã"],
        shown_title="Ban hành Chương trình chuyển đổi số cấp xã",
        bases=[LOCAL_LAW],
        enacts="QUYẾT ĐỊNH:",
        effective=date(2026, 4, 2),
    )
    whole.article("1", text="Ban hành kèm theo Quyết định này Chương trình chuyển đổi số cấp xã.")
    whole.article("2", text="Quyết định này có hiệu lực kể từ ngày ký./.")
    whole.annex(
        "phu-luc-1",
        heading="CHƯƠNG TRÌNH\nChuyển đổi số cấp xã",
        note="(Ban hành kèm theo Quyết định số 512/QĐ-UBND ngày 02 tháng 4 năm 2026 của UBND thành phố)",
        plan=True,
    )
    whole.roman("I", "QUAN ĐIỂM")
    whole.clause("1", "Lấy người dân làm trung tâm.").clause("2", "Dữ liệu dùng chung.")
    whole.roman("II", "NHIỆM VỤ")
    whole.clause("1", "Hạ tầng").point("a", "Mỗi thôn có một điểm truy cập;").point("b", "Mỗi xã có một tổ hỗ trợ.")
    return whole


def guidance() -> Whole:
    """A Hướng dẫn whose title is printed in capitals beside the type."""
    whole = _whole(
        agency=["UBND THÀNH PHỐ HUẾ", "SỞ NỘI VỤ"],
        issuers=("Sở Nội vụ",),
        parent=CITY_NAME,
        number="9/HD-SNV",
        on=date(2026, 6, 22),
        type="Hướng dẫn",
        title=["Đánh giá mức độ hài lòng của người dân"],
        shown_title="Đánh giá mức độ hài lòng của người dân",
        signer=(["GIÁM ĐỐC"], "Ngô Văn Chứng"),
        plan=True,
    )
    whole.prose("Thực hiện Kế hoạch số 12/KH-UBND ngày 05 tháng 01 năm 2026, Sở Nội vụ hướng dẫn như sau:")
    whole.clause("1", "Cách hỏi").more("Hỏi bằng phiếu hoặc qua ứng dụng.")
    whole.clause("2", "Cách tính").more("Điểm là trung bình cộng của các câu trả lời.")
    whole.annex("phu-luc-1", label="PHỤ LỤC", heading="PHIẾU HỎI", note="(Kèm theo Hướng dẫn số 9/HD-SNV)")
    whole.more("Ông/bà có hài lòng không? ……")
    return whole


def ordinance_resolution() -> Whole:
    """A resolution of the Standing Committee, with `Mục` below `Chương` and an article that is a list of points."""
    whole = _whole(
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
    whole = _whole(
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


DOCUMENTS: dict[str, Callable[[], Whole]] = {
    build.__name__: build
    for build in (
        decision_with_rules,
        plan_of_the_province,
        resolution_of_the_council,
        letter,
        directive,
        joint_circular,
        decree_with_every_level,
        notice,
        report,
        proposal,
        law,
        amending_decision,
        decision_with_tables,
        decision_approving_a_scheme,
        circular_effective_after_days,
        decision_of_a_person,
        program_attached,
        guidance,
        ordinance_resolution,
        decision_of_a_ward,
    )
}
