"""Names of laws, codes and ordinances, without year or number: data of `hub.legal.laws`, a word list and no register.

It contains former and present names, because texts cite both.
"""

LAWS = """
An ninh mạng; An ninh quốc gia; An toàn thông tin mạng; An toàn thực phẩm; An toàn, vệ sinh lao động; Ban hành văn bản
quy phạm pháp luật; Ban hành văn bản quy phạm pháp luật của Hội đồng nhân dân, Ủy ban nhân dân; Báo chí; Bảo hiểm tiền
gửi; Bảo hiểm xã hội; Bảo hiểm y tế; Bảo vệ bí mật nhà nước; Bảo vệ dữ liệu cá nhân; Bảo vệ môi trường; Bảo vệ quyền
lợi người tiêu dùng; Bảo vệ sức khỏe nhân dân; Bảo vệ và kiểm dịch thực vật; Bảo vệ và phát triển rừng; Bảo vệ, chăm
sóc và giáo dục trẻ em; Bầu cử đại biểu Quốc hội; Bầu cử đại biểu Hội đồng nhân dân; Bầu cử đại biểu Quốc hội và đại
biểu Hội đồng nhân dân; Biên giới quốc gia; Biên phòng Việt Nam; Biển Việt Nam; Bình đẳng giới; Bưu chính; Cán bộ,
công chức; Căn cước; Căn cước công dân; Cảnh sát biển Việt Nam; Cảnh sát cơ động; Cảnh vệ; Cạnh tranh; Chăn nuôi; Chất
lượng sản phẩm, hàng hóa; Chuyển giao công nghệ; Chuyển đổi giới tính; Chứng khoán; Công an nhân dân; Công chứng; Công
đoàn; Công nghệ cao; Công nghệ thông tin; Công nghiệp công nghệ số; Công nghiệp quốc phòng, an ninh và động viên công
nghiệp; Cư trú; Dạy nghề; Dân quân tự vệ; Dân số; Dầu khí; Di sản văn hóa; Di sản văn hoá; Doanh nghiệp; Doanh nghiệp
nhà nước; Du lịch; Dữ liệu; Dự trữ quốc gia; Dược; Đa dạng sinh học; Đặc xá; Đấu giá tài sản; Đấu thầu; Đầu tư; Đầu tư
công; Đầu tư nước ngoài tại Việt Nam; Đầu tư theo phương thức đối tác công tư; Đất đai; Đê điều; Địa chất và khoáng
sản; Điện ảnh; Điện lực; Điều ước quốc tế; Đo đạc và bản đồ; Đo lường; Đường bộ; Đường sắt; Đường sắt Việt Nam; Giá;
Giám định tư pháp; Giao dịch điện tử; Giao thông đường bộ; Giao thông đường thủy nội địa; Giáo dục; Giáo dục đại học;
Giáo dục nghề nghiệp; Giáo dục quốc phòng và an ninh; Hải quan; Hàng không dân dụng Việt Nam; Hiến, lấy, ghép mô, bộ
phận cơ thể người và hiến, lấy xác; Hòa giải ở cơ sở; Hòa giải, đối thoại tại Tòa án; Hóa chất; Hoạt động chữ thập đỏ;
Hoạt động giám sát của Quốc hội; Hoạt động giám sát của Quốc hội và Hội đồng nhân dân; Hôn nhân và gia đình; Hỗ trợ
doanh nghiệp nhỏ và vừa; Hộ tịch; Hợp tác xã; Kế toán; Khám bệnh, chữa bệnh; Khí tượng thủy văn; Khiếu nại; Khiếu nại,
tố cáo; Khoa học và công nghệ; Khoa học, công nghệ và đổi mới sáng tạo; Khoáng sản; Kiểm toán độc lập; Kiểm toán nhà
nước; Kiến trúc; Kinh doanh bảo hiểm; Kinh doanh bất động sản; Lâm nghiệp; Lưu trữ; Luật sư; Lực lượng dự bị động
viên; Lực lượng tham gia bảo vệ an ninh, trật tự ở cơ sở; Lý lịch tư pháp; Mặt trận Tổ quốc Việt Nam; Năng lượng
nguyên tử; Ngân hàng Nhà nước Việt Nam; Ngân sách nhà nước; Nghĩa vụ quân sự; Người cao tuổi; Người khuyết tật; Người
lao động Việt Nam đi làm việc ở nước ngoài theo hợp đồng; Nhà giáo; Nhà ở; Nhập cảnh, xuất cảnh, quá cảnh, cư trú của
người nước ngoài tại Việt Nam; Nuôi con nuôi; Phá sản; Phí và lệ phí; Phòng bệnh; Phòng cháy và chữa cháy; Phòng cháy,
chữa cháy và cứu nạn, cứu hộ; Phòng không nhân dân; Phòng thủ dân sự; Phòng, chống bạo lực gia đình; Phòng, chống bệnh
truyền nhiễm; Phòng, chống khủng bố; Phòng, chống ma túy; Phòng, chống mua bán người; Phòng, chống nhiễm vi rút gây ra
hội chứng suy giảm miễn dịch mắc phải ở người (HIV/AIDS); Phòng, chống rửa tiền; Phòng, chống tác hại của rượu, bia;
Phòng, chống tác hại của thuốc lá; Phòng, chống tham nhũng; Phòng, chống thiên tai; Phổ biến, giáo dục pháp luật; Phục
hồi, phá sản; Quản lý ngoại thương; Quản lý nợ công; Quản lý thuế; Quản lý và đầu tư vốn nhà nước tại doanh nghiệp;
Quản lý, sử dụng tài sản công; Quản lý, sử dụng tài sản nhà nước; Quản lý, sử dụng vốn nhà nước đầu tư vào sản xuất,
kinh doanh tại doanh nghiệp; Quản lý, sử dụng vũ khí, vật liệu nổ và công cụ hỗ trợ; Quảng cáo; Quân nhân chuyên
nghiệp, công nhân và viên chức quốc phòng; Quốc phòng; Quốc tịch Việt Nam; Quy hoạch; Quy hoạch đô thị; Quy hoạch đô
thị và nông thôn; Sĩ quan Quân đội nhân dân Việt Nam; Sở hữu trí tuệ; Sử dụng năng lượng tiết kiệm và hiệu quả; Tài
nguyên nước; Tài nguyên, môi trường biển và hải đảo; Tần số vô tuyến điện; Thanh niên; Thanh tra; Thẻ Căn cước; Thể
dục, thể thao; Thi đua, khen thưởng; Thi hành án dân sự; Thi hành án hình sự; Thi hành tạm giữ, tạm giam; Thỏa thuận
quốc tế; Thống kê; Thủ đô; Thuế bảo vệ môi trường; Thuế giá trị gia tăng; Thuế sử dụng đất nông nghiệp; Thuế sử dụng
đất phi nông nghiệp; Thuế tài nguyên; Thuế thu nhập cá nhân; Thuế thu nhập doanh nghiệp; Thuế tiêu thụ đặc biệt; Thuế
xuất khẩu, thuế nhập khẩu; Thuế xuất khẩu, nhập khẩu; Thủy lợi; Thủy sản; Thú y; Thư viện; Thực hành tiết kiệm, chống
lãng phí; Thực hiện dân chủ ở cơ sở; Thương mại; Tiếp cận thông tin; Tiếp công dân; Tiêu chuẩn và quy chuẩn kỹ thuật;
Tín ngưỡng, tôn giáo; Tình trạng khẩn cấp; Tổ chức Chính phủ; Tổ chức chính quyền địa phương; Tổ chức cơ quan điều tra
hình sự; Tổ chức Hội đồng nhân dân và Ủy ban nhân dân; Tổ chức Quốc hội; Tổ chức Tòa án nhân dân; Tổ chức Viện kiểm
sát nhân dân; Tố cáo; Tố tụng hành chính; Trách nhiệm bồi thường của Nhà nước; Trẻ em; Trọng tài thương mại; Trợ giúp
pháp lý; Trồng trọt; Trưng cầu ý dân; Trưng mua, trưng dụng tài sản; Trật tự, an toàn giao thông đường bộ; Tư pháp
người chưa thành niên; Tương trợ tư pháp; Tương trợ tư pháp về dân sự; Tương trợ tư pháp về hình sự; Dẫn độ; Viên
chức; Việc làm; Viễn thông; Xây dựng; Xuất bản; Xuất cảnh, nhập cảnh của công dân Việt Nam; Xử lý vi phạm hành chính;
Các công cụ chuyển nhượng; Các tổ chức tín dụng; Cơ quan đại diện nước Cộng hòa xã hội chủ nghĩa Việt Nam ở nước
ngoài; Hợp tác xã kiểu mới; Người khuyết tật Việt Nam; Phát triển công nghiệp công nghệ số; Đường thủy nội địa; Tham
gia lực lượng gìn giữ hòa bình của Liên hợp quốc; Công nghiệp quốc phòng; Năng lượng; Đầu tư xây dựng; Khuyến khích
đầu tư trong nước; Ngân hàng Nhà nước; Phòng chống HIV/AIDS; Thuế chuyển quyền sử dụng đất; Thuế nhà, đất
"""
CODES = """
Dân sự; Hình sự; Tố tụng dân sự; Tố tụng hình sự; Lao động; Hàng hải; Hàng hải Việt Nam
"""
ORDINANCES = """
Án phí, lệ phí Tòa án; Bảo vệ bí mật nhà nước; Bảo vệ công trình quan trọng liên quan đến an ninh quốc gia; Bảo vệ và
kiểm dịch thực vật; Cán bộ, công chức; Cảnh sát biển Việt Nam; Cảnh sát cơ động; Cảnh sát môi trường; Chi phí giám
định, định giá; chi phí cho người làm chứng, người phiên dịch trong tố tụng; Chống tham nhũng; Cựu chiến binh; Dân số;
Dân quân tự vệ; Điều kiện kinh doanh; Động viên công nghiệp; Giá; Giám định tư pháp; Hợp đồng kinh tế; Lực lượng dự bị
động viên; Lưu trữ quốc gia; Ngoại hối; Phí và lệ phí; Phòng, chống mại dâm; Quản lý thị trường; Quản lý, sử dụng vũ
khí, vật liệu nổ và công cụ hỗ trợ; Thuế thu nhập đối với người có thu nhập cao; Thi hành án dân sự; Thú y; Tín
ngưỡng, tôn giáo; Trọng tài thương mại; Ưu đãi người có công với cách mạng; Xử lý vi phạm hành chính; An toàn và kiểm
soát bức xạ; Bưu chính, viễn thông; Giống cây trồng; Giống vật nuôi; Vệ sinh an toàn thực phẩm; Hành nghề y, dược tư
nhân; Công nhận và thi hành tại Việt Nam bản án, quyết định dân sự của Toà án nước ngoài; Thủ tục giải quyết các vụ án
dân sự; Thư viện; Đo lường; Người tàn tật; Người cao tuổi; Hà Nội; Thủ đô Hà Nội; Pháp điển hệ thống quy phạm pháp
luật; Hợp nhất văn bản quy phạm pháp luật; Đào tạo nghiệp vụ xét xử; Trình tự, thủ tục xem xét, quyết định áp dụng các
biện pháp xử lý hành chính tại Tòa án nhân dân; Công an xã; Cơ yếu; Dự trữ quốc gia; Khai thác và bảo vệ công trình
thủy lợi; Phòng, chống lụt, bão; Đê điều; Chất lượng hàng hóa; Bảo vệ quyền lợi người tiêu dùng; Quảng cáo; Thể dục,
thể thao; Du lịch; Luật sư; Tổ chức điều tra hình sự; Kiểm sát viên Viện kiểm sát nhân dân; Thẩm phán và Hội thẩm Tòa
án nhân dân; Thủ tục bắt giữ tàu biển; Thủ tục bắt giữ tàu bay; Nhập cảnh, xuất cảnh, cư trú, đi lại của người nước
ngoài tại Việt Nam; Tổ chức Viện kiểm sát quân sự; Tổ chức Tòa án quân sự; Khai thác công trình thủy lợi; Nhập cảnh,
xuất cảnh, cư trú của người nước ngoài tại Việt Nam; Thuế tài nguyên; Thuế nhà, đất
"""
