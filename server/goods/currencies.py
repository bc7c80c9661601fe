"""Currencies: their ISO 4217 codes and minor units, and which symbol means which of them where.

Most symbols mean one currency everywhere. Some (``$``, ``kr``, ``¥``) are shared by several, and
some letters (``R``, ``KM``) mean one only where it is used. The two ways to settle these differ in
what is known: a page names its language, country and codes (`Place`); of a price alone, only the
buyer's country and currency are known (`currency_of`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_NO_MINOR_UNIT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_TWO_DIGITS = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD"
    " CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD"
    " GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD"
    " MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP"
    " PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS"
    " TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
# No longer in use, but still written on pages and in old feeds.
_FORMER = "BGN HRK"
# Digits after the point by currency code (ISO 4217, list one).
MINOR_UNITS: Mapping[str, int] = (
    dict.fromkeys(_NO_MINOR_UNIT.split(), 0)
    | dict.fromkeys(_THREE_DIGITS.split(), 3)
    | dict.fromkeys(f"{_TWO_DIGITS} {_FORMER}".split(), 2)
)
# Currencies with minor units that shops leave out: ``34.000`` is thirty-four thousand.
WHOLE_IN_SHOPS = frozenset({"COP", "CRC", "HUF", "IDR", "IQD", "IRR", "KZT"})

# Symbols that mean one currency everywhere, as they are written.
SIGNS: dict[str, str] = {
    "€": "EUR", "£": "GBP", "円": "JPY", "₩": "KRW", "￦": "KRW", "원": "KRW", "₽": "RUB",
    "₴": "UAH", "₺": "TRY", "₹": "INR", "₪": "ILS", 'ש"ח': "ILS", "ש״ח": "ILS", "฿": "THB",
    "บาท": "THB", "₫": "VND", "₱": "PHP", "₦": "NGN", "₸": "KZT", "₾": "GEL", "৳": "BDT",
    "₵": "GHS", "GH₵": "GHS", "₼": "AZN", "₲": "PYG", "₡": "CRC", "₮": "MNT", "֏": "AMD",
    "S/": "PEN", "人民币": "CNY", "ج.م": "EGP", "د.ك": "KWD", "د.إ": "AED",
    "ر.س": "SAR", "руб": "RUB", "грн": "UAH", "лв": "BGN",
    "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "CDN$": "CAD",
    "NZ$": "NZD", "HK$": "HKD", "NT$": "TWD", "S$": "SGD", "SG$": "SGD", "MX$": "MXN",
    "AR$": "ARS", "CL$": "CLP", "R$": "BRL", "RD$": "DOP", "$U": "UYU",
}  # fmt: skip
# The same for abbreviations, which mean nothing where another letter follows.
ABBREVIATIONS: dict[str, str] = {
    "euro": "EUR", "Euro": "EUR", "euros": "EUR", "Euros": "EUR", "zł": "PLN", "zl": "PLN",
    "Kč": "CZK", "Ft": "HUF", "lei": "RON", "Lei": "RON", "LEI": "RON",
    "TL": "TRY", "Rp": "IDR", "RM": "MYR",
    "Fr": "CHF", "SFr": "CHF", "VNĐ": "VND", "đ": "VND", "KSh": "KES", "Ksh": "KES",
    "Php": "PHP", "RMB": "CNY", "р": "RUB", "Tk": "BDT",
}  # fmt: skip
# Written behind a Swedish amount in place of its öre: ``299:-``.
SWEDISH_MARK = ":-"

_DOLLARS = {
    "US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "TW": "TWD",
    "MX": "MXN", "AR": "ARS", "CL": "CLP", "CO": "COP", "UY": "UYU", "EC": "USD", "PR": "USD",
    "DO": "DOP", "FJ": "FJD", "JM": "JMD", "BS": "BSD", "BB": "BBD", "BZ": "BZD", "TT": "TTD",
    "AG": "XCD", "NA": "NAD",
}  # fmt: skip
_CROWNS = {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK", "FO": "DKK", "GL": "DKK"}
_YEN = {"JP": "JPY", "CN": "CNY"}
_RUPEES = {"IN": "INR", "PK": "PKR", "LK": "LKR", "NP": "NPR", "MU": "MUR"}
_YUAN = {"CN": "CNY", "TW": "TWD", "HK": "HKD"}
# Symbols that several countries share: whose currency they mean in which of them.
SHARED: Mapping[str, Mapping[str, str]] = {
    "$": _DOLLARS, "kr": _CROWNS, "Kr": _CROWNS, "¥": _YEN, "￥": _YEN, "Rs": _RUPEES,
    "₨": _RUPEES, "元": _YUAN,
}  # fmt: skip
# What they mean on a page that names no country.
_BY_DEFAULT = {"¥": "JPY", "￥": "JPY", "元": "CNY", "rs": "INR", "₨": "INR"}
# Letters that mean a currency on the pages of its own country only.
LOCAL_SYMBOLS = {
    "ZAR": ("R",), "BAM": ("KM",), "HRK": ("kn",), "RSD": ("din", "дин"), "MKD": ("ден", "den"),
    "KES": ("KSh", "Ksh", "KSHS"), "TZS": ("TSh",), "UGX": ("USh",), "EGP": ("LE", "EGP", "ج.م"),
    "MAD": ("DH", "Dhs", "dh", "درهم"), "AED": ("Dhs", "DHS", "Dh", "dh"), "SAR": ("SR", "ريال"),
    "QAR": ("QR",), "KWD": ("KD", "د.ك"), "BHD": ("BD",), "KZT": ("тг", "тенге"),
    "UZS": ("сум", "so'm"), "BDT": ("Tk", "TK"), "PHP": ("P", "Php", "PHP"), "GTQ": ("Q",),
    "HNL": ("L",), "BOB": ("Bs",), "VES": ("Bs",), "NIO": ("C$",), "PYG": ("Gs",), "BYN": ("р",),
    "TND": ("DT", "د.ت"), "DZD": ("DA", "دج"), "MUR": ("Rs",), "NPR": ("Rs", "रु"),
    "IRR": ("تومان",), "TWD": ("NT",),
}  # fmt: skip
_EURO_COUNTRIES = (
    "AT", "BE", "BG", "CY", "DE", "EE", "ES", "EU", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU",
    "LV", "MT", "NL", "PT", "SI", "SK", "ME", "AD", "SM", "MC",
)  # fmt: skip
# The currency of a country, by the country's code in addresses and languages. manifest-builder
# reads it from this file alone and writes it into the interface.
CURRENCY_OF_COUNTRY: Mapping[str, str] = {
    **dict.fromkeys(_EURO_COUNTRIES, "EUR"), **_DOLLARS, **_CROWNS, **_YEN, **_RUPEES,
    "GB": "GBP", "CH": "CHF", "LI": "CHF", "PL": "PLN", "CZ": "CZK", "HU": "HUF", "RO": "RON",
    "RS": "RSD", "BA": "BAM", "MK": "MKD", "AL": "ALL", "MD": "MDL", "UA": "UAH",
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
    "co", "io", "ai", "me", "tv", "cc", "ly", "gg", "to", "fm", "ag", "bz",
})  # fmt: skip
_LONGEST_SYMBOL = 64


def _key(symbol: str) -> str:
    return "".join(symbol.split()).lower().rstrip(".")


_MEANING = {_key(symbol): code for symbol, code in (SIGNS | ABBREVIATIONS).items()}
_MEANING[SWEDISH_MARK] = "SEK"
_SHARED = {_key(symbol): countries for symbol, countries in SHARED.items()}
_LOCAL = {code: frozenset(map(_key, letters)) for code, letters in LOCAL_SYMBOLS.items()}


def minor_units(currency: str | None) -> int:
    """Return the number of digits after the point by ISO 4217; 2 for an unknown currency."""
    return MINOR_UNITS.get(currency or "", 2)


def whole_amounts(currency: str | None) -> bool:
    """Return True where shops write no fractions, so that a point can only part thousands."""
    return currency in WHOLE_IN_SHOPS or minor_units(currency) == 0


def iso_code(value: object) -> str | None:
    """Return the ISO 4217 code that a code or symbol (``usd``, ``EUR``, ``€``) means everywhere."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text.upper() in MINOR_UNITS:
        return text.upper()
    return _MEANING.get(_key(text))


