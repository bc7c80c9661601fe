"""Search words in Japanese: shops on Rakuten describe what they sell in nothing else."""

from server.offers.offer import GarmentQuery

_CATEGORIES = {
    "short sleeve top": "半袖 トップス",
    "long sleeve top": "長袖 トップス",
    "short sleeve outwear": "半袖 ジャケット",
    "long sleeve outwear": "ジャケット",
    "vest": "ノースリーブ トップス",
    "sling": "キャミソール トップス",
    "shorts": "ショートパンツ",
    "trousers": "パンツ",
    "skirt": "スカート",
    "short sleeve dress": "半袖 ワンピース",
    "long sleeve dress": "長袖 ワンピース",
    "vest dress": "ノースリーブ ワンピース",
    "sling dress": "キャミワンピース",
}
_COLOURS = {
    "black": "黒", "charcoal": "チャコール", "grey": "グレー", "light grey": "ライトグレー",
    "white": "白", "ivory": "アイボリー", "beige": "ベージュ", "camel": "キャメル",
    "brown": "ブラウン", "dark brown": "ダークブラウン", "khaki": "カーキ", "olive": "オリーブ",
    "green": "グリーン", "dark green": "ダークグリーン", "mint": "ミント", "teal": "ターコイズ",
    "light blue": "水色", "blue": "ブルー", "navy": "ネイビー", "denim blue": "デニム",
    "purple": "パープル", "lavender": "ラベンダー", "pink": "ピンク", "hot pink": "ピンク",
    "coral": "コーラル", "red": "赤", "burgundy": "ボルドー", "orange": "オレンジ",
    "yellow": "イエロー", "mustard": "マスタード",
}  # fmt: skip


def japanese_words(query: GarmentQuery) -> str:
    """Give what to type into Rakuten's search, "ネイビー 長袖 トップス".

    The colour is the one that the English words begin with; one that is not in the table is
    left out, since every word narrows the search.
    """
    english = query.search_text.get("en", "")
    fitting = [name for name in _COLOURS if english.startswith(f"{name} ")]
    colour = _COLOURS[max(fitting, key=len)] if fitting else ""
    return f"{colour} {_CATEGORIES[query.category.name]}".strip()
