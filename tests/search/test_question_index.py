"""The question index: it loses nothing, shows nothing withdrawn, and repairs itself."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from hub.embedded.private_files import lock
from hub.errors import SetupProblem
from hub.search.filters import EngineFilters
from hub.search.port import SearchQuery
from hub.times import today
from search import build_question_follower
from search.log_state import read_log_state
from search.question_index import answerer
from search.question_index.answerer import WITHOUT_INDEX
from search.question_index.folder import IndexFolder
from search.question_index.follower import QuestionFollower
from search.question_index.nightly_check import QuestionIndexDifference, compare_index
from search.question_index.shape import SHAPE_VERSION, PassageTexts, view_key
from search.question_index.state import QuestionIndexState
from search.question_index.store import GenerationReader, GenerationWriter, IndexBusy, create_generation
from search.text.syllables import syllables
from tests.search.conftest import Hub, Publish, node
from tests.support.contents import bulletin, policy


async def follow(follower: QuestionFollower) -> None:
    while await follower.step():
        pass


async def folder_of(hub: Hub) -> IndexFolder:
    return IndexFolder(hub.settings.question_index_folder, (await read_log_state(hub.database)).epoch)


async def read_current(hub: Hub) -> GenerationReader:
    current = (await folder_of(hub)).current()
    assert current is not None
    return GenerationReader(current)


async def answers(hub: Hub, asked: str, **more: object) -> tuple[str, list[UUID]]:
    """The generation that answered, and the documents that both engines find alike."""
    found = [
        await one.search(SearchQuery(asked, facets=True, **more))  # type: ignore[arg-type]
        for one in (hub.engine.primary, hub.engine.secondary)
    ]
    first, second = ([(hit.document_id, hit.article) for hit in one.hits] for one in found)
    assert first == second
    assert found[0].facets == found[1].facets
    return found[0].generation, [document for document, _ in first]


def article(number: int, body: str, heading: str | None = None) -> dict[str, object]:
    return node(f"dieu-{number}", "article", body, heading=heading)


async def publish_crowd(publish_edition: Publish, body: str, size: int = 6) -> list[UUID]:
    """Documents that share a question's common words, and nothing else."""
    return [
        await publish_edition(
            "policy", policy(title=f"Quy chế {n}", number=f"{n}/QĐ", nodes=[article(1, f"{body} {n}")])
        )
        for n in range(size)
    ]


async def test_a_term_that_one_passage_defines_is_found_among_many_that_share_the_rest(
    searching: Hub, publish_edition: Publish
) -> None:
    told = "Trong quy định này các từ ngữ được hiểu như sau, theo quy định của pháp luật về đất đai."
    await publish_crowd(publish_edition, told, 12)
    defined = article(1, f"{told} Trảng nổi là bãi bồi giữa phá.")
    wanted = await publish_edition("policy", policy(title="Quy định", number="99/QĐ", nodes=[defined]))
    await publish_crowd(publish_edition, told, 3)
    await searching.catch_up()
    for asked in ("Trảng nổi được hiểu như thế nào theo quy định?", "trang noi duoc hieu nhu the nao theo quy dinh"):
        generation, found = await answers(searching, asked)
        assert generation != WITHOUT_INDEX
        assert found[0] == wanted, asked


async def test_a_word_of_the_last_second_has_weight(searching: Hub, publish_edition: Publish) -> None:
    crowd = await publish_crowd(publish_edition, "Hồ sơ được nộp ở đâu thì xem hướng dẫn.")
    await searching.catch_up()
    _, before = await answers(searching, "Hồ sơ quậy cá được nộp ở đâu?")
    assert set(before) == set(crowd)
    new = await publish_edition(
        "policy", policy(title="Mới", number="50/QĐ", nodes=[article(1, "Quậy cá thì nộp hồ sơ.")])
    )
    await searching.catch_up()
    answerer = searching.engine.secondary.answerer  # type: ignore[attr-defined]
    question = await answerer.parse("Hồ sơ quậy cá được nộp ở đâu?")
    _, _, vocabulary = await answerer.find_candidates(SearchQuery(question.text), question)
    new_pair, old_pair = (" ".join(syllables(pair)) for pair in ("quậy cá", "hồ sơ"))
    assert vocabulary.weight(new_pair) > vocabulary.weight(old_pair) > 0
    _, after = await answers(searching, question.text)
    assert after[0] == new


