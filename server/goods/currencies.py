"""Which currency a symbol means on a page, and how many digits it has after the point.

ISO 4217 gives the codes and minor units. A symbol alone (``$``, ``kr``, ``¥``) is shared by
several currencies; the page's language, country and the codes it names elsewhere decide.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from server.goods.numerals import WHOLE_IN_SHOPS

CODES = frozenset({
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT",
    "BGN", "BHD", "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD",
    "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD",
    "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ",
    "GYD", "HKD", "HNL", "HRK", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD",
    "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP",
    "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR",
    "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB",
    "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD",
    "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL",
    "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU",
    "UZS", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
})  # fmt: skip
_NO_MINOR = frozenset({
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
    "XAF", "XOF", "XPF",
})  # fmt: skip
_THREE_MINOR = frozenset({
    "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND",
})  # fmt: skip

_DOLLARS = {
    "US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "TW": "TWD",
    "MX": "MXN", "AR": "ARS", "CL": "CLP", "CO": "COP", "UY": "UYU", "EC": "USD", "PR": "USD",
}  # fmt: skip
_CROWNS = {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK", "FO": "DKK", "GL": "DKK"}
_YEN = {"JP": "JPY", "CN": "CNY"}
_RUPEES = {"IN": "INR", "PK": "PKR", "LK": "LKR", "NP": "NPR", "MU": "MUR"}
_YUAN = {"CN": "CNY", "TW": "TWD", "HK": "HKD"}
_BY_COUNTRY = {"$": _DOLLARS, "kr": _CROWNS, "¥": _YEN, "rs": _RUPEES, "元": _YUAN}
_UNLESS_TOLD = {"¥": "JPY", "元": "CNY", "rs": "INR"}
_PLAIN = {
    "€": "EUR", "euro": "EUR", "eur": "EUR", "£": "GBP", "円": "JPY", "₩": "KRW", "원": "KRW",
    "zł": "PLN", "zl": "PLN", "kč": "CZK", "ft": "HUF", "lei": "RON", "лв": "BGN", "₽": "RUB",
    "руб": "RUB", "р": "RUB", "₴": "UAH", "грн": "UAH", "₺": "TRY", "tl": "TRY", "₹": "INR",
    "₪": "ILS", "฿": "THB", "บาท": "THB", "₫": "VND", "đ": "VND", "vnđ": "VND", "rp": "IDR",
    "rm": "MYR", "₱": "PHP", "fr": "CHF", "sfr": "CHF", "chf": "CHF", "r$": "BRL",
    "৳": "BDT", "₵": "GHS", "gh₵": "GHS", "₼": "AZN", "₲": "PYG", "₡": "CRC", "₮": "MNT",
    "֏": "AMD", "s/": "PEN", "rd$": "DOP", "ksh": "KES", "php": "PHP", "us$": "USD",
    "au$": "AUD", "a$": "AUD", "ca$": "CAD", "c$": "CAD", "cdn$": "CAD",
    "nz$": "NZD", "hk$": "HKD", "nt$": "TWD", "s$": "SGD", "sg$": "SGD", "mx$": "MXN",
    "$u": "UYU", "₦": "NGN", "₸": "KZT", "₾": "GEL", "د.إ": "AED", "ر.س": "SAR",
}  # fmt: skip
# Letters that mean a currency on the pages of its own country only.
LOCAL_SYMBOLS = {
    "ZAR": ("R",), "BAM": ("KM",), "HRK": ("kn",), "RSD": ("din", "дин"), "MKD": ("ден", "den"),
    "KES": ("KSh", "Ksh", "KSHS"), "TZS": ("TSh",), "UGX": ("USh",), "EGP": ("LE", "EGP", "ج.م"),
    "MAD": ("DH", "Dhs", "dh", "درهم"), "AED": ("Dhs", "DHS", "Dh", "dh"), "SAR": ("SR", "ريال"),
    "QAR": ("QR",), "KWD": ("KD", "د.ك"), "BHD": ("BD",), "KZT": ("тг", "тенге"),
    "UZS": ("сум", "so'm"), "BDT": ("Tk", "TK"), "PHP": ("P", "Php", "PHP"), "GTQ": ("Q",),
    "HNL": ("L",), "BOB": ("Bs",), "VES": ("Bs",), "NIO": ("C$",), "PYG": ("Gs",), "BYN": ("р",),
    "TND": ("DT", "د.ت"), "DZD": ("DA", "دج"), "MUR": ("Rs",), "NPR": ("Rs", "रु"),
    "IRR": ("تومان",),
}  # fmt: skip
_EURO_COUNTRIES = (
    "AT", "BE", "CY", "DE", "EE", "ES", "EU", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PT", "SI", "SK", "ME", "AD", "SM", "MC",
)  # fmt: skip
# The currency of a country, by the country's code in addresses and languages.
_OWN = {
    **dict.fromkeys(_EURO_COUNTRIES, "EUR"), **_DOLLARS, **_CROWNS, **_YEN, **_RUPEES,
    "GB": "GBP", "CH": "CHF", "LI": "CHF", "PL": "PLN", "CZ": "CZK", "HU": "HUF", "RO": "RON",
    "BG": "BGN", "RS": "RSD", "BA": "BAM", "MK": "MKD", "AL": "ALL", "MD": "MDL", "UA": "UAH",
    "RU": "RUB", "BY": "BYN", "KZ": "KZT", "UZ": "UZS", "GE": "GEL", "AM": "AMD", "AZ": "AZN",
    "TR": "TRY", "IL": "ILS", "AE": "AED", "SA": "SAR", "QA": "QAR", "KW": "KWD", "BH": "BHD",
    "OM": "OMR", "JO": "JOD", "EG": "EGP", "MA": "MAD", "TN": "TND", "DZ": "DZD", "ZA": "ZAR",
    "NG": "NGN", "KE": "KES", "GH": "GHS", "TZ": "TZS", "UG": "UGX", "BR": "BRL", "PE": "PEN",
    "BO": "BOB", "PY": "PYG", "VE": "VES", "CR": "CRC", "GT": "GTQ", "HN": "HNL", "NI": "NIO",
    "DO": "DOP", "KR": "KRW", "TH": "THB", "VN": "VND", "MY": "MYR", "ID": "IDR", "PH": "PHP",
    "BD": "BDT", "IR": "IRR",
}  # fmt: skip
_LANGUAGE_COUNTRY = {
    "sv": "SE", "nb": "NO", "nn": "NO", "no": "NO", "da": "DK", "is": "IS", "ja": "JP",
    "hi": "IN", "si": "LK", "ur": "PK",
}  # fmt: skip
_HOST_COUNTRY = re.compile(r"\.([a-z]{2})$")
_LANGUAGE = re.compile(r"^\s*([A-Za-z]{2,3})(?:[-_](?:[A-Za-z]{4}[-_])?([A-Za-z]{2}))?\b")
_GENERIC_COUNTRY_DOMAINS = frozenset({
    "co", "io", "ai", "me", "tv", "cc", "ly", "gg", "to", "fm",
})  # fmt: skip


def minor_units(currency: str | None) -> int:
    """Digits after the point by ISO 4217; 2 where the currency is unknown."""
    if currency in _NO_MINOR:
        return 0
    return 3 if currency in _THREE_MINOR else 2


def whole_amounts(currency: str | None) -> bool:
    """True where shops write no fractions, so that a point can only part the thousands."""
    return currency in _NO_MINOR or currency in WHOLE_IN_SHOPS


def iso_code(value: object) -> str | None:
    """The ISO 4217 code that a piece of markup names (``usd``, ``EUR``, ``€``), else None."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text.upper() in CODES:
        return text.upper()
    return _PLAIN.get(text.lower().rstrip("."))


