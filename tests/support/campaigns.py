"""Made-up comments on one draft with the campaign that each is a copy of: for grouping near copies.

Members of a campaign fill in blanks, make slips, lose marks, exchange and leave out sentences, and add their own.
Comments that belong to nobody speak of the same things, some quote a campaign's sentence in order to contradict.
"""

import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.redrafts import lines

WARDS = "Thuận Hóa|Vỹ Dạ|Kim Long|Phú Xuân|Hương An|An Cựu|Thủy Xuân|Phong Thái|Hóa Châu|Mỹ Thượng".split("|")
FAMILY = "Nguyễn|Trần|Lê|Phan|Hoàng|Tôn Nữ|Hồ|Đặng|Võ|Bùi|Châu|Mai".split("|")
GIVEN = "Văn An|Thị Bình|Quốc Cường|Thu Dung|Minh Đức|Ngọc Hà|Thanh Hải|Bích Liên|Hữu Phước|Khánh Vân|Diệu|Sơn".split("|")
WHO = (
    "Bà nội tôi|Người bán bún đầu ngõ|Ông chủ tiệm sách cũ|Cô giáo của con gái tôi|Mấy anh chạy xe thồ|Chị hàng xóm|"
    "Nhóm sinh viên trọ gần chợ|Đội bóng khu phố|Ông tổ trưởng|Các cụ trong câu lạc bộ thơ|Vợ chồng tôi|Anh thợ mộc|"
    "Gia đình người em|Bác bảo vệ trường|Hội làm nón"
).split("|")
DID = (
    "từng phải chờ ba buổi sáng mới nộp được giấy|hay than rằng đèn đường tắt quá sớm|đã tự góp tiền đổ lại nền kiệt|"
    "vừa mất một vụ cá vì nước đục|chưa bao giờ nhận được thư mời họp|phải gửi xe cách nhà nửa cây số|"
    "bị nước tràn vào bếp mỗi mùa lụt|đi làm từ lúc trời chưa sáng|vẫn nhặt rác ở bến đò mỗi chủ nhật|"
    "đang nuôi hai cháu ăn học|mở quán cà phê nhỏ bên bờ hồ|hỏi mãi mà không ai trả lời|quen đọc báo giấy hơn xem mạng|"
    "sợ nhất tiếng máy khoan lúc giữa trưa|đã viết thư lên thành phố từ năm ngoái"
).split("|")
SO = (
    "nên theo tôi cần thêm một khoản về trách nhiệm giải thích|cho nên bảng biểu kèm theo phải dễ hiểu hơn|"
    "vì vậy xin cân nhắc lộ trình dài hơn cho vùng ven|thành ra quy định này chỉ hợp với khu trung tâm|"
    "do đó tôi thấy phần định nghĩa đang thiếu trường hợp nhà thuê|và tôi nghĩ nên giao việc này cho cấp phường|"
    "nên tôi xin góp ý chuyển phần này sang phụ lục|cho nên mong có đường dây nóng ngoài giờ hành chính|"
    "vì thế cần nói rõ ai là người ký cuối cùng|nên xin bổ sung hình vẽ minh họa cho dễ làm theo|"
    "và tôi đề xuất họp dân vào buổi tối thay vì ban ngày|do vậy nên thống nhất cách gọi tên trong toàn văn bản|"
    "nên tôi mong kỳ kiểm tra rơi vào mùa khô|vì vậy xin đừng dồn mọi việc vào quý cuối năm|"
    "cho nên hãy để người thuê cũng được ký xác nhận"
).split("|")
WHEN = (
    "từ hồi làm lại cầu|suốt mùa mưa vừa rồi|mấy tháng nay|kể từ trận lụt năm kia|mỗi khi họp tổ dân phố|trước Tết vừa qua|"
    "khi còn làm ở xưởng mộc|vào các buổi chiều thứ bảy|từ ngày dời chợ|lúc con út vào lớp một|hồi đầu năm|gần trọn mùa hè"
).split("|")
PLAIN = (
    "Đọc đến trang {n} tôi vẫn chưa rõ ai kiểm tra việc {do}",
    "Ở {place}, việc {do} lâu nay do các hộ tự lo với nhau",
    "Tôi thấy chữ “{word}” trong phần mở đầu dễ bị hiểu sai khi {do}",
    "Cách đây {n} năm đã có văn bản tương tự về {do} mà không ai thực hiện ở {place}",
    "Nếu {do} thì nên tính cả mùa mưa, nhất là quanh {place}",
    "Con số {n} trong bảng cuối không khớp với thực tế tại {place}",
)
DO = (
    "dọn bèo trên hồ|treo cờ ngày lễ|sửa nắp cống|phát thanh buổi sáng|trông giữ thuyền|trồng sen|đặt ghế đá|chia lô chợ|"
    "thu gom lá cây|vẽ tranh tường|tập dưỡng sinh|sơn lại cầu|đón xe đưa đò|phơi lúa ven đường|thả đèn hoa đăng"
).split("|")
PLACE = (
    "cồn Hến|chợ Xép|bến Me|xóm Lò|kiệt 42|đầm Sam|cầu Ga|làng Chuồn|hồ Tịnh Tâm|bãi Dâu|cửa Trài|ngã ba Sình|đồi Thiên An|"
    "chợ Cống|phố Gia Hội"
).split("|")
WORD = "kịp thời|phù hợp|cần thiết|đầu mối|liên quan|tương đương|hợp lý|ổn định|khu vực|chủ thể|vùng đệm|thông thoáng".split("|")
SYNONYMS = (("đề nghị", "yêu cầu"), ("người dân", "bà con"), ("hiện nay", "bây giờ"), ("quy định", "nội dung"))


