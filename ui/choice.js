/**
 * Which offers the user wants to see, and in which order. The rules are the server's
 * (`server/offers/order/choice.py`); here they are applied to what has arrived already, without
 * asking the shops again.
 */

import { nothing } from "./asking.js";

/** @typedef {import("./answers.js").Offer} Offer */
/** @typedef {import("./answers.js").Seller} Seller */
/** @typedef {"prefer" | "block"} Wish */
/** @typedef {Map<string, {name: string, wish: Wish}>} Shops By `shopKey`. */

/**
 * @typedef {object} Choice
 * @property {"similarity" | "price"} sort
 * @property {"new" | "used" | null} condition
 * @property {boolean} sameColour
 * @property {number | null} min In `currency`, as is `max`.
 * @property {number | null} max
 * @property {string} currency In which prices are compared.
 * @property {Shops} shops
 * @property {boolean} showsBlocked For once, blocked shops as well.
 * @property {boolean} showsFarOff For once, other categories, what is hardly alike, and what is not
 *   what was asked for as well.
 * @property {import("./asking.js").Asked} asked The server says which offers are something else.
 * @property {Map<string, boolean>} put Offers that were put away (true) or back again since the search.
 */

/** @typedef {"put_away" | "category" | "likeness" | "shop" | "condition" | "colour" | "price" | "price_unknown" | AskedReason} Reason */
/** @typedef {typeof ASKED_REASONS[number]} AskedReason Why an offer is not what was asked for. */

export const ASKED_REASONS = /** @type {const} */ (
  ["asked_colour", "asked_pattern", "asked_sleeves", "asked_words", "asked_shop", "asked_brand", "asked_size",
    "asked_gender", "asked_availability"]);
/** Least scores of the words for similarity: a preferred shop comes first within each of them. */
const DEGREES = [0.75, 0.5, 0.25, 0];
/** Where the scores of another category begin, and how much of a score is added to that. */
const OTHER_CATEGORY = -0.9;
const OTHER_SHARE = 0.5;
/** Reasons that hold whoever sells the product. */
const OF_THE_PICTURE = ["very similar", "similar", "same colour"];
/** Shops that are remembered; the oldest go first. */
export const MOST_SHOPS = 200;
const LONGEST_NAME = 200;

/** @returns {Choice} */
export function anything() {
  return {
    sort: "similarity", condition: null, sameColour: false, min: null, max: null, currency: "",
    shops: new Map(), showsBlocked: false, showsFarOff: false, asked: nothing(), put: new Map(),
  };
}

/** @param {string} name Of a shop, or its host. */
export function shopKey(name) {
  const plain = name.normalize("NFKC").toLowerCase().trim().replace(/\s+/g, " ");
  return plain.replace(/^www\./, "");
}

/** @param {Offer | Seller} offer */
export function shopName({ shop, link }) {
  return shop || (URL.canParse(link) ? new URL(link).hostname : "");
}

/**
 * @param {Offer | Seller} offer
 * @param {Shops} shops
 * @returns {Wish | null} Blocking wins over preferring.
 */
export function wishOf(offer, shops) {
  const host = URL.canParse(offer.link) ? new URL(offer.link).hostname : "";
  const wishes = [offer.shop ?? "", host].map((name) => name && shops.get(shopKey(name))?.wish);
  if (wishes.includes("block")) return "block";
  return wishes.includes("prefer") ? "prefer" : null;
}

/**
 * @param {Shops} shops
 * @param {string} name
 * @param {Wish | null} wish Null forgets it.
 * @returns {Shops} A changed copy.
 */
export function withWish(shops, name, wish) {
  const changed = new Map(shops);
  changed.delete(shopKey(name));
  if (wish && shopKey(name)) changed.set(shopKey(name), { name, wish });
  return new Map([...changed].slice(-MOST_SHOPS));
}

/**
 * Read what was stored; whatever is malformed is left out.
 *
 * @param {unknown} kept
 * @returns {Shops}
 */
export function readShops(kept) {
  /** @type {Shops} */
  let shops = new Map();
  for (const entry of Array.isArray(kept) ? kept.slice(-MOST_SHOPS) : []) {
    const { name, wish } = entry ?? {};
    const isName = typeof name === "string" && name.length <= LONGEST_NAME;
    if (isName && (wish === "prefer" || wish === "block")) shops = withWish(shops, name, wish);
  }
  return shops;
}

/**
 * @param {Offer} offer
 * @param {string} currency
 * @returns {number | null} Null where the price cannot be compared.
 */
export function priceIn(offer, currency) {
  if (offer.price !== null && offer.currency === currency) return Number(offer.price);
  return offer.converted?.currency === currency ? Number(offer.converted.price) : null;
}

