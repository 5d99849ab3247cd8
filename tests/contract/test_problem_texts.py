"""Texts of errors: each one that an answer may have, in code or by a type of Pydantic's, has a Vietnamese form.

Pure and fast: the syntax tree of the four packages is read, and the catalogue.
"""

import json
import re
import unicodedata
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from pydantic_core._pydantic_core import list_all_errors

import hub.file_kinds
from hub.deprecations import GRAPHQL, INPUTS, REST
from hub.problem_texts.catalogue import FOLDER, ProblemWriter, has_words, load_codes, load_templates
from hub.problem_texts.templates import as_data, dump_text, fill, load_text, one_of, split_field
from hub.problem_texts.validation import TEMPLATES, explain_finding
from hub.web.error_page import error_classes
from ingest.imports.read_sheet import IDENTITY
from ingest.sources.pipeline.gaps import DEFAULT, LOOKED_FOR
from schema.graphql_messages import MESSAGES, explain_message
from tests.support.problem_texts import find_texts

VALUES = re.compile(r"\{([a-z_0-9]+)(?::[^}]*)?\}")

FROM_TABLES = frozenset(
    {
        *("{first} or {rest}", "{first} and {rest}", "{graphql_message}"),
        # Units of terms, sorts of things that use a code, limits of GraphQL, types of JSON.
        *("hours", "days", "working days"),
        *("documents", "keys", "sources", "webhooks", "rules", "persons", "clocks", "press inquiries", "consultations"),
        *("agencies", "topics", "places", "spokespersons"),
        *("characters", "tokens", "operations", "fragments", "depth", "aliases", "fields", "repeats", "cost"),
        *("bytes", "bytes of texts to read"),
        *("a string", "a number", "a text", "a list", "an object", "malware"),
        *("body", "value", "line", "file"),
        "The secret was encrypted with another HUB_SECRETS_KEY.",
        "a `cursor` of this list, with the same filters, order and language",
    }
)
"""Words that code takes from a table of its own, so that no call names them."""


def texts_of_tables() -> set[str]:
    """What to use instead of deprecated parts, what is looked for in a page or file, and what identifies a row."""
    replacements = {each.instead for listed in (REST, GRAPHQL, INPUTS) for each in listed.values()}
    return replacements | {*LOOKED_FOR.values(), DEFAULT, *IDENTITY.values()}


def file_kinds() -> set[str]:
    source = Path(hub.file_kinds.__file__).read_text("utf-8")
    return set(re.findall(r'"(an? [^"]+)"', source))


@pytest.fixture(scope="module", autouse=True)
def every_error_is_defined() -> None:
    for package in ("hub.consultation", "hub.sandbox", "ingest", "schema"):
        for module in walk_packages(import_module(package).__path__, f"{package}."):
            if module.name.endswith("errors"):
                import_module(module.name)
    import_module("hub.jobs.clock_check")
    import_module("ingest.imports.runs")


def test_every_error_code_has_a_vietnamese_title_and_explanation() -> None:
    errors = {error.code: error for error in error_classes()}
    codes = load_codes()
    assert {code for code in errors if code not in codes} == set()
    for code, error in errors.items():
        title, text = codes[code]["title"], codes[code]["text"]
        assert title, code
        assert text.endswith("."), code
        assert title != error.title, code
        assert not title.endswith("."), code


def test_every_text_that_an_error_is_raised_with_has_a_vietnamese_form() -> None:
    known = load_templates()
    missing = [
        f"{place}: {template!r}"
        for template, place in find_texts().templates.items()
        if has_words(template) and template not in known
    ]
    assert missing == [], "write them in hub/problem_texts/vi"


def test_no_error_is_raised_with_a_text_that_no_catalogue_can_hold() -> None:
    assert find_texts().opaque == [], "use fill(…), one_of(…), list_names(…) or as_data(…)"


def test_the_catalogue_has_no_text_that_nothing_says() -> None:
    said = {
        *find_texts().templates,
        *TEMPLATES.values(),
        *MESSAGES,
        *file_kinds(),
        *texts_of_tables(),
        *FROM_TABLES,
    }
    assert sorted(set(load_templates()) - said) == []
    assert sorted(text for text in FROM_TABLES | file_kinds() | texts_of_tables() if text not in load_templates()) == []


