"""A scheduler of digests as a program, for runs under another clock than the machine's: `python -m … SETTINGS`.

`SETTINGS` is the JSON of the settings. It plans once, by its own clock, and prints the number of ranges.
"""

import asyncio
import json
import sys

from hub.channels.mail.digests import make_digests
from hub.db import Database
from hub.log.send_lease import SendingRight
from hub.rooms import register_rooms
from hub.settings import Settings
from hub.times import now


async def plan(settings: Settings) -> int:
    database = Database(settings, background=True)
    try:
        return await make_digests(database, settings, SendingRight(database, settings), now())
    finally:
        await database.dispose()


if __name__ == "__main__":
    register_rooms()
    print(asyncio.run(plan(Settings(**json.loads(sys.argv[1])))))
