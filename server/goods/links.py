"""Links to products: whether two lead to one page, their host, and what a shop is known by.

All take safe links (see `server.goods.safe_text.safe_link`).
"""

import re
import unicodedata
from urllib.parse import parse_qsl, urlencode, urlsplit

_TRACKING = re.compile(
    r"utm_.*|g(?:clid|braid|clsrc|ad_.*)|wbraid|[dy]clid|fbclid|msclkid|srsltid|igshid|mc_[ce]id"
    r"|_g[al]|t(?:w|t)clid|li_fat_id|epik|hsa_.*|_hs(?:enc|mi)|mkt_tok|(?:pk|mtm)_.*|wt_mc|spm"
    r"|_(?:pos|g?sid|ss|psq)|_trk(?:sid|parms)|mk(?:cid|evt|rid)|campid|toolid|ref_|aff_?id"
    r"|(?:ir)?clickid|irgwc|awc|sscid|cjevent|ran(?:mid|eaid|siteid)"
    r"|napm|n_(?:media|query|rank|ad|ad_group|campaign_type)",
    re.IGNORECASE,
)


def canonical_link(link: str) -> str:
    """Return a product page's address without the parameters that only track visitors.

    The result is for comparing, not for opening.
    """
    parts = urlsplit(link)
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    kept = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(name)
    )
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{host_of(link)}{port}{parts.path.rstrip('/')}{query}"


def host_of(link: str) -> str:
    """Return the host of a link without ``www.``, to name a shop that has no name."""
    return (urlsplit(link).hostname or "").removeprefix("www.")


def shop_key(name: str) -> str:
    """Return what a shop is recognised by, given its name or its host."""
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return plain.removeprefix("www.")


def shop_keys(shop: str | None, link: str) -> frozenset[str]:
    """Return every key by which the shop behind a link may be named."""
    names = (shop or "", host_of(link))
    return frozenset(key for key in map(shop_key, names) if key)