def test_a_vietnamese_form_has_the_values_of_its_english_template_and_is_composed() -> None:
    for template, form in load_templates().items():
        assert sorted(set(VALUES.findall(template))) == sorted(set(VALUES.findall(form))), template
        assert unicodedata.is_normalized("NFC", form), template
    for text in load_codes().values():
        assert unicodedata.is_normalized("NFC", text["title"] + text["text"])


def test_no_template_is_in_two_files_with_two_forms() -> None:
    found: dict[str, str] = {}
    for path in FOLDER.glob("*.json"):
        if path.name != "codes.json":
            for template, form in json.loads(path.read_text("utf-8")).items():
                assert found.setdefault(template, form) == form, template


def test_every_type_of_finding_has_words_of_the_hub_in_both_languages() -> None:
    for kind in list_all_errors():
        finding = {
            "type": kind["type"],
            "loc": ("limit",),
            "msg": "Input should be a valid tuple",
            "ctx": kind.get("example_context") or {},
        }
        detail = explain_finding(finding).detail
        assert not re.search("Input|valid tuple|parse", detail), kind
        writer = ProblemWriter("vi")
        assert writer.write(detail) != detail, kind
        assert writer.languages == "vi", kind


def test_a_text_without_a_vietnamese_form_stays_english_and_its_language_says_so() -> None:
    writer = ProblemWriter("vi")
    assert writer.write("A sentence that nobody has translated.") == "A sentence that nobody has translated."
    assert writer.languages == "vi, en"


def test_values_are_data_numbers_are_written_as_people_write_them_and_texts_within_are_translated() -> None:
    text = fill("at most {max_text:,}", max_text=1_234_567)
    assert (str(text), ProblemWriter("vi").write(text)) == ("at most 1,234,567", "không quá 1.234.567")
    choice = one_of(["live", "gone", "{broken}"])
    assert str(choice) == "live or gone or {broken}"
    assert ProblemWriter("vi").write(choice) == "live hoặc gone hoặc {broken}"
    assert ProblemWriter("vi").write(as_data("a new comment")) == "a new comment"
    writer = ProblemWriter("vi")
    assert (
        writer.write(fill("{entry}: {detail}", entry="agency x", detail="is said nowhere"))
        == "agency x: is said nowhere"
    )
    assert writer.languages == "vi, en"


def test_a_text_keeps_its_template_between_processes_and_without_its_field() -> None:
    text = fill("{sheet}: {detail}", sheet="Sheet {1}", detail=fill("at most {most} bytes", most=7))
    again = load_text(json.loads(json.dumps(dump_text(text))))
    assert again == text
    assert ProblemWriter("vi").write(again) == "Sheet {1}: không quá 7 byte"
    member, rest = split_field(fill("dates.{place}.on: {day} has not come yet.", place=3, day="2026-01-01"))
    assert (member, ProblemWriter("vi").write(rest)) == ("dates.3.on", "Chưa đến ngày 2026-01-01.")


@pytest.mark.parametrize(
    "field", ["{name.__class__}", "{name[0]}", "{name!r}", "{name:>999999999}", "{}", "{other}", "{"]
)
def test_a_template_of_another_process_can_only_name_its_values(field: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        load_text({"template": f"see {field}", "values": {"name": "a"}})


@pytest.mark.parametrize(
    "dumped", [{}, {"template": "a"}, {"template": 1, "values": {}}, {"template": "a", "values": 1}]
)
def test_what_is_no_dumped_text_is_refused(dumped: object) -> None:
    with pytest.raises(ValueError, match="no text"):
        load_text(dumped)


@pytest.mark.parametrize(
    ("message", "vietnamese"),
    [
        ("Cannot query field 'x' on type 'Query'.", "Kiểu 'Query' không có trường 'x'."),
        (
            "Cannot query field 'x' on type 'Query'. Did you mean 'y'?",
            "Kiểu 'Query' không có trường 'x'. Did you mean 'y'?",
        ),
        ("Syntax Error: Expected Name, found <EOF>.", "Lỗi cú pháp: cần Name, gặp <EOF>."),
        ("Something of another version.", "Truy vấn không khớp với GraphQL: Something of another version."),
    ],
)
def test_the_usual_messages_of_graphql_are_translated_and_stay_the_same_in_english(
    message: str, vietnamese: str
) -> None:
    assert str(explain_message(message)) == message
    assert ProblemWriter("vi").write(explain_message(message)) == vietnamese
