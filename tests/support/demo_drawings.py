"""Draws the pictures of the sample content: `python -m tests.support.demo_drawings`. Flat shapes and no words."""

from collections.abc import Callable
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw

from hub import demo

SCALE = 2
"""Drawn at twice the size and made smaller, for smooth edges."""
COLOURS = 48
FOLDER = Path(demo.__file__).parent / "data" / "files"

Point = tuple[float, float]


class Canvas:
    """A picture in units of its final pixels."""

    def __init__(self, top: str, bottom: str, size: tuple[int, int] = (1600, 900)):
        self.size = size
        strip = Image.new("RGB", (1, 2))
        strip.putpixel((0, 0), _rgb(top))
        strip.putpixel((0, 1), _rgb(bottom))
        large = (size[0] * SCALE, size[1] * SCALE)
        self.image = strip.resize(large, Image.Resampling.BILINEAR)
        self.draw = ImageDraw.Draw(self.image)

    def shape(self, colour: str, *points: Point) -> None:
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=colour)

    def box(self, colour: str, x: float, y: float, width: float, height: float, radius: float = 0) -> None:
        corners = (x * SCALE, y * SCALE, (x + width) * SCALE, (y + height) * SCALE)
        self.draw.rounded_rectangle(corners, radius * SCALE, fill=colour)

    def disc(self, colour: str, x: float, y: float, radius: float, *, flat: float = 1) -> None:
        corners = [(x - radius), (y - radius * flat), (x + radius), (y + radius * flat)]
        self.draw.ellipse([value * SCALE for value in corners], fill=colour)

    def line(self, colour: str, width: float, *points: Point) -> None:
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self.draw.line(scaled, fill=colour, width=round(width * SCALE), joint="curve")

    def arc(self, colour: str, width: float, x: float, y: float, half: float, rise: float) -> None:
        corners = [value * SCALE for value in (x - half, y - rise, x + half, y + rise)]
        self.draw.arc(corners, 180, 360, fill=colour, width=round(width * SCALE))

    def save(self, name: str) -> None:
        smaller = self.image.resize(self.size, Image.Resampling.LANCZOS)
        smaller.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / name, optimize=True)


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def draw_boats() -> Canvas:
    """Boats in the lagoon before the wind."""
    made = Canvas("#f4c59a", "#8fa8b8")
    made.disc("#fbe6c2", 1180, 330, 90)
    made.shape(
        "#7d8fa3",
        (0, 460),
        (260, 310),
        (480, 420),
        (760, 270),
        (1050, 430),
        (1330, 330),
        (1600, 450),
        (1600, 520),
        (0, 520),
    )
    made.shape("#5f7589", (0, 500), (330, 410), (640, 490), (980, 400), (1300, 480), (1600, 430), (1600, 540), (0, 540))
    made.box("#3f6377", 0, 520, 1600, 380)
    for row, (y, x) in enumerate(((580, 150), (640, 900), (720, 350), (800, 1100), (850, 100))):
        made.line("#56798c", 6, (x, y), (x + 260 + 40 * row, y))
    for x, y, size, hull in ((330, 640, 1.0, "#a63d2f"), (820, 700, 1.35, "#24445c"), (1270, 620, 0.9, "#2f6b4f")):
        made.line("#3a2a22", 9 * size, (x, y), (x, y - 250 * size))
        made.line("#3a2a22", 4 * size, (x, y - 250 * size), (x + 150 * size, y - 20 * size))
        made.shape("#f3ead9", (x - 8, y - 235 * size), (x - 8, y - 45 * size), (x - 105 * size, y - 45 * size))
        made.box("#e9d8b8", x + 20 * size, y - 70 * size, 90 * size, 55 * size, 8)
        made.box("#51707f", x + 36 * size, y - 55 * size, 24 * size, 22 * size, 3)
        made.shape(
            hull,
            (x - 180 * size, y - 20 * size),
            (x + 190 * size, y - 20 * size),
            (x + 130 * size, y + 60 * size),
            (x - 120 * size, y + 60 * size),
        )
        made.line("#f3ead9", 7 * size, (x - 168 * size, y), (x + 176 * size, y))
    return made


