"""Rules for listening: beyond this machine only with an access token."""

import math
from collections import Counter
from collections.abc import Sequence
from ipaddress import ip_address
from itertools import pairwise

from server.config import Settings
from server.errors import SettingsError

# Least length; 16 hexadecimal digits cannot be guessed over a network.
TOKEN_LENGTH = 16
# Least strength in bits, as `token_bits` estimates it. Of 200,000 random tokens of 16 hexadecimal
# digits the weakest came to 32.3, so hardly any that was drawn at random is refused.
TOKEN_BITS = 32
# Rows of keys; the first stands for the order of the alphabet.
_ROWS = (
    (),
    ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"),
    ("1234567890", "qwertzuiop", "asdfghjkl", "yxcvbnm,.-"),
    ("1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn,;:"),
)
_KEYBOARDS = tuple(
    {key: (x, y) for y, row in enumerate(rows) for x, key in enumerate(row)} for rows in _ROWS
)
_UNSHIFTED = str.maketrans("!@#$%^&*()", "1234567890")


def is_loopback(host: str) -> bool:
    """Return whether ``host`` (a name, or an address with or without brackets) is loopback."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_listening(settings: Settings) -> None:
    """Refuse to listen to others without an access token.

    Raises:
        SettingsError: The host is not loopback and no token is set, or the token is weak.
    """
    token = settings.access_token
    if token is None and not is_loopback(settings.host):
        raise SettingsError(
            f"{settings.host} can be reached from other machines, and no access token is set.",
            hint="Set WTB_ACCESS_TOKEN, for example to what `openssl rand -hex 24` prints, "
            "or listen on 127.0.0.1.",
        )
    if token is None:
        return
    hint = "Take what `openssl rand -hex 24` prints."
    if len(token.get_secret_value()) < TOKEN_LENGTH:
        raise SettingsError(
            f"The access token is shorter than {TOKEN_LENGTH} characters.", hint=hint
        )
    if token_bits(token.get_secret_value()) < TOKEN_BITS:
        raise SettingsError("The access token is too easy to guess.", hint=hint)


def token_bits(token: str) -> float:
    """Estimate the strength of a token in bits.

    Counts a part that is repeated once, and takes the lowest of the entropy of its
    characters and of the steps from each to the next, which are all the same in "abcdef",
    and on a keyboard in "qwerty".
    """
    period = (token + token).find(token, 1)
    once = token[: max(1, period)].lower().translate(_UNSHIFTED)
    walks = ([keys.get(key, (ord(key), 0)) for key in once] for keys in _KEYBOARDS)
    steps = ([(x - a, y - b) for (a, b), (x, y) in pairwise(walk)] for walk in walks)
    return min(_entropy(list(once)), *map(_entropy, steps))


def _entropy(parts: Sequence[object]) -> float:
    """Estimate the entropy of a short sequence, in bits for the whole of it.

    Shannon's formula on the counts comes out too low where there are few of them; Miller and
    Madow's correction adds half a nat for each different part but the first.
    """
    counts = Counter(parts).values()
    shannon = -sum(count * math.log2(count / len(parts)) for count in counts)
    return shannon + max(0, len(counts) - 1) / 2 * math.log2(math.e)
