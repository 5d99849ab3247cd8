"""Names of the registry in the languages that it has: every entry's Vietnamese one, and of some an English one."""

VIETNAMESE, ENGLISH = "vi", "en"


def name_in(lang: str, name: str, english: str | None) -> str:
    """Return the name of an entry in a language: its English one only for `en`, else the Vietnamese one."""
    return (english if lang == ENGLISH else None) or name
