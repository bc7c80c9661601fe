"""The words by which a price is told from other amounts: in texts, and in class names and ids.

The expressions are applied to lower-case text with single spaces of at most 200 characters, and
hold no nested repetition.
"""

import re

_BEFORE = (
    r"\b(?:was|were|rrp|msrp|srp|pvpr?|prp|mrp)\b|r\.r\.p|m\.s\.r\.p|m\.r\.p|ticket price"
    r"|\b(?:orig(?:inal)?(?:ly)?|list|reg(?:ular)?|retail|typical(?:ly)?|old|previous(?:ly)?|prior"
    r"|normal(?:ly)?|usual(?:ly)?|compare at|comparable|market|before|full|valued? at|value"
    r"|estimated value)\.?"
    r"(?: (?:price|cost|retail|value))?(?: is)?\s*[:：]?\W{0,3}$"
    r"|\bstatt\b|\buvp\b|\bavp\b|preisempfehlung|\bbisher\b"
    r"|früher|\bvorher\b|\bavant\b"
    r"|au lieu de|prix (?:conseillé|de base|barré|habituel|public)|\bantes\b"
    r"|precio (?:anterior|habitual|original|recomendado)|\binvece\b"
    r"|prezzo (?:precedente|di listino|consigliato)"
    r"|\bde:|\bde r\$|\bvan\b|adviesprijs|najniższa cena|cena (?:regularna|katalogowa|przed)"
    r"|\bstara\b|\bpôvodn|doporučená|eredeti ár|listaár|preț (?:vechi|recomandat)"
    r"|ord\.? ?pris|tidigare|\bfør\b|førpris|normalpris|\bnorm\.|vejl|původní|běžná|ovh"
    r"|piyasa fiyatı|старая цена|стара ціна"
    r"|정가|정상가|소비자가|시중가|定価|通常価格|メーカー希望|参考価格|原价|原價|市场价|市場價"
)
_MEASURE = (
    r"(?:\bper|\bpro|/|\bje|\bpar|\bpor|\bal|\bza|\bpr\.?|당) ?(?:\d{1,4}(?:[.,]\d{1,3})? ?)?"
    r"(?:kgs?|kilos?|gr?|gramm?s?|mg|lt?|litres?|liters?|ml|cl|dl|fl\.? ?oz|oz|lbs?|m|m²|m2|qm|m³"
    r"|mtr?|cm|ft|foot|in|sq\.? ?(?:ft|m|yd)|sqft|sqm|yd|yard|met(?:re|er)s?|ct|count|tablets?"
    r"|caps?(?:ule)?s?|sheets?|wash(?:es)?|loads?|doses?|100\w{0,3}|кг|г|л|мл|м|м²|м2)(?![\w²³])"
    r"|\d{1,4} ?(?:g|ml|kg)당"
)
_RATE = (
    r"per month|/ ?mo\b|/month|a month|monthly|/mth|weekly|per week|fortnight|instal+ment|mensual"
    r"|monat|\braten?\b|\brate da\b|al mese|mois\b|/ ?mes\b|al mes\b|cuotas?\b|payments? of"
    r"|interest"
    r"|klarna|afterpay|clearpay|affirm|paypal|zip ?pay|laybuy|humm|sezzle|payboo|parcela"
    r"|\d{1,3} ?x (?:de|sem|of|r\$|\$|€)|\d{1,3} rate de|x de r\$|\braty\b|\brat\b|/ ?mies|mies\."
    r"|splátk|/ ?měs|részlet|/ ?hó\b|/ ?md\b|pr\.? ?(?:md|mnd)|mnd\b|/ ?kk\b|/ ?mån|taksit|/ ?ay\b"
    r"|міс\b|мес\b|в рассрочку|кредит|emi\b|finance|financ|as low as \$?\d{1,3}/"
    r"|\b\d{1,3} ?x\W{0,2}$|sin inter[eé]s|sem juros|s/ ?juros|interest[- ]free|senza interessi"
    r"|개월|回払|月々|分期|期免息|\bp/m\b|per maand|p\.m\."
)
_SHIPPING = (
    r"ship|deliver|postage|freight|versand|liefer(?:ung|kosten)|livraison|envío|envio|frete"
    r"|spedizione|verzend|dostaw|doprav|szállít|livrare|toimitu|frakt|fragt|kargo|доставк"
    r"|배송|送料|运费|運費"
)
_SAVING = (
    r"you save|\bsaves?\b|saving|\boff\b|discount|rabatt|sparen|ersparnis|économi|remise|ahorr"
    r"|risparm|descuento|desconto|korting|bespaar|oszczęd|ušetř|sleva|kedvezm|megtakar|spar\b"
    r"|säästä|скидк|экономи|знижк|indirim|할인|割引|优惠|立减"
    r"|coupon|voucher|cash ?back|points?\b|reward|bonus|бонус"
    r"|ポイント|ゴールド|적립|포인트|gift card"
    r"|積分|miles\b|\bclub\b|members?\b|mitglied|autoship|subscri|abo\b|sparabo"
)
_LEAST = (
    r"orders? (?:over|above|of)|over [$£€]|above|minimum|spend|mindestbestell|ab einem"
    r"|à partir de \d{1,4} ?€ d'achat|felett|powyżej|свыше|以上"
)
_WITHOUT_TAX = (
    r"exc?l?(?:uding|usive)?\.? ?(?:of )?(?:vat|tax|gst|btw|mva|moms|hst|iva|tva|mwst)"
    r"|exkl|ekskl|zzgl|\bnetto\b|\bnettó\b|bez (?:dph|vat|ddv|pdv)|без ндс|без пдв"
    r"|χωρίς φπα|hors taxe"
    r"|\bht\b|\bsans tva|sin iva|senza iva|iva escl|s/ ?iva|u/ ?moms|税別|税抜|부가세 별도|未税"
    r"|(?<!incl )(?<!incl\. )(?<!inc )(?<!inc\. )(?<!including )(?<!with )(?<!of )"
    r"(?:\btax\b(?! incl)|\bduty\b)"
)
_ELSE = (
    r"grundpreis|unit price|prix au|precio por|insurance|warranty|protection|garanti[ea]|garanzia"
    r"|assurance|versicherung|gwarancj|seguro|\bcare\b|care\+|deposit|pfand|\bconsigne|éco-?part"
    r"|eco-?part|core charge|installation|montage|fitting|surcharge|\bfee\b"
    r"|subtotal|total\b|trade[- ]in|exchange|from other sellers|new from|used from|& new|used &"
    r"|autres vendeurs|neufs? dès|occasions? dès|andere (?:verkopers|verkäufer|anbieter)"
    r"|collectible|\brent\b|rental|lease|any \d{1,2} for|\d{1,2} for\b|buy \d"
    r"|b-stock|b-ware|tweedekans|refurbished (?:from|ab)|najniższa cena|lowest price|jamstvo"
)
_FROM = (
    r"\b(?:from|starting|starts at|ab|à partir|desde|da|vanaf|od|fra|från|alkaen|от|від|de la)\b"
)