@dataclass(frozen=True)
class MadeComment:
    """A comment with the number of its campaign, None if it belongs to nobody, and the sentences that are its own."""

    key: str
    text: str
    campaign: int | None
    own: tuple[str, ...]


def campaigns(kind: str) -> list[list[str]]:
    """The campaigns of a set, each as its sentences."""
    text = "\n".join(line for line in lines_with_blanks() if not line.startswith("#"))
    block = re.split(r"^= (\w+)\n", text, flags=re.MULTILINE)
    chosen = block[block.index(kind) + 1]
    return [one.splitlines() for one in chosen.strip().split("\n\n")]


def lines_with_blanks() -> list[str]:
    from tests.support.redrafts import DATA

    return (DATA / "campaigns.txt").read_text("utf-8").splitlines()


def own_sentence(chance: random.Random) -> str:
    """A sentence of somebody's own: among ten thousand hardly two share more than a half."""
    said = f"{chance.choice(WHO)} {chance.choice(DID)}"
    if chance.random() < 0.55:
        return f"{said} {chance.choice(WHEN)}, {chance.choice(SO)}."
    blanks = {"n": chance.randint(2, 90), "do": chance.choice(DO), "place": chance.choice(PLACE), "word": chance.choice(WORD)}
    rest = chance.choice(SO) if chance.random() < 0.5 else f"còn {said[0].lower()}{said[1:]} {chance.choice(WHEN)}"
    return f"{chance.choice(PLAIN).format(**blanks)}, {rest}."


def draft_texts() -> list[str]:
    """Provisions of the draft, which comments quote."""
    return lines("fillers.txt")


def make_comments(kind: str, seed: int, number: int, part_of_campaigns: float = 0.7) -> list[MadeComment]:
    """Make comments: of the campaigns of a set, in sizes that halve, and of single persons."""
    chance = random.Random(seed)
    chosen = campaigns(kind)
    weights = [0.7**place for place in range(len(chosen))]
    chance.shuffle(weights)
    made: list[MadeComment] = []
    for place in range(number):
        key = f"{place:06}"
        if chance.random() < part_of_campaigns:
            campaign = chance.choices(range(len(chosen)), weights)[0]
            text, own = copy_campaign(chosen[campaign], chance)
            made.append(MadeComment(key, text, campaign, own))
        else:
            own = tuple(say_alone(chosen, chance))
            made.append(MadeComment(key, " ".join(own), None, own))
    return made


