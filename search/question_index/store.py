"""Reading and writing one generation of the index; no other module calls tantivy, but for the shape of its documents.

Every function blocks. A file that is damaged makes tantivy raise `ValueError`, or a Rust panic, which Python gets as a
`BaseException`: both become `IndexDamaged`.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from search.question_index.shape import (
    BODY_LENGTH,
    CONTEXT_LENGTH,
    HEADING_LENGTH,
    MARKER_VIEW,
    PART,
    SEQ,
    STATE,
    VIEW,
    PassageTexts,
    build_document,
    build_marker,
    build_schema,
    encode_term,
    register_analyzer,
)
from search.question_index.state import QuestionIndexState

WRITER_BYTES = 48_000_000
"""Memory in which documents wait for a commit; with less, a rebuild writes more segments."""

PassageKey = tuple[str, int]
"""The key of a view, and the part of it that a passage is."""


class IndexDamaged(Exception):
    """The files of a generation cannot be read or written."""


class IndexBusy(Exception):
    """Another process writes the generation."""


@contextmanager
def _damage_known() -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError) as problem:
        if "LockBusy" in str(problem):
            raise IndexBusy(str(problem)) from problem
        raise IndexDamaged(str(problem)) from problem
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":
            raise
        raise IndexDamaged(str(problem)) from problem


def create_generation(path: Path) -> None:
    """Create an empty index in a folder. Raises `IndexDamaged`."""
    with _damage_known():
        tantivy.Index(build_schema(), path=str(path))


def _open(path: Path) -> tantivy.Index:
    index = tantivy.Index.open(str(path))
    register_analyzer(index)
    # Without a thread of its own that watches the files: readers look whenever they are asked.
    index.config_reader(reload_policy="manual")
    return index


def _search(searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> list[tantivy.DocAddress]:
    return [address for _, address in searcher.search(query, limit, count=False).hits]


def _read_state(schema: tantivy.Schema, searcher: tantivy.Searcher) -> QuestionIndexState | None:
    found = _search(searcher, tantivy.Query.term_query(schema, VIEW, MARKER_VIEW, "basic"), 1)
    return QuestionIndexState.parse(searcher.doc(found[0])[STATE][0]) if found else None


class GenerationReader:
    """A generation as of its last commit. Safe for several threads. All methods raise `IndexDamaged`."""

    def __init__(self, path: Path):
        with _damage_known():
            self.path = path
            self._schema = build_schema()
            self._index = _open(path)
            self._index.reload()
            self._searcher = self._index.searcher()
            self.state = _read_state(self._schema, self._searcher)

    def reload(self) -> None:
        """Move to the last commit."""
        with _damage_known():
            self._index.reload()
            searcher = self._index.searcher()
            self.state, self._searcher = _read_state(self._schema, searcher), searcher

    @property
    def passages(self) -> int:
        """Number of passages."""
        return max(0, self._searcher.num_docs - 1)

    def count(self, field: str, term: str) -> int:
        """Count the passages with a term; those deleted since the last merge of their segment are counted too."""
        with _damage_known():
            return self._searcher.doc_freq(field, encode_term(term))

    def average_lengths(self) -> tuple[float, float, float]:
        """Return the average numbers of syllables of titles, headings and texts."""
        with _damage_known():
            fields = (CONTEXT_LENGTH, HEADING_LENGTH, BODY_LENGTH)
            wanted = {field: {"avg": {"field": field}} for field in fields}
            found = self._searcher.aggregate(tantivy.Query.all_query(), wanted)
            context, heading, body = (found[field]["value"] or 0.0 for field in fields)
            return context, heading, body

    def find(
        self, field: str, terms: Iterable[str], limit: int, views: Sequence[str] | None = None
    ) -> list[PassageKey]:
        """Find the passages that are best by BM25 over these terms, the best first; only of `views` if given."""
        with _damage_known():
            # A plain union of terms with no boosts: for nothing else tantivy skips blocks that cannot matter.
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, field, encode_term(term), "freq"))
                    for term in dict.fromkeys(terms)
                ]
            )
            if views is not None:
                chosen = tantivy.Query.const_score_query(
                    tantivy.Query.term_set_query(self._schema, VIEW, list(views)), 0.0
                )
                query = tantivy.Query.boolean_query([(tantivy.Occur.Must, chosen), (tantivy.Occur.Must, query)])
            return self._keys(_search(self._searcher, query, limit))

    def _keys(self, addresses: Iterable[tantivy.DocAddress]) -> list[PassageKey]:
        documents = map(self._searcher.doc, addresses)
        return [(document[VIEW][0], document[PART][0]) for document in documents]

    def positions(self, keys: Sequence[str]) -> dict[str, list[int]]:
        """Return for each of these views that is indexed the log positions of its passages."""
        with _damage_known():
            found: dict[str, list[int]] = {}
            query = tantivy.Query.term_set_query(self._schema, VIEW, list(keys))
            for address in _search(self._searcher, query, max(1, self._searcher.num_docs)):
                document = self._searcher.doc(address)
                found.setdefault(document[VIEW][0], []).append(document[SEQ][0])
            return found

    def views(self) -> set[str]:
        """Return the keys of all views that are indexed."""
        with _damage_known():
            found = self._searcher.terms_with_prefix(VIEW, "")
            return {key for key, _ in found if key != MARKER_VIEW}


class GenerationWriter:
    """The one writer of a generation: changes become visible, and durable, together at a commit.

    Whatever was not committed is lost with the process, and the position in the marker with it. All methods raise
    `IndexDamaged`. Raises `IndexBusy` while another process writes.
    """

    def __init__(self, path: Path):
        with _damage_known():
            self.path = path
            self._index = _open(path)
            self._index.reload()
            self._state = _read_state(build_schema(), self._index.searcher())
            self._writer = self._index.writer(WRITER_BYTES, 1)

    @property
    def is_whole(self) -> bool:
        """True if a marker states the position."""
        return self._state is not None

    @property
    def state(self) -> QuestionIndexState:
        """The last commit's marker."""
        if self._state is None:
            raise IndexDamaged("no marker")
        return self._state

    def replace(self, key: str, seq: int, passages: Iterable[PassageTexts]) -> None:
        """Replace all passages of a view; none deletes them."""
        with _damage_known():
            self._writer.delete_documents_by_term(VIEW, key)
            for passage in passages:
                self._writer.add_document(build_document(key, seq, passage))

    def commit(self, state: QuestionIndexState) -> None:
        """Make all changes durable, with the position that they reach."""
        with _damage_known():
            self._writer.delete_documents_by_term(VIEW, MARKER_VIEW)
            self._writer.add_document(build_marker(state.dump()))
            self._writer.commit()
            self._state = state

    def close(self) -> None:
        """Drop what was not committed, and let other processes write; running merges are finished."""
        with _damage_known():
            self._writer.rollback()
            self._writer.wait_merging_threads()