def draw_yard() -> Canvas:
    """A yard that is cleaned after the flood."""
    made = Canvas("#cfe3ea", "#e9efe6")
    made.disc("#b6cdb0", 210, 470, 180)
    made.disc("#a3c09c", 1450, 450, 210)
    made.box("#7a5a43", 195, 520, 30, 130)
    made.box("#7a5a43", 1435, 520, 34, 130)
    made.box("#f2dfb8", 440, 330, 720, 320)
    made.shape("#a9503c", (370, 345), (500, 190), (1100, 190), (1230, 345))
    for x in range(400, 1220, 46):
        made.line("#8f3f2f", 5, (x, 344), (640 + (x - 800) * 0.72 + 160, 194))
    made.box("#6f8f7a", 720, 430, 160, 220, 6)
    made.box("#8db19a", 800, 430, 4, 220)
    for x in (510, 980):
        made.box("#ffffff", x, 420, 120, 110, 6)
        made.box("#7fa9bb", x + 10, 430, 46, 90)
        made.box("#7fa9bb", x + 64, 430, 46, 90)
    made.box("#d9c39b", 440, 585, 720, 65)
    made.box("#a98c66", 0, 650, 1600, 250)
    for x, y, half in ((260, 720, 190), (760, 800, 330), (1330, 730, 220)):
        made.disc("#86694a", x, y, half, flat=0.22)
        made.disc("#9fb7bd", x, y, half * 0.62, flat=0.17)
    for x, shirt in ((600, "#2f6b8a"), (1130, "#b5542f")):
        made.disc("#e5b98f", x, 540, 34)
        made.shape("#e8d9a8", (x - 70, 528), (x, 478), (x + 70, 528))
        made.box(shirt, x - 42, 572, 84, 130, 26)
        made.box("#3d4650", x - 38, 690, 32, 110, 8)
        made.box("#3d4650", x + 6, 690, 32, 110, 8)
        made.line(shirt, 24, (x + 20, 600), (x + 100, 660))
        made.line("#7a5a43", 10, (x + 70, 560), (x + 190, 790))
        made.shape("#d0ab5c", (x + 165, 770), (x + 205, 755), (x + 265, 840), (x + 180, 850))
    return made


def draw_phone() -> Canvas:
    """A report in four steps on a phone."""
    made = Canvas("#e9e1f4", "#d5c7ea")
    made.disc("#ded1ef", 260, 740, 300)
    made.disc("#ded1ef", 1400, 160, 260)
    made.box("#2b2238", 560, 50, 480, 860, 60)
    made.box("#ffffff", 585, 95, 430, 800, 36)
    made.box("#5d2f86", 585, 95, 430, 110, 36)
    made.box("#5d2f86", 585, 150, 430, 55)
    made.disc("#ffffff", 645, 150, 24)
    made.box("#cbb5e2", 690, 138, 200, 24, 12)
    made.box("#bcd8c8", 615, 235, 370, 240, 18)
    made.shape("#8fbba4", (615, 430), (720, 330), (800, 410), (880, 350), (985, 450), (985, 475), (615, 475))
    made.disc("#d8433b", 800, 330, 36)
    made.shape("#d8433b", (770, 348), (830, 348), (800, 410))
    made.disc("#ffffff", 800, 330, 14)
    for row, width in enumerate((300, 340, 240)):
        made.box("#e6dff0", 615, 510 + row * 46, width, 24, 12)
    made.box("#d79a1d", 615, 690, 370, 80, 24)
    made.box("#ffffff", 720, 718, 160, 24, 12)
    for step, (x, y) in enumerate(((190, 250), (190, 560), (1220, 300), (1220, 610))):
        made.box("#ffffff", x, y, 230, 170, 28)
        made.disc("#5d2f86", x + 60, y + 60, 32)
        for dot in range(step + 1):
            made.disc("#ffffff", x + 60 + (dot - step / 2) * 14, y + 60, 5)
        made.box("#cbb5e2", x + 110, y + 50, 90, 22, 11)
        made.box("#e6dff0", x + 30, y + 112, 170, 20, 10)
    return made


def draw_river() -> Canvas:
    """The Perfume River in the rain, and the bridge with six spans."""
    made = Canvas("#9fb0ba", "#c6d0cf")
    made.shape("#8798a0", (0, 420), (280, 330), (560, 410), (900, 300), (1240, 400), (1600, 320), (1600, 480), (0, 480))
    made.box("#6d8a86", 0, 450, 1600, 60)
    for x in range(20, 1600, 110):
        made.disc("#56756c", x, 465, 70, flat=0.7)
    made.box("#56808b", 0, 505, 1600, 395)
    for x in range(90, 1600, 250):
        made.arc("#e6ebea", 16, x + 80, 505, 125, 130)
        for part in (-80, -40, 0, 40, 80):
            rise = 130 * (1 - (part / 125) ** 2) ** 0.5
            made.line("#e6ebea", 5, (x + 80 + part, 505), (x + 80 + part, 505 - rise))
        made.box("#8d9896", x - 58, 505, 30, 130, 4)
    made.box("#dfe5e3", 0, 498, 1600, 22)
    for row, x in enumerate((200, 700, 1150, 420, 980, 60)):
        made.line("#6b929c", 7, (x, 640 + row * 45), (x + 320, 640 + row * 45))
    made.shape("#3b3a44", (560, 760), (1000, 760), (930, 830), (640, 830))
    made.shape("#c99a3c", (660, 760), (690, 690), (880, 690), (915, 760))
    made.box("#a63d2f", 700, 710, 170, 50, 6)
    rain = Random(7)  # noqa: S311
    for _ in range(150):
        x, y = rain.randint(0, 1600), rain.randint(0, 880)
        made.line("#dbe4e6", 3, (x, y), (x - 14, y + 46))
    return made


