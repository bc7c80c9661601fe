"""What shops write on buttons and beside them, in the languages of the larger markets.

Each list is one regular expression over lower-case text with single spaces. They are applied
to short texts only, and hold no nested repetition.
"""

import re

from server.goods.availability import Availability

_OUT = (
    r"^unavailable\W{0,2}$|^sold\W{0,2}$|out[- ]of[- ]stock|sold[- ]out|(?:currently|temporarily"
    r"|now|is) unavailable"
    r"|no longer (?:available|in stock|sold)|not (?:currently )?(?:available|in stock)"
    r"(?! (?:in|at|for)\b)"
    r"|currently not available|this item is unavailable|item unavailable|unavailable online"
    r"|(?:item|piece|product|listing|lot) (?:has|is|was) (?:now |been )?(?:sold|ended)\b"
    r"|back in stock soon|awaiting stock|0 in stock|no stock|product unavailable|discontinued"
    r"|ausverkauft|nicht (?:mehr )?(?:auf lager|lieferbar|verfügbar|vorrätig|erhältlich)"
    r"(?! (?:in|im|bei|für)\b)"
    r"|(?:derzeit|zurzeit|momentan|aktuell) (?:nicht|leider nicht|vergriffen|ausverkauft)"
    r"|vergriffen"
    r"|rupture de stock|en rupture|épuisé|indisponible|plus (?:disponible|en stock)|non disponible"
    r"|victime de son succès"
    r"|agotad[oa]|sin (?:stock|existencias)|no disponible|fuera de stock"
    r"|esaurit[oa]|non (?:è )?(?:più )?disponibile|esgotad[oa]|indisponível|sem estoque"
    r"|produto indisponível"
    r"|uitverkocht|niet (?:meer )?(?:op voorraad|leverbaar|beschikbaar)"
    r"|niedostępn[yae]|brak (?:na stanie|w magazynie|towaru)|wyprzedan[yae]|produkt niedostępny"
    r"|slutsåld|ej i lager|slut i lager|inte i lager|utsolgt|ikke på lager|udsolgt|loppuunmyyty"
    r"|ei varastossa|vyprodáno|není skladem|vypredané|elfogyott|nincs (?:készleten|raktáron)"
    r"|stoc epuizat|indisponibil|нет в наличии|распродан|немає в наявності|tükendi|stokta yok"
    r"|изчерпан|няма в наличност|rasprodano|nije (?:dostupn|na zalih|na stanj)|razprodano"
    r"|ni na zalogi|nav noliktavā|neturime|läbi müüdud|nema na stanju|אזל|לא במלאי|غير متوفر|نفد"
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
    r"^(?:\w{3,12} ?: ?)?(?:available|verfügbar|beschikbaar|disponibile)\W*$|online verfügbar"
    r"|(?<!back )\bin stock|\bin-stock|instock|\bavailable (?:now|online|to order|for (?:delivery"
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
    r"|в наличност|na zalogi|na zalih|dostupno|na stanju|noliktavā|במלאי|متوفر|en existencia"
    r"|hay stock|stock disponible|derniers? (?:exemplaires?|pièces)|plus que \d{1,4}"
    r"|nur noch \d{1,4}|noch \d{1,4} (?:stück|verfügbar)|nog \d{1,4} op voorraad"
    r"|solo \d{1,4} rimast"
    r"|quedan? \d{1,4}|últimas unidades|\d{1,5} (?:units? left|remaining|pcs? in)|in-stock\W{0,2}\d"
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
    r"|in (?:mijn |je )?mandje|toevoegen aan"
    r"|do koszyka|dodaj do|kup teraz|lägg i|köp\b|legg i|kjøp|læg i|tilføj til|køb nu|lisää|osta\b"
    r"|do košíka|do košíku|přidat do|koupit|kosárba|megveszem|adaugă|adauga in|cumpără"
    r"|в корзину|купить|добавить|в кошик|купити|sepete ekle|satın al|στο καλάθι|αγορά"
    r"|장바구니|구매하기|바로 ?구매|쇼핑백|カートに|バスケットに"
    r"|かごに|買い物かご|カゴに|購入|今すぐ買う|注文"
    r"|加入购物车|加入購物車|立即购买"
    r"|直接購買|立即購買|放入购物车|thêm vào giỏ|mua ngay|หยิบใส่|ซื้อ"
    r"|keranjang|beli|добави|в корзина|купи\b|kupi\b|dodaj u|u košaricu|v košarico|u korpu|ielikt"
    r"|į krepšelį|ostukorvi|lisa korvi|הוסף ל|לסל|קנה|أضف"
    r"|اشتري|^order$|^agregar$|^añadir$|^ship it$|レジに進む"
)
_NOT_A_PURCHASE = (
    r"wish ?list|favou?rit|compare|wunschzettel|merkliste|merkzettel|similar|recently"
    r"|continue shopping"
    r"|view cart|view bag|go to cart|zum warenkorb gehen|gift card|sell|buyer|buying guide"
    r"|how to buy"
    r"|register|registry|subscribe|newsletter|price match|shop now|all products|^shop\b|customers"
)
_NEGATED = re.compile(r"n't\b|n’t\b|\b(?:not|when|nicht|non|no|niet|ej|ikke|nie|ei|не)\b")

OUT_OF_STOCK = re.compile(_OUT)
NOTIFY = re.compile(_NOTIFY)
PREORDER = re.compile(_PREORDER)
IN_STOCK = re.compile(_IN)
BUY = re.compile(_BUY)
NOT_A_PURCHASE = re.compile(_NOT_A_PURCHASE)


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
