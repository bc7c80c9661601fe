"""The words that name a garment, or something that is none, in the languages of common shops.

`BY_WORD` holds whole words and phrases, casefolded and singular (a plural "s" or "es" is
understood); `BY_PART` holds Korean and Japanese words, which stand inside longer ones.
"""

from model.categories import Kind

Kinds = frozenset[Kind]

TOP: Kinds = frozenset({Kind.TOP})
OUTWEAR: Kinds = frozenset({Kind.OUTWEAR})
BOTTOM: Kinds = frozenset({Kind.BOTTOM})
DRESS: Kinds = frozenset({Kind.DRESS})
TOP_OR_OUTWEAR = TOP | OUTWEAR
ONE_PIECE = DRESS | BOTTOM
SUIT = OUTWEAR | BOTTOM
NO_GARMENT: Kinds = frozenset()

_WORDS: tuple[tuple[Kinds, str], ...] = (
    (
        TOP,
        """top, tee, t-shirt, tshirt, t shirt, shirt, blouse, polo, polo shirt, sweater, pullover,
        jumper, tank, tank top, camisole, cami, crop top, tube top, tunic, turtleneck, henley,
        bodysuit, bra, sports bra, bralette, bustier, corset, halter, jersey, crewneck, singlet,
        longsleeve, rash guard, dress shirt, sweater vest, hemd, bluse, pulli, oberteil, chemise,
        chemisier, débardeur, camiseta, camisa, blusa, suéter, maglia, maglione, camicia,
        maglietta""",
    ),
    (
        OUTWEAR,
        """jacket, coat, topcoat, blazer, parka, trench, trench coat, windbreaker, anorak, bomber,
        raincoat, overcoat, peacoat, outerwear, puffer, poncho, cape, gilet, down vest,
        puffer vest, shacket, overshirt, windcheater, duster, kimono, waistcoat, shell, cagoule,
        jacke, mantel, manteau, veste, blouson, doudoune, chaqueta, abrigo, giacca, cappotto,
        giubbotto""",
    ),
    (
        BOTTOM,
        """pant, trouser, jean, chino, legging, jegging, jogger, capri, slack, culotte, short,
        skirt, skort, sweatpant, cargo, tight, bottom, palazzo, bermuda, trunk, dress pant,
        swim short, board short, boardshort, miniskirt, jupe, pantalon, falda, pantalón,
        pantalones, gonna, pantaloni, vaqueros""",
    ),
    (
        DRESS,
        """dress, gown, sundress, minidress, maxidress, frock, shirtdress, cheongsam, kleid,
        vestido, vestito, abito""",
    ),
    (
        TOP_OR_OUTWEAR,
        """hoodie, sweatshirt, cardigan, vest, fleece, zip-up, full zip, full-zip, quarter zip,
        jackshirt, bolero, shrug, kapuzenpullover""",
    ),
    (ONE_PIECE, "jumpsuit, romper, playsuit, overall, dungaree, unitard, onesie, catsuit"),
    (SUIT, "suit, tracksuit, pantsuit, sweatsuit, pajama, pyjama, co-ord set, two piece set"),
    (
        NO_GARMENT,
        """bag, backpack, handbag, tote, clutch, purse, wallet, duffel, duffle, crossbody, luggage,
        watch, jewelry, jewellery, necklace, bracelet, ring, earring, brooch, shoe, sneaker, boot,
        bootie, sandal, heel, pump, loafer, slipper, trainers, flip-flop, footwear, hat, cap,
        beanie, beret, headband, belt, scarf, glove, mitten, sock, stocking, tie, bow tie, necktie,
        sunglasses, glasses, eyewear, umbrella, keychain, case, perfume, fragrance, cosmetic,
        bikini, swimsuit, swimwear, lingerie, underwear, panty, panties, thong, boxer, brief,
        garter, apron, blanket, towel, poster, mug, sewing pattern, doll, wig, hanger, gift card,
        bottle, yoga mat, yoga block, yoga strap, accessories, accessory, gear, toy, book, fabric,
        suspender, dress shoe, dress boot, rack, dog coat, tasche, schuh, schuhe, stiefel, gürtel,
        uhr, mütze, sac, chaussure, montre, ceinture, bolso, zapato, reloj, borsa, scarpe,
        orologio""",
    ),
)

_PARTS: tuple[tuple[Kinds, str], ...] = (
    (
        TOP,
        """티셔츠 셔츠 블라우스 니트 스웨터 나시 민소매 폴로 상의 풀오버 뷔스티에 캐미솔 탑
        Tシャツ シャツ ブラウス ニット セーター トップス カットソー タンクトップ""",
    ),
    (
        OUTWEAR,
        """자켓 재킷 코트 점퍼 패딩 아우터 블레이저 바람막이 야상 무스탕 파카
        ジャケット コート ブルゾン アウター ブレザー""",
    ),
    (
        BOTTOM,
        """바지 팬츠 슬랙스 스커트 치마 레깅스 조거 쇼츠 하의 큐롯
        パンツ スカート ズボン デニム ボトムス レギンス""",
    ),
    (DRESS, "원피스 드레스 ワンピース ドレス"),
    (
        TOP_OR_OUTWEAR,
        """후드 맨투맨 가디건 카디건 조끼 베스트 집업 후리스
        スウェット カーディガン パーカー ベスト フーディー""",
    ),
    (ONE_PIECE, "점프수트 오버롤 멜빵바지 オールインワン サロペット"),
    (SUIT, "정장 수트 트레이닝복 セットアップ スーツ"),
    (
        NO_GARMENT,
        """가방 백팩 토트백 숄더백 크로스백 핸드백 지갑 시계 신발 운동화 스니커즈 구두 부츠 샌들
        슬리퍼 로퍼 모자 캡모자 비니 벨트 목걸이 귀걸이 반지 팔찌 양말 스카프 머플러 장갑
        선글라스 안경 우산 수영복 비키니 속옷 브래지어 팬티 넥타이 키링
        バッグ リュック 財布 時計 靴 シューズ スニーカー ブーツ サンダル 帽子 キャップ ベルト
        ネックレス ピアス マフラー 手袋 水着""",
    ),
)

BY_WORD: dict[str, Kinds] = {
    " ".join(word.casefold().split()): kinds
    for kinds, listed in _WORDS
    for word in listed.split(",")
}
BY_PART: dict[str, Kinds] = {
    part.casefold(): kinds for kinds, listed in _PARTS for part in listed.split()
}