def draw_gate() -> Canvas:
    """A gate of the Citadel with a scaffold."""
    made = Canvas("#bfd9e6", "#eaf0ea")
    made.disc("#f6e3b4", 1320, 190, 80)
    made.box("#8fae7d", 0, 760, 1600, 140)
    made.box("#b98d63", 60, 420, 1480, 350)
    made.box("#a67c54", 60, 420, 1480, 26)
    for row in range(6):
        for x in range(60 + (row % 2) * 50, 1540, 100):
            made.line("#a67c54", 3, (x, 460 + row * 52), (x, 510 + row * 52))
        made.line("#a67c54", 3, (60, 460 + row * 52), (1540, 460 + row * 52))
    made.box("#c79b70", 520, 300, 560, 470)
    made.disc("#5b4a3d", 800, 600, 110)
    made.box("#5b4a3d", 690, 600, 220, 170)
    made.box("#d9b98c", 600, 180, 400, 130)
    for x in (640, 720, 800, 880, 960):
        made.box("#8e3b2c", x - 12, 190, 24, 120)
    made.shape("#c58a2d", (560, 190), (620, 120), (980, 120), (1040, 190))
    made.shape("#dba545", (540, 195), (1060, 195), (1085, 165), (1020, 178), (580, 178), (515, 165))
    made.shape("#c58a2d", (640, 125), (680, 70), (920, 70), (960, 125))
    for x in (1110, 1230, 1350):
        made.line("#8b6f3f", 9, (x, 300), (x, 790))
    for y in (340, 470, 600, 730):
        made.line("#8b6f3f", 9, (1090, y), (1370, y))
        made.box("#d8c08a", 1095, y - 14, 270, 14)
    for x, y in ((1160, 410), (1290, 540)):
        made.disc("#e5b98f", x, y - 40, 18)
        made.shape("#e8d9a8", (x - 36, y - 46), (x, y - 74), (x + 36, y - 46))
        made.box("#2f6b8a", x - 20, y - 22, 40, 68, 12)
    return made


def draw_bins() -> Canvas:
    """Three bins for three kinds of waste, and the house that they stand beside."""
    made = Canvas("#dff0e4", "#f3f7ec")
    made.box("#cfe0c4", 0, 690, 1600, 210)
    made.box("#f2dfb8", 90, 330, 330, 370)
    made.shape("#a9503c", (50, 345), (140, 220), (370, 220), (460, 345))
    made.box("#6f8f7a", 200, 500, 110, 200, 6)
    for x, body, lid in ((560, "#3f8f5c", "#2f7148"), (880, "#d79a1d", "#b57f12"), (1200, "#5d6b78", "#47535e")):
        made.shape(body, (x, 400), (x + 250, 400), (x + 220, 780), (x + 30, 780))
        made.box(lid, x - 18, 350, 286, 56, 20)
        made.box(lid, x + 90, 328, 70, 30, 12)
        made.disc("#ffffff", x + 125, 570, 74)
    made.disc("#3f8f5c", 665, 580, 44, flat=0.7)
    made.line("#2f7148", 8, (640, 605), (725, 535))
    made.box("#d79a1d", 980, 540, 34, 80, 10)
    made.box("#d79a1d", 988, 515, 18, 30, 6)
    made.box("#5d6b78", 1280, 545, 90, 16, 6)
    made.box("#5d6b78", 1292, 568, 66, 62, 8)
    return made


def draw_steps() -> Canvas:
    """Four steps in a row, for the text of a bulletin."""
    made = Canvas("#f6f1fa", "#f6f1fa", (960, 360))
    made.line("#cbb5e2", 10, (130, 180), (830, 180))
    for step, colour in enumerate(("#5d2f86", "#2f6b8a", "#3f8f5c", "#d79a1d")):
        x = 130 + step * 233
        made.disc(colour, x, 180, 84)
        made.disc("#ffffff", x, 180, 70)
        for dot in range(step + 1):
            made.disc(colour, x + (dot - step / 2) * 30, 180, 11)
    return made


DRAWINGS: dict[str, Callable[[], Canvas]] = {
    "neo-dau-tau-thuyen.png": draw_boats,
    "ve-sinh-sau-lu.png": draw_yard,
    "hue-s.png": draw_phone,
    "song-huong-mua.png": draw_river,
    "cong-thanh.png": draw_gate,
    "ba-thung-rac.png": draw_bins,
    "bon-buoc.png": draw_steps,
}

if __name__ == "__main__":
    for name, draw in DRAWINGS.items():
        draw().save(name)
