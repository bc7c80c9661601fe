"""Rules for listening: beyond this machine only with an access token."""

from ipaddress import ip_address

from server.config import Settings
from server.errors import SettingsError

# Least length; 16 hexadecimal digits cannot be guessed over a network.
TOKEN_LENGTH = 16


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
        SettingsError: The host is not loopback and no token is set, or the token is short.
    """
    token = settings.access_token
    if token is None and not is_loopback(settings.host):
        raise SettingsError(
            f"{settings.host} can be reached from other machines, and no access token is set.",
            hint="Set WTB_ACCESS_TOKEN, for example to what `openssl rand -hex 24` prints, "
            "or listen on 127.0.0.1.",
        )
    if token is not None and len(token.get_secret_value()) < TOKEN_LENGTH:
        raise SettingsError(
            f"The access token is shorter than {TOKEN_LENGTH} characters.",
            hint="Take what `openssl rand -hex 24` prints.",
        )