def copy_campaign(sentences: list[str], chance: random.Random) -> tuple[str, tuple[str, ...]]:
    """Copy a campaign as people do; returns the text and the sentences of the person's own."""
    blanks = {"ward": chance.choice(WARDS), "name": f"{chance.choice(FAMILY)} {chance.choice(GIVEN)}"}
    said = [sentence.format(**blanks) for sentence in sentences]
    if len(said) > 3 and chance.random() < 0.15:
        said.pop(chance.randrange(len(said)))
    if len(said) > 4 and chance.random() < 0.06:
        said = said[: len(said) * 2 // 3]
    if chance.random() < 0.2:
        chance.shuffle(said)
    if chance.random() < 0.1:
        old, new = chance.choice(SYNONYMS)
        at = chance.randrange(len(said))
        said[at] = said[at].replace(old, new)
    if len(said) > 2 and chance.random() < 0.05:
        at = chance.randrange(len(said) - 1)
        said[at : at + 2] = [f"{said[at].rstrip('.')} {said[at + 1]}"]
    slips = chance.choice((0, 0, 0, 1, 1, 2, 3))
    for _ in range(slips):
        at = chance.randrange(len(said))
        said[at] = slip(said[at], chance)
    own: list[str] = []
    if chance.random() < 0.25:
        most = 1 if sum(len(one.split()) for one in said) < 40 else 4
        own = [own_sentence(chance) for _ in range(chance.randint(1, most))]
        if len(sentences) == 1:
            own = []
    at = chance.choice((0, len(said)))
    text = chance.choice((" ", " ", "\n")).join([*said[:at], *own, *said[at:]])
    looks = chance.random()
    if looks < 0.25:
        text, own = drop_marks(text), [drop_marks(one) for one in own]
    elif looks < 0.3:
        text, own = text.lower(), [one.lower() for one in own]
    return text, tuple(own)


def say_alone(chosen: list[list[str]], chance: random.Random) -> Iterator[str]:
    """Yield the sentences of a comment that belongs to nobody."""
    way = chance.random()
    if way < 0.1:
        yield own_sentence(chance)
        yield "Xin chân thành cảm ơn quý cơ quan đã lắng nghe ý kiến của người dân."
        return
    if way < 0.2:
        yield f"Dự thảo viết: “{chance.choice(draft_texts())}”"
    elif way < 0.3:
        sentence = chance.choice([one for campaign in chosen for one in campaign if len(campaign) > 1])
        yield sentence.format(ward=chance.choice(WARDS), name="Tôn Thất Hòa")
        yield "Nhiều người gửi câu trên nhưng tôi nghĩ khác hẳn."
        yield from (own_sentence(chance) for _ in range(3))
        return
    yield from (own_sentence(chance) for _ in range(chance.randint(2, 5)))


def slip(sentence: str, chance: random.Random) -> str:
    """Make one slip of the keyboard inside a word without figures."""
    places = [match.span() for match in re.finditer(r"[^\W\d_]{3,}", sentence)]
    start, end = chance.choice(places)
    at = chance.randrange(start, end - 1)
    way = chance.randrange(4)
    if way == 0:
        return sentence[:at] + sentence[at + 1] + sentence[at] + sentence[at + 2 :]
    if way == 1:
        return sentence[:at] + sentence[at + 1 :]
    if way == 2:
        return sentence[:at] + sentence[at] + sentence[at:]
    return sentence[:at] + chance.choice("abcdeghiklmnopqrstuvxy") + sentence[at + 1 :]


def drop_marks(text: str) -> str:
    """Write a text without marks."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))
