"""Twenty whole documents in official layout, printed in six ways: every field and every node is parsed exactly."""

import pytest

from hub.domain.kinds.nodes import check_nodes
from hub.domain.types import TextNode
from hub.legal.document import is_official, parse_document
from hub.text import clean
from tests.support.assembled import PRINTS, Whole
from tests.support.assembled_documents import DOCUMENTS


def shown(node: dict[str, str | None]) -> dict[str, str | None]:
    """A node without the differences between prints: capitals of labels, line breaks of titles."""
    found = {name: clean(part) if part else part for name, part in node.items()}
    label, heading = found.get("label"), found.get("heading")
    return (
        found
        | ({"label": label.lower()} if label else {})
        | ({"heading": " ".join(heading.split())} if heading else {})
    )


@pytest.mark.parametrize("print_as", PRINTS)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_whole_document_is_parsed_into_the_parts_it_was_assembled_from(name: str, print_as: str) -> None:
    whole: Whole = DOCUMENTS[name]()
    text = PRINTS[print_as](whole)
    assert is_official(text)
    read = parse_document(text)
    assert (read.number, read.type, read.title) == (whole.number, whole.type, whole.shown_title)
    assert (read.issuers, read.parent_agency) == (whole.issuers, whole.parent)
    assert (read.place, read.issued_on) == (whole.place, whole.on)
    assert (read.effective_on, read.last_day) == (whole.effective, whole.last_day)
    titles, signer = whole.signer
    assert [(one.name, one.title) for one in read.signers] == [(signer, " – ".join(titles))]
    assert list(read.recipients) == whole.recipients
    assert [basis.rstrip(" ;.,") for basis in whole.bases] == list(read.bases)[: len(whole.bases)]
    assert tuple(citation.number for citation in read.repeals) == whole.repeals
    assert [shown(node) for node in read.nodes] == [shown(node) for node in whole.nodes]
    check_nodes([TextNode.model_validate(node) for node in read.nodes])
    assert read.doubts == ()
