"""What shops write on buttons and beside them, in the languages of the larger markets.

Each list is one regular expression over lower-case text with single spaces. They are applied
to short texts only, and hold no nested repetition.
"""

import re

from server.shop_page.offer import Availability

_OUT = (
    r"^unavailable\W{0,2}$|^sold\W{0,2}$|out[- ]of[- ]stock|sold[- ]out|(?:currently|temporarily"
    r"|now|is) unavailable"
    r"|no longer (?:available|in stock|sold)|not (?:currently )?(?:available|in stock)(?! in)"
    r"|currently not available|this item is unavailable|item unavailable|unavailable online"
    r"|back in stock soon|awaiting stock|0 in stock|no stock|product unavailable|discontinued"
    r"|ausverkauft|nicht (?:mehr )?(?:auf lager|lieferbar|verfügbar|vorrätig|erhältlich)"
    r"|(?:derzeit|zurzeit|momentan|aktuell) (?:nicht|leider nicht|vergriffen|ausverkauft)"
    r"|vergriffen"
    r"|rupture de stock|en rupture|épuisé|indisponible|plus disponible|victime de son succès"
    r"|agotad[oa]|sin (?:stock|existencias)|no disponible|fuera de stock"
    r"|esaurit[oa]|non (?:è )?(?:più )?disponibile|esgotad[oa]|indisponível|sem estoque"
    r"|produto indisponível"
    r"|uitverkocht|niet (?:meer )?(?:op voorraad|leverbaar|beschikbaar)"
    r"|niedostępn[yae]|brak (?:na stanie|w magazynie|towaru)|wyprzedan[yae]|produkt niedostępny"
    r"|slutsåld|ej i lager|slut i lager|inte i lager|utsolgt|ikke på lager|udsolgt|loppuunmyyty"
    r"|ei varastossa|vyprodáno|není skladem|vypredané|elfogyott|nincs (?:készleten|raktáron)"
    r"|stoc epuizat|indisponibil|нет в наличии|распродан|немає в наявності|tükendi|stokta yok"
    r"|εξαντλ|μη διαθέσιμο|품절|일시품절|재고 ?없음|재입고 ?알림|판매 ?종료|売り切れ|売切れ"
    r"|在庫なし|在庫切れ|完売|品切れ"
    r"|再入荷|缺货|缺貨|售罄|售完|已售完|补货|補貨|hết hàng|สินค้าหมด|stok habis"
)
_NOTIFY = (
    r"notify me|email me when|email when|let me know when|get notified|remind me when"
    r"|join (?:the )?wait ?list|waitlist|alert me|benachrichtig|erinner(?:e|n) mich"
    r"|prévenez[- ]moi|m'avertir|me prévenir|alerte[- ]moi|avísame|avisarme|avvisami|avise-me"
    r"|avise me"
    r"|houd me op de hoogte|powiadom|bevaka|informer mig|varsle meg|upozornit|입고 ?알림|再入荷"
)
_PREORDER = (
    r"pre[- ]?order|coming soon|available (?:from|on) (?:backorder|\w+ \d)|back[- ]?order"
    r"|vorbestell|précommande|pré-commande|preventa|preordina|pré-venda|preorder|przedsprzedaż"
    r"|förbeställ|forudbestil|forhåndsbestill|předobjedn|предзаказ|예약 ?(?:구매|주문|판매)|予約"
    r"|预订|預購"
)
_IN = (
    r"(?<!back )\bin stock|\bin-stock|instock|\bavailable (?:now|online|to order|for (?:delivery"
    r"|shipping|pickup|purchase))"
    r"|available from these sellers|bei diesen anbietern|presso questi venditori"
    r"|auprès de ces vendeurs|estos vendedores|ready to ship|ships? (?:today|within|in|from|now"
    r"|same)|only \d{1,4} left|\d{1,4} in stock"
    r"|\d{1,4} available|usually (?:ships|dispatched)|dispatched within|in store and online"
    r"|auf lager|lagernd|sofort (?:lieferbar|verfügbar|versandfertig)|lieferbar|vorrätig"
    r"|versandfertig|en stock|disponible|expédié sous|in magazzino|disponibile"
    r"|disponibilità immediata"
    r"|em estoque|disponível|pronta entrega|op voorraad|leverbaar"
    r"|voor \d\d[:.]\d\d (?:uur )?besteld"
    r"|dostępn[yae]|w magazynie|na stanie|wysyłka w|i lager|finns i lager|på lager|varastossa"
    r"|skladem|skladom|raktáron|készleten|în stoc|in stoc|в наличии|в наявності|stokta|διαθέσιμο"
    r"|재고 ?있음|구매 ?가능|당일 ?발송|在庫あり|在庫有|即納|现货|現貨|有货|còn hàng|มีสินค้า"
    r"|tersedia"
)
_BUY = (
    r"add (?:\w+ )?to (?:my |your |shopping |the )?(?:cart|bag|basket|trolley|order|tote|box|quote)"
    r"|add to\b.{0,12}\b(?:cart|bag|basket)|buy (?:it )?now|buy online|\bbuy\b(?! (?:it )?again)"
    r"|order now|purchase now|shop now|addtocart|add-to-cart|add_to_cart|addtobasket|add-to-basket"
    r"|addtobag|add-to-bag|checkout now|get it now|^add to$|^add$|choose options|select (?:a )?size"
    r"|in den (?:waren|einkaufs)korb|in den (?:einkaufs)?wagen|zum warenkorb"
    r"|in die (?:einkaufs)?tasche|jetzt kaufen"
    r"|sofort[- ]kaufen|kaufen|bestellen|ajouter au|ajouter à mon|acheter|commander"
    r"|(?:añadir|agregar|anadir|sumar) (?:al|a la|a mi)|comprar|cómpralo|aggiungi al|acquista"
    r"|adicionar (?:ao|à)|colocar no carrinho|in (?:mijn )?winkel(?:wagen|mand|mandje)"
    r"|in mijn mandje|toevoegen aan"
    r"|do koszyka|dodaj do|kup teraz|lägg i|köp\b|legg i|kjøp|læg i|tilføj til|køb nu|lisää|osta\b"
    r"|do košíka|do košíku|přidat do|koupit|kosárba|megveszem|adaugă|adauga in|cumpără"
    r"|в корзину|купить|добавить|в кошик|купити|sepete ekle|satın al|στο καλάθι|αγορά"
    r"|장바구니|구매하기|바로 ?구매|쇼핑백|カートに|かごに|買い物かご|カゴに|購入|今すぐ買う|注文"
    r"|加入购物车|加入購物車|立即购买|立即購買|放入购物车|thêm vào giỏ|mua ngay|หยิบใส่|ซื้อ"
    r"|keranjang|beli"
)
_NOT_A_PURCHASE = (
    r"wish ?list|favou?rit|compare|wunschzettel|merkliste|merkzettel|similar|recently"
    r"|continue shopping"
    r"|view cart|view bag|go to cart|zum warenkorb gehen|gift card|sell|buyer|buying guide"
    r"|how to buy"
    r"|register|registry|subscribe|newsletter|price match|shop now|all products|^shop\b|customers"
)
_BEFORE = (
    r"\b(?:was|were|rrp|msrp|srp)\b|r\.r\.p|m\.s\.r\.p"
    r"|\b(?:orig(?:inal)?(?:ly)?|list|reg(?:ular)?|retail|typical(?:ly)?|old|previous(?:ly)?|prior"
    r"|normal(?:ly)?|usual(?:ly)?|compare at|comparable|market|before|full|valued? at|value)\.?"
    r"(?: (?:price|cost|retail|value))?(?: is)?\s*[:：]?\W{0,3}$"
    r"|\bstatt\b|\buvp\b|\bbisher\b"
    r"|früher|\bvorher\b|\bavant\b"
    r"|au lieu de|prix (?:conseillé|de base|barré)|\bantes\b|precio anterior|\binvece\b"
    r"|prezzo (?:precedente|di listino|consigliato)"
    r"|\bde:|\bde r\$|\bvan\b|adviesprijs|najniższa cena|cena (?:regularna|katalogowa|przed)"
    r"|\bstara\b"
    r"|ord\.? ?pris|tidigare|\bfør\b|førpris|normalpris|vejl|původní|běžná|정가|정상가|소비자가"
    r"|시중가|定価|通常価格|メーカー希望|原价|原價|市场价"
)
_OTHER_AMOUNT = (
    r"ship|deliver|postage|freight|versand|liefer(?:ung|kosten)|livraison|envío|envio|frete"
    r"|spedizione|verzend|dostaw|frakt|fragt|배송|送料|运费"
    r"|per month|/ ?mo\b|/month|a month|monthly|/mth|weekly|per week|fortnight|instal|mensual"
    r"|monat|rata|raten|mois|mes\b|payments? of|interest"
    r"|klarna|afterpay|clearpay|affirm|paypal|zip ?pay|laybuy|humm|sezzle|parcela|\d{1,4}x (?:de"
    r"|sem)"
    r"|x de r\$"
    r"|you save|\bsave|saving|\boff\b|discount|rabatt|sparen|ersparnis|économi|remise|ahorr"
    r"|risparm|descuento|desconto|korting|할인|割引"
    r"|coupon|voucher|cash ?back|points?\b|reward|bonus|ポイント|적립|포인트|gift card"
    r"|orders? (?:over|above|of)|over [$£€]|above|minimum|spend|mindestbestell|ab einem|(?:per|pro"
    r"|/) ?(?:\d{1,4} ?[a-z]+|kg|g|100 ?g|l|ml|100 ?ml|oz|lb|m|m2|sq|ft|unit|each|item|stück|st"
    r"|piece"
    r"|stk|tablet|count|fl)\b"
    r"|grundpreis|unit price|prix au|precio por|insurance|warranty|protection|garantie|deposit"
    r"|pfand|excl\.? ?(?:vat|tax|gst)|ex\.? ?(?:vat|gst)|exkl|zzgl"
    r"|subtotal|total\b|tax\b|duty|trade[- ]in|from other sellers|new from|used from|& new|used &"
    r"|collectible|rent|lease|subscri"
    r"|najniższa cena|lowest price"
)
_FROM = r"\b(?:from|starting|starts at|ab|à partir|desde|da|vanaf|od|fra|från|alkaen)\b"
FROM_PRICE = re.compile(_FROM)
_NEGATED = re.compile(r"n't\b|n’t\b|\b(?:not|when|nicht|non|no|niet|ej|ikke|nie|ei|не)\b")

OUT_OF_STOCK = re.compile(_OUT)
NOTIFY = re.compile(_NOTIFY)
PREORDER = re.compile(_PREORDER)
IN_STOCK = re.compile(_IN)
BUY = re.compile(_BUY)
NOT_A_PURCHASE = re.compile(_NOT_A_PURCHASE)
BEFORE_PRICE = re.compile(_BEFORE)
OTHER_AMOUNT = re.compile(_OTHER_AMOUNT)


def availability_in_words(text: str) -> Availability | None:
    """What a short text about stock says; None where it says nothing clear."""
    text = " ".join(text[:200].lower().split())
    if OUT_OF_STOCK.search(text):
        return "out_of_stock"
    if PREORDER.search(text):
        return "preorder"
    if IN_STOCK.search(text) and not _NEGATED.search(text):
        return "in_stock"
    return None
