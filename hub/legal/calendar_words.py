"""Words of days and months as patterns: English and Vietnamese months, days of the week."""

from hub.legal.dates import WORD_MONTHS

MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
WORD_MONTH = r"(?:tháng|thg|th)\.? ?(?P<month>\d{1,2}|" + "|".join(sorted(WORD_MONTHS, key=len, reverse=True)) + ")"
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
MONTHS |= WORD_MONTHS
MONTH_NAME = rf"(?:st|nd|rd|th)?[ ,-]{{1,2}}(?:{MONTH}|tháng|thg|th)(?![^\W\d_])"
"""Signs and words that follow the figures of a day before the name of its month."""
DAY_OF_WEEK = r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|t[2-7]|cn)(?![^\W_])"