@dataclass(frozen=True, slots=True)
class Place:
    """What the page tells of where it sells: language, country, codes that it names."""

    language: str | None = None
    country: str | None = None
    named: frozenset[str] = field(default_factory=frozenset)
    # The country is the one in the address.
    addressed: bool = False

    @property
    def own(self) -> str | None:
        """The currency of the country."""
        return _OWN.get(self.country or "")

    def currency(self, symbol: str | None) -> str | None:
        """The code that a symbol or code in the page's text means; None where it may be several."""
        if not symbol:
            return None
        key = symbol.replace(" ", "").lower().rstrip(".")
        key = {"￥": "¥", "₨": "rs"}.get(key, key)
        if key.upper() in CODES:
            return key.upper()
        if self.own and key in (letters.lower() for letters in LOCAL_SYMBOLS.get(self.own, ())):
            return self.own
        return _PLAIN.get(key) or self._of_several(key)

    def _of_several(self, key: str) -> str | None:
        shared = _BY_COUNTRY.get(key)
        if shared is None:
            return None
        fitting = set(shared.values()) & self.named
        if len(fitting) == 1:
            return fitting.pop()
        if self.country in shared:
            return shared[self.country]
        if key == "$" and self.language in {None, "en"} and self.country is None:
            return "USD"
        return _UNLESS_TOLD.get(key)


def place_of(url: str, language: str | None, named: frozenset[str]) -> Place:
    """Read the place from the address, the ``lang`` of the page and the codes in it.

    A country in the host's name comes first (``shop.com.au``), then the one in the language
    (``en-AU``), then the country that alone speaks the language.
    """
    match = _LANGUAGE.match(language or "")
    spoken = match[1].lower() if match else None
    region = match[2].upper() if match and match[2] else None
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    domain = _HOST_COUNTRY.search(host)
    country = None
    if domain and domain[1] not in _GENERIC_COUNTRY_DOMAINS:
        country = domain[1].upper().replace("UK", "GB")
    addressed = country is not None
    if country is None:
        country = region or _LANGUAGE_COUNTRY.get(spoken or "")
    return Place(spoken, country, named, addressed)