async def test_a_withdrawn_view_is_not_returned_by_an_index_that_is_behind(
    searching: Hub, publish_edition: Publish
) -> None:
    gone, *others = await publish_crowd(publish_edition, "Giấy phép nuôi ốc được cấp ở đâu.")
    await searching.catch_up()
    asked = "giấy phép nuôi ốc được cấp ở đâu?"
    generation, found = await answers(searching, asked)
    assert gone in found
    async with searching.database.write() as session:
        await session.execute(
            text("UPDATE published_view SET state = 'withdrawn' WHERE document_id = :id"), {"id": gone}
        )
    assert await answers(searching, asked) == (generation, [one for one in found if one != gone])
    assert (await read_current(searching)).views() >= {view_key(gone, "vi")}, "the index still has it"
    assert set(others) == set(found) - {gone}


async def test_a_filter_that_few_match_loses_none_of_them(
    searching: Hub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The only bulletin is the worst match of all by its words."""
    wanted = await publish_edition("bulletin", bulletin(title="Tin ngắn", body="Hỏi về hồ sơ."))
    await publish_crowd(publish_edition, "Hồ sơ cấp giấy phép gồm những gì", 8)
    await searching.catch_up()
    for name, value in (("CANDIDATES", 3), ("ENOUGH", 2), ("WIDER", 5), ("WIDEST", 6)):
        monkeypatch.setattr(answerer, name, value)
    asked = "hồ sơ cấp giấy phép gồm những gì?"
    assert wanted not in (await answers(searching, asked))[1]
    assert (await answers(searching, asked, kind="bulletin"))[1] == [wanted]
    assert (await answers(searching, asked, filters=EngineFilters(issued_from=today() + timedelta(days=900))))[1] == []
    monkeypatch.setattr(answerer, "MAX_LISTED_VIEWS", 0)
    monkeypatch.setattr(answerer, "WIDEST", 60)
    assert (await answers(searching, asked, kind="bulletin"))[1] == [wanted], "by looking further"


async def test_both_engines_give_the_same_first_ten_with_ties_by_id(searching: Hub, publish_edition: Publish) -> None:
    made = [
        await publish_edition(
            "policy", policy(title="Như nhau", number=None, nodes=[article(1, "Phí thuyền là bao nhiêu.")])
        )
        for _ in range(12)
    ]
    await searching.catch_up()
    asked = "phí thuyền là bao nhiêu?"
    _, found = await answers(searching, asked, limit=10)
    async with searching.database.write() as session:
        await session.execute(text("UPDATE published_view SET published_at = '2026-01-01'"))
    assert (await answers(searching, asked, limit=10))[1] == sorted(made, key=str)[:10]
    assert len(found) == 10


async def test_without_an_index_postgres_finds_the_candidates(searching: Hub, publish_edition: Publish) -> None:
    made = await publish_crowd(publish_edition, "Thuyền máy được đăng ký ở đâu.", 2)
    generation, found = await answers(searching, "thuyền máy được đăng ký ở đâu?")
    assert (generation, set(found)) == (WITHOUT_INDEX, set(made))


async def test_an_index_that_is_too_far_behind_does_not_answer(
    searching: Hub, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await publish_crowd(publish_edition, "Lưới rùng được cấm ở đâu.", 2)
    await searching.catch_up()
    made += await publish_crowd(publish_edition, "Lưới rùng được cấm ở đâu.", 1)
    monkeypatch.setattr("search.log_state.MAX_LAG_SECONDS", 0.0)
    generation, found = await answers(searching, "lưới rùng được cấm ở đâu?")
    assert (generation, set(found)) == (WITHOUT_INDEX, set(made))


async def test_a_damaged_index_is_rebuilt_and_meanwhile_postgres_answers(
    searching: Hub, publish_edition: Publish
) -> None:
    made = await publish_crowd(publish_edition, "Bè gỗ được neo ở đâu.", 2)
    await searching.catch_up()
    before, _ = await answers(searching, "bè gỗ được neo ở đâu?")
    current = (await folder_of(searching)).current()
    assert current is not None
    for file in current.glob("*.idx"):
        os.truncate(file, 3)
    made += await publish_crowd(publish_edition, "Bè gỗ được neo ở đâu.", 1)
    for engine in (searching.engine.primary, searching.engine.secondary):
        engine.answerer.reader._generation = None  # type: ignore[attr-defined]
    generation, found = await answers(searching, "bè gỗ được neo ở đâu?")
    assert (generation, set(found)) == (WITHOUT_INDEX, set(made))
    searching.questions._check_at = 0.0
    await searching.catch_up()
    generation, found = await answers(searching, "bè gỗ được neo ở đâu?")
    assert generation not in (WITHOUT_INDEX, before)
    assert set(found) == set(made)


@pytest.mark.parametrize("change", ["shape", "hash", "future"])
async def test_an_index_of_another_shape_or_log_is_rebuilt(
    searching: Hub, publish_edition: Publish, change: str
) -> None:
    await publish_crowd(publish_edition, "Cầu tre", 1)
    await searching.catch_up()
    old = await read_current(searching)
    assert old.state is not None
    other = {"shape": {"shape": SHAPE_VERSION + 1}, "hash": {"hash": "0" * 64}, "future": {"applied": 10**6}}[change]
    writer = GenerationWriter(old.path)
    writer.commit(replace(old.state, **other))  # type: ignore[arg-type]
    writer.close()
    await searching.catch_up()
    new = await read_current(searching)
    assert new.path != old.path
    assert (new.state, new.views()) == (old.state, old.views())
    assert not old.path.exists()


async def test_another_epoch_gets_an_index_of_its_own(searching: Hub, publish_edition: Publish) -> None:
    await publish_crowd(publish_edition, "Cầu tre", 1)
    await searching.catch_up()
    old = await read_current(searching)
    async with searching.database.write() as session:
        await session.execute(text("UPDATE log_head SET epoch = :epoch"), {"epoch": uuid4()})
    assert (await answers(searching, "cầu tre ở đâu?"))[0] in (WITHOUT_INDEX, old.path.name)
    searching.questions._check_at = 0.0
    await follow(searching.questions)
    assert (await read_current(searching)).views() == old.views()


CHILD = """
    import asyncio, os, signal, sys, threading
    from pathlib import Path
    from hub.db import Database
    from hub.settings import Settings
    from search import build_question_follower
    from search.question_index.store import GenerationWriter

    commit = GenerationWriter.commit

    def kill(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    def commit_killed(*given):
        if sys.argv[3] == "within":
            threading.Timer(0.003, kill).start()
        commit(*given)
        kill()

    async def main():
        settings = Settings(database_url=sys.argv[1], data=Path(sys.argv[2]))
        follower = build_question_follower(settings, Database(settings))
        await follower.projector.ensure_index()
        GenerationWriter.commit = kill if sys.argv[3] == "before" else commit_killed
        await follower.step()

    asyncio.run(main())
"""


@pytest.mark.parametrize("moment", ["before", "within", "after"])
async def test_a_follower_that_is_killed_at_a_commit_loses_nothing(
    searching: Hub, publish_edition: Publish, moment: str
) -> None:
    made = await publish_crowd(publish_edition, "Đò dọc được chở mấy người.", 1)
    await searching.catch_up()
    before, _ = await answers(searching, "đò dọc được chở mấy người?")
    made += await publish_crowd(publish_edition, "Đò dọc được chở mấy người.", 2)
    url = searching.settings.require_database_url()
    command = [sys.executable, "-c", textwrap.dedent(CHILD), url, str(searching.settings.data), moment]
    killed = await asyncio.to_thread(
        subprocess.run, command, check=False, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    )
    assert killed.returncode == -signal.SIGKILL
    await searching.catch_up()
    generation, found = await answers(searching, "đò dọc được chở mấy người?")
    assert generation == before, "it was not rebuilt"
    assert sorted(found) == sorted(made)
    head = await read_log_state(searching.database)
    state = (await read_current(searching)).state
    assert state is not None
    assert (state.applied, state.hash) == (head.seq, head.hash)


async def test_a_reindex_takes_what_is_published_meanwhile_and_a_second_one_is_refused(
    searching: Hub, publish_edition: Publish
) -> None:
    made = await publish_crowd(publish_edition, "Chợ nổi họp khi nào.", 2)
    await searching.catch_up()
    before, _ = await answers(searching, "chợ nổi họp khi nào?")
    folder = await folder_of(searching)
    projector = build_question_follower(searching.settings, searching.database).projector
    with lock(folder.build_lock), pytest.raises(SetupProblem):
        await projector.reindex(lambda _, __: None)
    built = projector.build

    async def build_slowly(*given: object) -> object:
        found = await built(*given)  # type: ignore[arg-type]
        made.extend(await publish_crowd(publish_edition, "Chợ nổi họp khi nào.", 1))
        return found

    projector.build = build_slowly  # type: ignore[method-assign, assignment]
    steps: list[str] = []
    await projector.reindex(lambda what, done: steps.append(f"{what} {done}"))
    generation, found = await answers(searching, "chợ nổi họp khi nào?")
    assert generation != before
    assert sorted(found) == sorted(made)
    assert steps[0].startswith("passages ")
    assert steps[-1].startswith("entries ")
    await searching.catch_up()
    assert (await answers(searching, "chợ nổi họp khi nào?"))[0] == generation, "the follower goes on with the new one"


async def test_the_nightly_check_finds_and_repairs_every_difference(searching: Hub, publish_edition: Publish) -> None:
    stale, missing, kept = await publish_crowd(publish_edition, "Vó bè", 3)
    await searching.catch_up()
    projector, gone = searching.questions.projector, uuid4()
    good = (await read_current(searching)).positions([view_key(one, "vi") for one in (stale, missing, kept)])
    await projector.ensure_index()
    writer = projector.open_writer
    writer.replace(view_key(stale, "vi"), 1, [PassageTexts(1, "", "", "cũ")])
    writer.replace(view_key(missing, "vi"), 0, [])
    writer.replace(view_key(gone, "vi"), 1, [PassageTexts(1, "", "", "mất")])
    writer.commit(writer.state)
    found = QuestionIndexDifference(2, 1)
    assert (
        await compare_index(
            searching.database, build_question_follower(searching.settings, searching.database).projector
        )
        == found
    )
    searching.questions.chores[0].hasten()
    await searching.catch_up()
    assert await compare_index(searching.database, projector) == QuestionIndexDifference()
    reader = await read_current(searching)
    assert reader.positions([*good, view_key(gone, "vi")]) == good


async def test_other_hosts_follow_for_themselves(searching: Hub, publish_edition: Publish, tmp_path: Path) -> None:
    await publish_crowd(publish_edition, "Bến đò", 1)
    await searching.catch_up()
    settings = searching.settings.model_copy(update={"question_index": tmp_path / "other", "question_index_name": "b"})
    other = build_question_follower(settings, searching.database)
    await follow(other)
    await other.projector.close()
    async with searching.database.read() as connection:
        rows = await connection.execute(text("SELECT name, seq FROM follower WHERE name LIKE 'questions%'"))
        cursors = {row.name: row.seq for row in rows}
    head = (await read_log_state(searching.database)).seq
    assert cursors == {"questions": head, "questions-b": head}


def test_a_generation_has_one_writer_and_forgets_what_was_not_committed(tmp_path: Path) -> None:
    create_generation(tmp_path)
    writer = GenerationWriter(tmp_path)
    assert not writer.is_whole
    with pytest.raises(IndexBusy):
        GenerationWriter(tmp_path)
    state = QuestionIndexState("e", 4, "h")
    writer.replace("a_vi", 4, [PassageTexts(1, "Luật Đất đai", "Bờ", "Bãi bồi")])
    writer.commit(state)
    writer.replace("b_vi", 5, [PassageTexts(1, "", "", "Bãi bồi")])
    writer.close()
    reader = GenerationReader(tmp_path)
    assert (reader.state, reader.passages, reader.views()) == (state, 1, {"a_vi"})
    terms = syllables("bãi bồi")
    assert reader.find("marked", terms, 9) == reader.find("plain", ["bai boi"], 9) == [("a_vi", 1)]
    assert reader.find("marked", terms, 9, ["b_vi"]) == reader.find("marked", ["bai"], 9) == []
    assert reader.average_lengths() == (3.0, 1.0, 2.0)
    titled: Sequence[str] = syllables("luật")
    assert (reader.count("marked_text", titled[0]), reader.count("marked_text", terms[0])) == (0, 1)