_CURRENT = (
    r"\W{0,2}(?:(?:our|your|sale|special|web|internet|online|promo|offer|selling|deal|club"
    r"|today'?s?) )?(?:price|preis|prix|precio|prezzo|preço|cena|hinta|pris|prijs|цена|ціна|ár\b"
    r"|販売価格|価格|판매가|가격|售价|价格)\s*(?:\(.{1,12}\))?\W{0,3}$|\W{0,2}now\W{0,3}$|jetzt\W{0,3}$"
)

BEFORE_PRICE = re.compile(_BEFORE)
CURRENT_PRICE = re.compile(_CURRENT)
FROM_PRICE = re.compile(_FROM)
OTHER_AMOUNT = re.compile(
    "|".join((_SHIPPING, _RATE, _SAVING, _LEAST, _MEASURE, _WITHOUT_TAX, _ELSE))
)
# What a text right behind an amount says of it.
OTHER_BEHIND = re.compile(rf"\W{{0,3}}(?:{_RATE}|{_MEASURE}|{_WITHOUT_TAX}|\boff\b|back\b|saved)")
# Behind a price by weight or length: the price itself of what is sold only so.
MEASURE_BEHIND = re.compile(rf"\W{{0,3}}(?:{_MEASURE})")
# Behind the price of one piece: that may be the price itself.
EACH = re.compile(
    r"\s*(?:/|per|pro|je|par|por|za) ?(?:1 )?(?:unit|each|ea|item|stück|stk|st|pieces?|pcs?|pc|pack"
    r"|pair|bottle|box|set|boîte|paquet|lot|pièce|unidad|pezzo|stuk|szt|ks|db|kpl|шт)\b"
)

