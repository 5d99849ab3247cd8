"""A small app: the newest policies, a search, and a copy in SQLite, for which only changes are asked for again."""

import json
import sqlite3
import sys
from itertools import islice

from policyhub import GraphQLRefused, Hub, Refused, SyncPage


class Phone:
    """A copy in SQLite: the items, and the place in the log, in one transaction."""

    def __init__(self, path: str):
        self.db = sqlite3.connect(path)
        self.db.execute("CREATE TABLE IF NOT EXISTS item (id, lang, json, PRIMARY KEY (id, lang))")
        self.db.execute("CREATE TABLE IF NOT EXISTS place (position)")

    def get_position(self) -> str | None:
        """Return the position stored last."""
        found = self.db.execute("SELECT position FROM place").fetchone()
        return None if found is None else str(found[0])

    def apply(self, page: SyncPage) -> None:
        """Store a page: all of it or nothing."""
        with self.db:
            if page.begins:
                self.db.execute("DELETE FROM item")
            for key, item in page.items.items():
                self.db.execute("DELETE FROM item WHERE id = ? AND lang = ?", key)
                if item is not None:
                    self.db.execute("INSERT INTO item VALUES (?, ?, ?)", (*key, json.dumps(item)))
            self.db.execute("DELETE FROM place")
            self.db.execute("INSERT INTO place VALUES (?)", (page.position,))

    def count(self) -> int:
        """Return the number of items."""
        return int(self.db.execute("SELECT count(*) FROM item").fetchone()[0])


def main(url: str, path: str) -> None:
    """Run the app."""
    with Hub(url, lang="vi") as hub:
        for policy in islice(hub.policies(limit=2), 3):
            print("home:", policy["number"], policy["title"])
        for found in islice(hub.search(q="truyen thong chinh sach", limit=3), 6):
            print("found:", found["kind"], found["highlight"])
        first = next(hub.policies(limit=1))
        print("whole:", len(hub.policy(first["id"])["nodes"]))
        phone = Phone(path)
        changes = hub.sync(phone, kind=["policy"])
        print("copy:", phone.count(), "items,", "changes" if changes else "no change")
        print("topics:", len(list(hub.topics())))
        try:
            hub.get("/api/v1/policies", {"page": 2})
        except Refused as refused:
            print("refused:", refused.code, refused.field)
        try:
            hub.graphql("{ policies(first: 0) { edges { cursor } } }")
        except GraphQLRefused as refused:
            print("refused:", refused.code)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
