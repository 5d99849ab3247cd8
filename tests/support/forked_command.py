"""The near end of `tests/support/command_pool.py`: hands a command over, and ends as it does.

It is started without the site's packages and imports little (not pathlib either), so that it begins within a moment.
"""

import json
import os
import socket
import sys

if __name__ == "__main__":
    asked = {"words": sys.argv[2:], "folder": os.getcwd(), "environment": dict(os.environ)}  # noqa: PTH109
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(sys.argv[1])
        sent = json.dumps(asked).encode()
        socket.send_fds(connection, [f"{len(sent):08x}".encode()], [0, 1, 2])
        connection.sendall(sent)
        code = int(connection.recv(16) or b"1")
    if code < 0:
        os.kill(os.getpid(), -code)
    sys.exit(code)
