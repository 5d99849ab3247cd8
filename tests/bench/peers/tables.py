"""The tables of the peers: a database of its own beside the hub's, on the same server, with indexes, analysed."""

from urllib.parse import urlsplit, urlunsplit

import asyncpg

from tests.bench.peers.rows import Policy

NAME = "peers"

_TABLES = """
    CREATE TABLE agency (id int PRIMARY KEY, code text NOT NULL, name text NOT NULL);
    CREATE TABLE topic (id int PRIMARY KEY, slug text NOT NULL, name text NOT NULL);
    CREATE TABLE policy (id int PRIMARY KEY, title text NOT NULL, number text, summary text, body text, status text,
        issued_on date, effective_on date, published_at timestamptz, url text, agency_id int REFERENCES agency);
    CREATE TABLE policy_topic (policy_id int REFERENCES policy, topic_id int REFERENCES topic,
        PRIMARY KEY (policy_id, topic_id));
"""
_INDEXES = """
    CREATE INDEX ON policy (published_at DESC, id DESC);
    CREATE INDEX ON policy (agency_id);
    CREATE INDEX ON policy_topic (policy_id);
    CREATE INDEX ON policy_topic (topic_id);
"""


def peers_url(url: str) -> str:
    """The address of the peers' database on the server of the hub's."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{NAME}"))


async def fill_tables(url: str, policies: list[Policy]) -> None:
    """Create the database anew and copy the policies into it."""
    admin = await asyncpg.connect(url)
    await admin.execute(f"DROP DATABASE IF EXISTS {NAME}")
    await admin.execute(f"CREATE DATABASE {NAME}")
    await admin.close()
    own = await asyncpg.connect(peers_url(url))
    await own.execute(_TABLES)
    agencies = {one.agency.id: one.agency for one in policies}
    topics = {topic.id: topic for one in policies for topic in one.topics}
    await own.copy_records_to_table("agency", records=[(one.id, one.code, one.name) for one in agencies.values()])
    await own.copy_records_to_table("topic", records=[(one.id, one.slug, one.name) for one in topics.values()])
    await own.copy_records_to_table("policy", records=[_row(one) for one in policies])
    links = [(one.id, topic.id) for one in policies for topic in one.topics]
    await own.copy_records_to_table("policy_topic", records=links)
    await own.execute(_INDEXES)
    await own.execute("VACUUM ANALYZE")
    await own.close()


def _row(one: Policy) -> tuple[object, ...]:
    about = one.title, one.number, one.summary, one.body, "live", one.issued_on, one.effective_on, one.published_at
    return one.id, *about, one.url, one.agency.id
