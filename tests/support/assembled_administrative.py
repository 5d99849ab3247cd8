"""Eleven administrative documents (văn bản hành chính) for `assembled.py`.

The texts are invented; only their form is the law's.
"""

from datetime import date

from tests.support.assembled import CITY, CITY_NAME, DEPUTY, LOCAL_LAW, PROVINCE, PROVINCE_NAME, Whole, whole_of


def plan_of_the_province() -> Whole:
    """A Kế hoạch without Điều: I., 1., a) and dashes."""
    whole = whole_of(
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


def letter() -> Whole:
    """A công văn: no type printed, its subject under the number."""
    whole = whole_of(
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
    whole = whole_of(
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


def notice() -> Whole:
    whole = whole_of(
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
    whole = whole_of(
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
    whole = whole_of(
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


def decision_with_tables() -> Whole:
    """Two annexes that are tables."""
    whole = whole_of(
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
    whole = whole_of(
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


def decision_of_a_person() -> Whole:
    """A short personal decision with a last day of effect."""
    whole = whole_of(
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
    whole = whole_of(
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
    whole = whole_of(
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


ADMINISTRATIVE = (
    plan_of_the_province,
    letter,
    directive,
    notice,
    report,
    proposal,
    decision_with_tables,
    decision_approving_a_scheme,
    decision_of_a_person,
    program_attached,
    guidance,
)
