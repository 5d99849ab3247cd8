"""The queue of moderation: what waits comes first, with texts and findings, in pages that meet."""

from uuid import uuid4

from sqlalchemy import text, update

from hub.consultation.comments.models import AuthorKind, AuthorShown, CommentState
from tests.support.moderation_desk import COMMENT, PHONE, Desk, results


async def test_the_queue_has_those_that_wait_first_with_texts_findings_and_filters(desk: Desk) -> None:
    ids = [
        await desk.add("Công khai rồi."),
        await desk.wait("private_data", written=f"Gọi tôi {PHONE}.", author_kind=AuthorKind.business, ref="dieu-5"),
        await desk.wait("quota", "private_data", name="a@example.vn", shown=AuthorShown.name),
        await desk.wait("review_first", name="Không hiện", shown=AuthorShown.kind),
        await desk.add(state=CommentState.withdrawn),
    ]
    batch = (await desk.decided("hide", ids[0], reason="off_topic"))["batch"]
    found = await desk.queue()
    assert [one["id"] for one in found["items"]] == [str(ids[at]) for at in (1, 2, 3, 0)]
    phone, mail, unseen, hidden = found["items"]
    at = phone["text"].index(PHONE)
    assert phone["findings"] == [{"kind": "phone", "part": "text", "start": at, "end": at + len(PHONE)}]
    assert [(one["kind"], one["part"]) for one in mail["findings"]] == [("email", "name")]
    assert (unseen["author"]["name"], mail["author"]["name"]) == (None, "a@example.vn")
    assert (hidden["reason"], hidden["batch"], unseen["batch"]) == ("off_topic", batch, None)
    assert found["counts"] == {
        "review_first": False,
        "waiting": 3,
        "public": 0,
        "hidden": 1,
        "unanswered": 0,
        "held_for": [
            {"held_for": "quota", "count": 1},
            {"held_for": "private_data", "count": 2},
            {"held_for": "review_first", "count": 1},
        ],
        "reasons": [{"reason": "off_topic", "count": 1}],
    }
    for params, places in (
        ({"state": "hidden"}, [0]),
        ({"held_for": "private_data"}, [1, 2]),
        ({"held_for": ["quota", "review_first"]}, [2, 3]),
        ({"ref": "dieu-5"}, [1]),
        ({"author_kind": "business"}, [1]),
        ({"reason": "off_topic"}, [0]),
        ({"reason": "insult"}, []),
    ):
        assert [one["id"] for one in (await desk.queue(**params))["items"]] == [str(ids[at]) for at in places]


async def test_pages_of_the_queue_meet_while_comments_are_decided(desk: Desk) -> None:
    waiting = [await desk.wait() for _ in range(4)]
    public = [await desk.add() for _ in range(3)]
    seen, cursor = [], None
    while True:
        page = await desk.queue(limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [one["id"] for one in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert seen == [str(id_) for id_ in (*waiting, *public)]
    first = (await desk.queue(limit=2))["next"]
    await desk.decided("publish", *waiting[:2])
    rest = await desk.queue(limit=50, cursor=first)
    assert [one["id"] for one in rest["items"]] == [str(id_) for id_ in (*waiting[2:], *waiting[:2], *public)]
    other = await desk.client.get(desk.path, params={"cursor": first, "state": "public"}, headers=desk.headers)
    assert other.json()["code"] == "invalid_cursor"


async def test_near_copies_show_how_many_they_are(desk: Desk) -> None:
    first, second, hidden = await desk.wait(), await desk.wait(), await desk.add()
    group = uuid4()
    made = (
        "INSERT INTO comment_group (id, consultation_id, representative_id, made_at, changed_at) "
        "VALUES (:id, :of, :first, now(), now())"
    )
    async with desk.database.write() as session:
        await session.execute(text(made), {"id": group, "of": desk.id, "first": first})
        await session.execute(update(COMMENT).where(COMMENT.c.id.in_([first, hidden])).values(group_id=group))
    await desk.decided("hide", hidden, reason="repeated")
    found = {one["id"]: one["group"] for one in (await desk.queue())["items"]}
    assert found[str(first)] == found[str(hidden)] == {"id": str(group), "count": 2}
    assert found[str(second)] is None


async def test_an_unreadable_comment_is_listed_without_text_and_can_be_hidden(desk: Desk) -> None:
    id_ = await desk.wait()
    async with desk.database.write() as session:
        await session.execute(text("DELETE FROM comment_key"))
    [found] = (await desk.queue())["items"]
    assert (found["text"], found["findings"], found["author"]["name"]) == (None, [], None)
    assert results(await desk.decided("hide", id_, reason="meaningless")) == ["decided"]


async def test_the_queue_of_a_node_has_what_is_below_it(desk: Desk) -> None:
    for ref in ("dieu-1", "dieu-1/khoan-2", "dieu-11", None):
        await desk.wait(ref=ref)
    assert [one["ref"] for one in (await desk.queue(ref="dieu-1"))["items"]] == ["dieu-1", "dieu-1/khoan-2"]