/**
 * @param {Offer} offer
 * @param {string} currency
 * @returns {number | null} The price with shipping, where that is known and can be compared.
 */
export function costIn(offer, currency) {
  const price = priceIn(offer, currency);
  if (price === null || !offer.shipping) return price;
  const shipping = Number(offer.shipping.amount);
  let cost = price;
  if (offer.shipping.currency === currency) cost += shipping;
  else if (offer.shipping.currency === offer.currency && offer.converted) {
    cost += shipping * Number(offer.converted.rate);
  }
  return Number(cost.toFixed(4)); // what costs the same is the same number
}

/**
 * Return the currency to compare prices in: the user's, where something was converted into it;
 * otherwise the most frequent one.
 *
 * @param {Offer[]} offers
 */
export function commonCurrency(offers) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { currency, converted } of offers) {
    if (converted) return converted.currency;
    if (currency) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  }
  return [...counts].sort((one, other) => other[1] - one[1])[0]?.[0] ?? "";
}

/**
 * Return the offer as the shop that suits the choice best sells it: one that is not blocked, if
 * there is any; within the price range, where one is set; the cheapest of those, when sorting by
 * price. It has the id of the offer that this seller came with.
 *
 * @param {Offer} offer
 * @param {Choice} choice
 * @returns {Offer}
 */
export function asSold(offer, choice) {
  if (offer.type === "search" || offer.sellers.length === 0) return offer;
  const isFree = (/** @type {Offer | Seller} */ each) =>
    choice.showsBlocked || wishOf(each, choice.shops) !== "block";
  const free = offer.sellers.filter(isFree);
  const own = isFree(offer) ? [offer] : [];
  const sold = [...own, ...free.map((by) => soldBy(offer, by, [...own.map(sellerOf), ...free]))];
  const [least = offer] = sold
    .map((one) => ({ one, dearness: dearnessOf(one, choice) }))
    .sort((one, other) => compare(one.dearness, other.dearness))
    .map(({ one }) => one);
  return least;
}

/**
 * @param {Offer} offer
 * @param {Seller} by
 * @param {Seller[]} all
 * @returns {Offer} Without facts that only another shop stated, and without what moved that shop's offer.
 */
function soldBy(offer, by, all) {
  const { id, provider, link, shop, converted, availability } = by;
  return {
    ...offer, id, provider, link, shop, converted, availability,
    sellers: all.filter((seller) => seller !== by),
    price: by.price?.amount ?? null, currency: by.price?.currency ?? null,
    list_price: null, shipping: null, partner: false,
    score: isOfOtherCategory(offer) ? amongOthers(offer.similarity ?? 0) : offer.similarity ?? 0,
    why: offer.why.filter((reason) => OF_THE_PICTURE.includes(reason)),
  };
}

/**
 * @param {Offer} offer
 * @returns {boolean} Whether it is known to be of another category than the garment.
 */
export function isOfOtherCategory({ score, type }) {
  return score < 0 && type === "product";
}

/** @param {number} score */
function amongOthers(score) {
  return Number((OTHER_CATEGORY + OTHER_SHARE * score).toFixed(4));
}

/**
 * @param {Offer} offer
 * @returns {Seller}
 */
function sellerOf({ id, provider, link, shop, price, currency, converted, availability }) {
  const own = price !== null && currency !== null ? { amount: price, currency } : null;
  return { id, provider, link, shop, price: own, converted, availability };
}

/**
 * By what the shops that sell one product are ordered; the least comes first.
 *
 * @param {Offer} offer
 * @param {Choice} choice
 */
function dearnessOf(offer, choice) {
  const { only_shop: only, availability } = choice.asked;
  const isOther = only.length > 0 && !only.some((name) => shopKey(name) === shopKey(shopName(offer)));
  const isElsewhere = availability !== null && offer.availability !== availability;
  const misses = priceAgainst(offer, choice) !== null;
  const isByPrice = misses || choice.sort === "price";
  const cost = isByPrice ? costIn(offer, choice.currency) : 0;
  return [Number(isOther), Number(isElsewhere), Number(misses), Number(cost === null), cost ?? 0];
}

/**
 * @param {Offer} offer
 * @param {Choice} choice
 * @returns {boolean} Whether the user said that it is not the same.
 */
export function isPutAway(offer, { put }) {
  const said = [offer, ...offer.sellers].map(({ id }) => put.get(id)).find((each) => each !== undefined);
  return said ?? offer.against === "put_away";
}

/**
 * @param {Offer} offer
 * @returns {AskedReason | null} Why it is not what was asked for.
 */
