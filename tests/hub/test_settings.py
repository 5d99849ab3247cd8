"""Settings from the environment: what it names, and nothing else."""

import json

import pytest

from hub.errors import SetupProblem
from hub.settings import Settings, load_settings


def test_variables_name_settings_in_any_case_and_as_text_list_or_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_PORT", "8123")
    monkeypatch.setenv("hub_host", "0.0.0.0")  # noqa: S104 - nothing listens
    monkeypatch.setenv("HUB_PUBLIC_HOSTS", "a.example, b.example")
    monkeypatch.setenv("HUB_LANGUAGES", '["en", "vi"]')

    found = Settings()

    assert (found.port, found.host) == (8123, "0.0.0.0")  # noqa: S104
    assert (found.public_hosts, found.languages) == (("a.example", "b.example"), ("en", "vi"))


@pytest.mark.parametrize("given", ["vi", "en, vi", '["en", "vi"]'])
def test_languages_are_separated_by_commas_or_json(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("HUB_LANGUAGES", given)
    assert Settings().languages == tuple(json.loads(given) if given[0] == "[" else given.split(", "))


def test_no_language_is_refused_by_the_name_of_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_LANGUAGES", "[]")
    with pytest.raises(SetupProblem, match="HUB_LANGUAGES"):
        load_settings()


def test_arguments_count_before_variables_and_empty_or_foreign_variables_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HUB_PORT", "8123")
    monkeypatch.setenv("HUB_HOST", "")
    monkeypatch.setenv("PORT", "9")
    monkeypatch.setenv("LANGUAGES", '["en"]')
    monkeypatch.setenv("HUB_NOTHING", "x")

    found = Settings(port=8200)

    assert (found.port, found.host, found.languages) == (8200, "127.0.0.1", ("vi", "en"))
    assert found.model_fields_set == {"port"}
