"""What one connection, one client and all of them together may hold.

A connection costs a socket and no thread, so many of them are allowed; when they run out, the
one makes room that has been idle for longest, never one whose request is being served. A web page
can make a browser open some 250 (Chromium) or 900 (Firefox) connections without a word.
"""

import resource
from contextlib import suppress
from typing import Final

# Connections open at the same time, in all and from one address.
CONNECTIONS: Final = 512
CONNECTIONS_OF_CLIENT: Final = 384
# Bytes of the first line: the longest documented address (8,192 characters, which a browser may
# write with three bytes each) and whatever else belongs into the line.
LINE_BYTES: Final = 32 * 1024
# Of the line and all headers.
HEAD_BYTES: Final = 64 * 1024
# Of one body; which of them are read, and how far, the application decides by their kind.
BODY_BYTES: Final = 20 * 2**20
# Of all bodies that are in memory at one time.
BODIES_BYTES: Final = 160 * 2**20
# Seconds without a byte after which a connection is closed.
IDLE_SECONDS: Final = 30.0
# The same between two requests. It is more than any client is ever asked to wait before it comes
# back (30 s), or the next request would meet a connection that is just being closed.
KEPT_SECONDS: Final = 60.0
# Seconds from a request's first byte to the end of its headers, and to its last byte.
HEAD_SECONDS: Final = 20.0
REQUEST_SECONDS: Final = 180.0
# Seconds that a client may go on sending after a refusal; closing at once could tear the answer
# out of its hands.
LINGER_SECONDS: Final = 5.0

# Descriptors for everything else: the database, downloads, children.
_OTHER_FILES: Final = 300


def most_connections() -> int:
    """Return how many connections may be open, after asking the system for as many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + _OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return CONNECTIONS
    return max(16, min(CONNECTIONS, soft - _OTHER_FILES))
