"""Settings from the environment: what it names, and nothing else."""

import pytest
from pydantic_settings import SettingsError

from hub.settings import Settings


def test_variables_name_settings_in_any_case_and_as_text_list_or_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_PORT", "8123")
    monkeypatch.setenv("hub_host", "0.0.0.0")  # noqa: S104 - nothing listens
    monkeypatch.setenv("HUB_PUBLIC_HOSTS", "a.example, b.example")
    monkeypatch.setenv("HUB_LANGUAGES", '["en", "vi"]')

    found = Settings()

    assert (found.port, found.host) == (8123, "0.0.0.0")  # noqa: S104
    assert (found.public_hosts, found.languages) == (("a.example", "b.example"), ("en", "vi"))


def test_a_list_that_is_not_json_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_LANGUAGES", "vi")
    with pytest.raises(SettingsError, match='"languages"'):
        Settings()


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
