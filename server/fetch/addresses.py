"""Which addresses may be connected to.

A stranger's page chooses the address that is downloaded. Without these rules it could make
the server read the router's pages, a database on the same machine, or the cloud's metadata
service, and learn from the answer what is there.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from server.errors import SettingsError

DEFAULT_PORTS = (80, 443)

_NOT_PUBLIC_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata at 100.100.100.200
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's wire server: a public number that only a guest reaches
        "169.254.0.0/16",  # link-local; metadata of AWS, Google and others at .169.254
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata at 192.0.0.192
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast, which `is_global` lets through
        "240.0.0.0/4",  # reserved, broadcast
    )
)
# The only IPv6 space with public hosts. Outside it, besides loopback and private ranges, are
# IPv4-compatible (::/96), IPv4-mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96 and
# 64:ff9b:1::/48), site-local (fec0::/10) and segment-routing (5f00::/16) addresses. Most of
# them pass `is_global`, and some lead to an IPv4 address of the sender's choice.
_GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo (holds an IPv4 address), ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: holds an IPv4 address
        "3fff::/20",  # documentation
    )
)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether this is the address of a host on the public internet.

    The ranges are those of IANA's special-purpose registries, listed here because what
    `ipaddress` knows differs between versions of Python; whatever else it refuses is refused
    as well.
    """
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_V4)
    return address in _GLOBAL_UNICAST_V6 and not any(
        address in network for network in _NOT_PUBLIC_V6
    )


@dataclass(frozen=True)
class AllowList:
    """Hosts and ports on one's own network from which downloads are allowed."""

    entries: frozenset[tuple[str, int]]

    @classmethod
    def parse(cls, texts: Iterable[str]) -> "AllowList":
        """Parse ``host:port`` or ``host`` (ports 80 and 443); IPv6 as ``[::1]:port``.

        Raises:
            SettingsError: An entry is neither.
        """
        entries: set[tuple[str, int]] = set()
        for text in texts:
            match = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([^\s:/\[\]@]+))(?::(\d{1,5}))?", text)
            if match is None or not 0 < int(match[3] or 80) < 65536:
                raise SettingsError(
                    f"{text!r} is not a host, or a host and a port.",
                    hint="WTB_FETCH_ALLOW is a list such as nas.home,127.0.0.1:9000,[::1]:9000",
                )
            host = (match[1] or match[2]).lower()
            ports = (int(match[3]),) if match[3] else DEFAULT_PORTS
            entries.update((host, port) for port in ports)
        return cls(frozenset(entries))

    def permits(self, host: str, port: int) -> bool:
        """Return whether this host, as the address gives it, is listed with this port."""
        return (host.strip("[]").lower().rstrip("."), port) in self.entries
