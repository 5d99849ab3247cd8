"""Limits of unverified requests: per client, per registrable domain of the callback, and in all.

Names are free, so a limit per host name is none: whoever has a domain has all names below it. An address of a client
and a registrable domain cost something.
"""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from tld import get_fld

from hub.errors import RateLimited
from hub.outgoing.addresses import parse_ip_literal
from hub.problem_texts.templates import fill
from hub.web.client_ip import client_bucket
from hub.websub.rows import INTENT

MAX_PER_DOMAIN = 20
MAX_PER_CLIENT = 50
MAX_UNVERIFIED = 2_000
"""Requests that wait for their callbacks: the hub must not be usable to flood others, nor be flooded."""


def registrable_domain(host: str) -> str:
    """Return the domain that somebody registered (`example.com.vn`), by the public suffix list that `tld` contains.

    An address stands for itself, for IPv6 its /64; a name without a known suffix as well.
    """
    if (address := parse_ip_literal(host)) is not None:
        return client_bucket(str(address))
    name = host.rstrip(".").lower()
    found = get_fld(name, fail_silently=True, fix_protocol=True, search_private=False)
    return (found or name)[:255]


async def check_unverified(session: AsyncSession, *, key: str, client: str, domain: str) -> None:
    """Raise `RateLimited` if too many other requests wait for this client, for this domain, or in all."""
    query = select(
        func.count(),
        func.count().filter(INTENT.c.client == client),
        func.count().filter(INTENT.c.domain == domain),
    ).where(INTENT.c.key != key)
    total, of_client, of_domain = (await session.execute(query)).one()
    if of_domain >= MAX_PER_DOMAIN:
        raise RateLimited(fill("{domain} has too many unconfirmed requests.", domain=domain), field="hub.callback")
    if of_client >= MAX_PER_CLIENT:
        raise RateLimited("Your address has too many unconfirmed requests.", field="hub.callback")
    if total >= MAX_UNVERIFIED:
        raise RateLimited("Too many requests wait for confirmation; try again later.", field="hub.callback")