def currency_of_country(country: str | None) -> str | None:
    """Return the currency of a country, given by its ISO 3166 code."""
    return CURRENCY_OF_COUNTRY.get((country or "").upper())


def possible_currencies(symbol: str) -> frozenset[str]:
    """Return every currency that a symbol means in one country or another."""
    key = _key(symbol)
    local = {code for code, letters in _LOCAL.items() if key in letters}
    code = iso_code(symbol)
    return frozenset({*_SHARED.get(key, {}).values(), *local, *([code] if code else [])})


def currency_of(symbol: object, country: str | None, currency: str | None) -> str | None:
    """Return the currency that a symbol or code means to a buyer, where that is certain.

    A shared symbol means the one of its currencies that the buyer's country or the buyer uses:
    vendors are asked for a country and write prices as shops there do. Where that leaves two
    currencies, or none, the result is None.

    Args:
        symbol: The symbol or code; anything but a short text is None.
        country: The buyer's country (ISO 3166).
        currency: The buyer's currency (ISO 4217).
    """
    if not isinstance(symbol, str) or len(symbol) > _LONGEST_SYMBOL:
        return None
    key = _key(symbol)
    own = currency_of_country(country)
    if key.upper() in MINOR_UNITS:
        return key.upper()
    if key in _LOCAL.get(own or "", ()):
        return own
    if key in _MEANING:
        return _MEANING[key]
    meant = {own, (currency or "").upper()} & set(_SHARED.get(key, {}).values())
    return meant.pop() if len(meant) == 1 else None


@dataclass(frozen=True, slots=True)
class Place:
    """What a page says about where it sells.

    Attributes:
        language: Its language (ISO 639), lower case.
        country: Its country (ISO 3166).
        named: The currency codes that it names.
        addressed: Whether the country is the one in the address.
    """

    language: str | None = None
    country: str | None = None
    named: frozenset[str] = field(default_factory=frozenset)
    addressed: bool = False

    @property
    def own(self) -> str | None:
        """The currency of the country."""
        return currency_of_country(self.country)

    def currency(self, symbol: str | None) -> str | None:
        """Return the code that a symbol or code means here; None where it may be several."""
        if not symbol:
            return None
        key = _key(symbol)
        if key.upper() in MINOR_UNITS:
            return key.upper()
        if key in _LOCAL.get(self.own or "", ()):
            return self.own
        return _MEANING.get(key) or self._of_several(key)

    def _of_several(self, key: str) -> str | None:
        shared = _SHARED.get(key)
        if shared is None:
            return None
        fitting = set(shared.values()) & self.named
        if len(fitting) == 1:
            return fitting.pop()
        if self.country is not None and self.country in shared:
            return shared[self.country]
        if self.language == "zh" and "CN" in shared and self.country is None:
            return shared["CN"]
        if key == "$" and self.language in {None, "en"} and self.country is None:
            return "USD"
        return _BY_DEFAULT.get(key)


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