export function askedReason({ against }) {
  return ASKED_REASONS.find((reason) => reason === against) ?? null;
}

/**
 * @param {Offer} offer
 * @param {Choice} choice
 * @returns {Reason | null} Why it is not shown. Links into search engines are always shown.
 */
export function reasonAgainst(offer, choice) {
  if (offer.type === "search") return null;
  if (!choice.showsFarOff && isPutAway(offer, choice)) return "put_away";
  if (!choice.showsFarOff && isOfOtherCategory(offer)) return "category";
  if (!choice.showsFarOff && offer.close === false) return "likeness";
  if (!choice.showsFarOff && askedReason(offer)) return askedReason(offer);
  if (!choice.showsBlocked && wishOf(offer, choice.shops) === "block") return "shop";
  const isUsed = offer.condition === "used" || offer.condition === "refurbished";
  if (choice.condition && isUsed !== (choice.condition === "used")) return "condition";
  if (choice.sameColour && !offer.same_colour) return "colour";
  return priceAgainst(offer, choice);
}

/**
 * @param {Offer} offer
 * @param {Choice} choice
 * @returns {"price" | "price_unknown" | null}
 */
function priceAgainst(offer, choice) {
  if (choice.min === null && choice.max === null) return null;
  const price = priceIn(offer, choice.currency);
  if (price === null) return "price_unknown";
  return price < (choice.min ?? 0) || price > (choice.max ?? Infinity) ? "price" : null;
}

/**
 * @param {Offer[]} ranked Best first.
 * @param {Choice} choice
 * @returns {Offer[]} By price, shipping included, with prices that cannot be compared after the others,
 *   and other categories last; or as they were, except that preferred shops come first among equals.
 *   Equal offers keep their order. What is not what was asked for, or was put away, comes after all.
 */
export function inOrder(ranked, choice) {
  const isApart = (/** @type {Offer} */ offer) => isPutAway(offer, choice) || askedReason(offer) !== null;
  const apart = ranked.filter((offer) => offer.type === "product" && isApart(offer));
  if (apart.length === 0) return sorted(ranked, choice);
  return [...sorted(ranked.filter((offer) => !apart.includes(offer)), choice), ...sorted(apart, choice)];
}

/**
 * @param {Offer[]} ranked
 * @param {Choice} choice
 */
function sorted(ranked, choice) {
  const place = (/** @type {Offer} */ offer) => {
    if (offer.type === "search") return [4, 0, 0];
    const isOther = wishOf(offer, choice.shops) === "prefer" ? 0 : 1;
    if (choice.sort === "price") {
      const group = isOfOtherCategory(offer) ? 2 : 0;
      const cost = costIn(offer, choice.currency);
      return cost === null ? [group + 1, 0, isOther] : [group, cost, isOther];
    }
    return [0, DEGREES.filter((least) => offer.score < least).length, isOther];
  };
  const isAsRanked = choice.sort === "similarity" &&
    ![...choice.shops.values()].some(({ wish }) => wish === "prefer");
  if (isAsRanked) return ranked;
  return ranked
    .map((offer) => ({ offer, own: place(offer) }))
    .sort((one, other) => compare(one.own, other.own))
    .map(({ offer }) => offer);
}

/**
 * @param {number[]} one
 * @param {number[]} other
 */
function compare(one, other) {
  const place = one.findIndex((value, at) => value !== other[at]);
  return place === -1 ? 0 : (one[place] ?? 0) - (other[place] ?? 0);
}

/**
 * Read an amount as people type it: "1,299.50", "1.299,50", "65 000", "₩65,000".
 *
 * @param {string} typed
 * @param {number} digits That the currency has after the point.
 * @returns {number | null | undefined} Null where nothing was typed, undefined for no amount.
 */
export function readAmount(typed, digits) {
  const text = typed.normalize("NFKC").replace(/[\s'’\p{Sc}]/gu, "");
  if (!text) return null;
  if (!/^\d[\d.,]*$/.test(text) && !/^[.,]\d+$/.test(text)) return undefined;
  const last = Math.max(text.lastIndexOf("."), text.lastIndexOf(","));
  const after = text.length - last - 1;
  const isOnlyMark = last !== -1 && text.indexOf(text.charAt(last)) === last;
  // "1,299" is a thousand and more; "12.5" and "12,50" have decimals, in no currency three.
  const hasPoint = isOnlyMark && digits > 0 && (after < 3 || (digits > 2 && after <= digits));
  const whole = (hasPoint ? text.slice(0, last) : text).replace(/[.,]/g, "");
  return Number(hasPoint ? `${whole || 0}.${text.slice(last + 1) || 0}` : whole);
}