CURRENT_NAMES = re.compile(
    r"sale|special|final|discount-?_?price|price-?_?discount|current|\bnow|[-_]now|offer|actual"
    r"|selling|our-?_?price|deal|discounted|yourprice|your-price"
    r"|reduced|price-?new|new-?price"
    r"|priceblock|pricetopay|price-?to-?pay|display-?price|main|hero|pdp|product-?_?price|detail"
    r"|buybox"
    r"|priceinside|prcisum|price_inside|brand-?price"
)
BEFORE_NAMES = re.compile(
    r"\bold|[-_]old|\borig\b|\bwas\b|[-_]was|was[-_]|list-?_?price|rrp|msrp|uvp|strike|stroke"
    r"|crossed|\bcross|compare|original|origin-?price"
    r"|before|previous|former|retail|regular-|[-_]regular|full-?price|a-text-price|basis-?price"
    r"|line-?through|deleted|\blthr"
    r"|undiscount|normal-?price|instead|ex-price|high-?price|price-?prev|[-_]prev\b|\bstd"
    r"|standard-price|cut-?price|price-?old|oldprice|prc-org|\bmrp\b|pvpr?\b"
)
TO_PAY_NAMES = re.compile(
    r"price-?_?to-?_?pay|current|\bnow\b|[-_]now|final|(?<!on-)sale(?!s)|special"
)
OTHER_NAMES = re.compile(
    r"ship|deliver|versand|instal|month|affirm|klarna|afterpay|\bsav(?:e|ing)|[-_]sav"
    r"|discount-?_?(?:amount|percent|badge|label|value)|coupon|voucher|points?\b|reward"
    r"|(?:price|prijs|preis)-?_?(?:un)?packag"
    r"|excl(?:uding)?-?_?(?:tax|vat)|ex-?_?(?:vat|tax)\b|without-?_?(?:tax|vat)"
    r"|ex-?vat|deposit|pfand|mini-?cart|cart-?total|subtotal|gift|warranty|protect|trade-?in"
    r"|bundle|filter|slider|facet|review|rating|financ|credit|\bsns|subscr|loyal|member|autoship"
    r"|\bused|[-_]used|other-?seller|threshold|badge|percent|[-_]tier|bulk|quantity|qty|addon"
    r"|add-on|insurance|garanti|mini-?basket|minitrolley|basket-?total|\bnetto|scale-?price"
    r"|format-?price"
)
UNIT_NAMES = re.compile(
    r"unit-?_?price|price-?_?per|per-?unit|pricepu|cup-?price|grundpreis|price-?_?unit|base-?price"
    r"-?unit|unitprice"
)
LABEL_NAMES = re.compile(r"label|caption|\blbl")
LABEL_END = re.compile(
    r"[:：]$|\b\d{1,3} ?x$|\b(?:of|for|from|with|save|payments|ab|à|de|od|von|für)$"
)
TITLE_NAMES = re.compile(r"title|name\b")
NOT_A_TITLE = re.compile(
    r"brand|vendor|manufactur|author|categor|breadcrumb|seller|designer|by-?line"
)
# What stands above lists of other products.
OTHERS_FOLLOW = re.compile(
    r"(?:you (?:may|might) (?:also )?(?:like|love|need)|related (?:products|items)"
    r"|similar (?:products|items)"
    r"|customers (?:also|who)|(?:recently|also) viewed|frequently bought|people also|recommended"
    r"|more from"
    r"|complete the look|goes (?:well )?with|pairs? well|best ?sellers|sponsored|compare with"
    r"|other products|compare (?:to )?similar|shop similar|(?:usually|often) bought|bought together"
    r"|we (?:also )?recommend|other customers|people (?:who|viewed)|you'll (?:also )?(?:need|love)"
    r"|parts you|buy it with|shop the (?:look|set)|new arrivals|featured products|top sellers"
    r"|с этим товаром|похожие товары|рекомендуем|вам (?:также |может )|вместе с этим"
    r"|покупают вместе|схожі товари|разом з|související|mohlo by|ostatní zákazníci"
    r"|hasonló termék|vásárlóink"
    r"|produse similare|clienții|andra köpte|liknande|andre k[øj]|lignende|muut ostivat"
    r"|samankaltais|benzer ürün|bunu alan|παρόμοια|produk (?:serupa|terkait)"
    r"|sản phẩm (?:tương|liên)"
    r"|anderen bekeken|vergelijkbare|gerelateerde|klanten (?:kochten|bekeken)|otros clientes"
    r"|los clientes|clientes (?:que|también)|completa tu|complétez|achetés ensemble"
    r"|dazu passt|oft zusammen|이 상품과|연관 ?상품|추천 ?상품|よく一緒に"
    r"|ähnliche (?:produkte|artikel)|kunden (?:kauften|haben)|das könnte|zuletzt"
    r"|passend(?:es)? zubehör|wird oft"
    r"|spesso comprati|i clienti|prodotti sponsor|produits (?:fréquemment|sponsor)|gesponserte"
    r"|vous aimerez|produits (?:similaires|associés)|les clients|productos relacionados|también te"
    r"|prodotti correlati"
    r"|potrebbe|produtos relacionados|quem (?:viu|comprou)|podobne|polecane|klienci|relaterade"
    r"|관련 ?상품|함께|関連商品|おすすめ"
    r"|この商品を|相关|猜你喜欢|也喜欢)"
)
