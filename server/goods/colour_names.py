"""Colours by name: those that a shop's words name, those in a picture, and which are alike."""

import re
from collections.abc import Iterable
from typing import Final

from model.colours import Colour

# The second colour of a garment counts as well from this share on.
SECOND_COLOUR: Final = 0.3

# Pairs that shops, light and cameras confuse. "Blue" may be any blue, but navy is never light
# blue.
_NEAR: Final = (
    "black charcoal", "charcoal grey", "grey light-grey", "white ivory", "ivory beige",
    "beige camel", "beige khaki", "camel brown", "brown dark-brown", "khaki olive", "olive green",
    "olive dark-green", "green dark-green", "green mint", "teal green", "teal blue", "navy blue",
    "light-blue blue", "denim-blue blue", "denim-blue light-blue", "purple lavender",
    "pink hot-pink", "pink coral", "coral red", "coral orange", "red burgundy", "yellow mustard",
)  # fmt: skip

_WORDS: Final = {
    "black": "black onyx schwarz noir noire negro negra nero nera preto 블랙 검정 검은 검정색",
    "charcoal": "charcoal anthracite anthrazit graphite 차콜 먹색",
    "grey": "grey gray grau gris grigio slate 그레이 회색",
    "light-grey": "silver 라이트그레이 연회색 실버",
    "white": "white weiß weiss blanc blanche blanco blanca bianco bianca 화이트 흰색 하얀 백색",
    "ivory": "ivory cream ecru off-white eggshell vanilla creme crème écru 아이보리 크림 에크루",
    "beige": "beige sand oatmeal oat stone taupe nude 베이지 오트밀 샌드 누드",
    "camel": "camel tan caramel cognac 카멜 카라멜",
    "brown": "brown chestnut mocha braun marron marrone marrón 브라운 갈색 밤색 모카",
    "dark-brown": "chocolate espresso coffee 다크브라운 초코 초콜릿 고동색",
    "khaki": "khaki 카키",
    "olive": "olive army 올리브 국방색",
    "green": "green grün verde vert verte lime 그린 녹색 초록 초록색 라임",
    "dark-green": "forest bottle-green emerald 다크그린 포레스트 진녹색",
    "mint": "mint sage pistachio 민트 세이지",
    "teal": "teal turquoise petrol aqua 청록 청록색 터콰이즈",
    "light-blue": "sky baby-blue light-blue ice-blue 스카이블루 하늘색 연청 라이트블루 소라",
    "blue": "blue cobalt royal-blue blau bleu bleue azul azzurro blu indigo 블루 파랑 파란 파란색"
    " 청색 인디고",
    "navy": "navy midnight marineblau 네이비 남색 곤색",
    "denim-blue": "denim 데님 중청 진청",
    "purple": "purple violet plum aubergine lila viola morado 퍼플 보라 보라색 바이올렛",
    "lavender": "lavender lilac mauve 라벤더 라일락 연보라",
    "pink": "pink rose blush rosa 핑크 분홍 분홍색 로즈",
    "hot-pink": "fuchsia magenta hot-pink 핫핑크 푸시아 자홍색",
    "coral": "coral salmon peach 코랄 살몬 피치",
    "red": "red scarlet crimson cherry rot rouge rojo roja rosso rossa 레드 빨강 빨간 빨간색",
    "burgundy": "burgundy wine maroon bordeaux oxblood 버건디 와인",
    "orange": "orange rust terracotta naranja arancione 오렌지 주황 주황색",
    "yellow": "yellow lemon gelb jaune amarillo giallo 옐로우 옐로 노랑 노란 노란색 레몬",
    "mustard": "mustard ochre gold 머스터드 겨자색 골드",
}  # fmt: skip
_CLOTH: Final = "denim-blue"
_DARKER: Final = {"blue": "navy", "green": "dark-green", "brown": "dark-brown", "grey": "charcoal"}
_LIGHTER: Final = {"blue": "light-blue", "grey": "light-grey", "green": "mint", "brown": "camel"}
_DARK: Final = frozenset({"dark", "deep", "다크", "딥", "짙은", "진한"})
_LIGHT: Final = frozenset({"light", "pale", "라이트", "연한", "밝은", "페일"})

_COLOUR_OF: Final = {word: name for name, words in _WORDS.items() for word in words.split()}
_WORD: Final = re.compile(r"[^\W\d_]+")


def _pairs() -> frozenset[tuple[str, str]]:
    pairs = [tuple(pair.split()) for pair in _NEAR]
    return frozenset((one, other) for a, b in pairs for one, other in ((a, b), (b, a)))


_NEAR_PAIRS: Final = _pairs()


def named_colours(text: str | None) -> tuple[str, ...]:
    """Return the colours that a shop's words name, in order, each once.

    Args:
        text: A title or a feed's colour; English, Korean, or the common words of other
            European languages.
    """
    words = _WORD.findall((text or "").casefold())
    found: list[str] = []
    before = ""
    for place, word in enumerate(words):
        joined = f"{before}-{word}"
        following = f"{word}-{words[place + 1]}" if place + 1 < len(words) else ""
        name = _COLOUR_OF.get(joined) or _COLOUR_OF.get(word)
        if name is not None and following not in _COLOUR_OF:
            if before in _DARK:
                name = _DARKER.get(name, name)
            elif before in _LIGHT:
                name = _LIGHTER.get(name, name)
            found.append(name)
        before = word
    if set(found) - {_CLOTH}:  # "black denim" is black
        found = [name for name in found if name != _CLOTH]
    return tuple(dict.fromkeys(found))


def main_colour_names(colours: Iterable[Colour]) -> tuple[str, ...]:
    """Return the names of a garment's main colours, largest share first."""
    return tuple(
        palette_name(colour.name)
        for place, colour in enumerate(colours)
        if place == 0 or (place == 1 and colour.share >= SECOND_COLOUR)
    )


def share_a_colour(some: Iterable[str], others: Iterable[str]) -> bool:
    """Return whether any name of the one is the same as, or close to, one of the other."""
    others = tuple(others)
    return any(one == other or (one, other) in _NEAR_PAIRS for one in some for other in others)


def palette_name(name: str) -> str:
    """Return a name of `model.colours`' palette as it is written here, with hyphens."""
    return name.replace(" ", "-")
