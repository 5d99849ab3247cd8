"""A source that delivers the next draft of a consultation."""

import json
from pathlib import Path
from typing import Any

from tests.support import contents
from tests.support.consultations import consultation_of, window
from tests.support.import_samples import rows
from tests.support.servers import Publish
from tests.support.source_runs import Hand

TITLE = "Dự thảo Quyết định về chợ đêm phố đi bộ"


def draft(**more: Any) -> dict[str, Any]:
    return contents.draft(high_impact=False, **{"title": TITLE, "consultation": window(-1, 30)} | more)


async def test_a_trusted_source_delivers_the_next_draft_into_its_consultation_and_asks_about_an_unclear_one(
    sources: Hand, publish_edition: Publish, tmp_path: Path
) -> None:
    first = await publish_edition(
        "draft", contents.draft(title=TITLE, draft_version=1, consultation=window(-3, 9)), owner="so-y-te"
    )
    certain, unclear = draft(draft_version=2), draft(draft_version=2, title=f"{TITLE} trung tâm")
    folder = tmp_path / "sources"
    folder.mkdir(exist_ok=True)
    for name, content in (("b", unclear), ("a", certain)):
        (folder / f"{name}.jsonl").write_text(json.dumps({"id": name, "content": content}))
        await sources.add(f"nguon-{name}", "jsonl", kind="draft", config={"path": f"{name}.jsonl"})
        assert (await sources.run(f"nguon-{name}"))["created"] == 1

    assert (await sources.states("nguon-b"))["b"] == ("done", "created", "doubtful")
    assert (await sources.states("nguon-a"))["a"][:2] == ("done", "created")
    of = await consultation_of(sources.database, first)
    members = "SELECT count(*) FROM consultation_document WHERE consultation_id = :id"
    assert await rows(sources.database, members, id=of.id) == [(2,)]
    waiting = await rows(sources.database, "SELECT details->>'consultation' FROM audit_entry WHERE details ? 'doubts'")
    assert waiting == [(str(of.id),)]
