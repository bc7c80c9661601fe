/** What the server answers about the history and what is saved, checked before it is shown. */

import { listOf, maybeText, numberOf, rowOf, textOf } from "./ui/checks.js";

/**
 * @typedef {object} Known An offer as it was when it was opened, put away or saved.
 * @property {string} title
 * @property {string | null} link Null of a garment that was saved.
 * @property {string | null} shop
 * @property {string | null} price
 * @property {string | null} currency
 * @property {string | null} category Of the garment it was found for.
 * @property {string | null} picture A path on this server.
 * @property {string | null} look Where it was found, while that is kept.
 * @property {number | null} garment
 * @property {string} at
 *
 * @typedef {Known & {id: number}} Opened
 * @typedef {Known & {offer: string, look: string, garment: number}} PutAway
 * @typedef {{look: string, number: number, at: string}} Seen A garment whose offers were looked at.
 * @typedef {{opened: Opened[], garments: Seen[], putAway: PutAway[]}} History
 * @typedef {Known & {id: number, list: number | null, texts: Record<string, string> | null}} SavedThing
 *   `texts`: what a garment is called; null of an offer.
 * @typedef {{id: number, name: string}} SavedList
 * @typedef {{saved: SavedThing[], lists: SavedList[]}} SavedPage
 * @typedef {{link: string, shop: string | null, price: string | null, currency: string | null,
 *   isElsewhere: boolean}} PriceNow
 * @typedef {{then: Known, now: PriceNow | null, change: string}} PriceAgain
 */

/**
 * @param {unknown} body
 * @returns {History}
 */
export function historyOf(body) {
  const row = rowOf(body);
  return {
    opened: listOf(row.clicks).map((entry) => ({ ...knownOf(entry), id: numberOf(rowOf(entry).id) })),
    garments: listOf(row.garments).map((entry) => {
      const { look_id: look, number, created_at: at } = rowOf(entry);
      return { look: textOf(look), number: numberOf(number), at: textOf(at) };
    }),
    putAway: listOf(row.put_away).map((entry) => {
      const { offer_id: offer, look_id: look, garment } = rowOf(entry);
      return { ...knownOf(entry), offer: textOf(offer), look: textOf(look), garment: numberOf(garment) };
    }),
  };
}

/**
 * @param {unknown} body
 * @returns {SavedPage}
 */
export function savedPageOf(body) {
  const row = rowOf(body);
  return {
    saved: listOf(row.saved).map((entry) => {
      const { id, list_id: list, texts } = rowOf(entry);
      return {
        ...knownOf(entry), id: numberOf(id), list: maybeNumber(list),
        texts: texts === null ? null
          : Object.fromEntries(Object.entries(rowOf(texts)).map(([language, text]) => [language, textOf(text)])),
      };
    }),
    lists: listOf(row.lists).map((entry) => {
      const { id, name } = rowOf(entry);
      return { id: numberOf(id), name: textOf(name) };
    }),
  };
}

/**
 * @param {unknown} body
 * @returns {PriceAgain[]}
 */
export function pricesOf(body) {
  return listOf(rowOf(body).offers).map((entry) => {
    const { then, now, change } = rowOf(entry);
    return { then: knownOf(then), now: now === null ? null : nowOf(now), change: textOf(change) };
  });
}

/**
 * @param {unknown} body
 * @returns {Record<"looks" | "garments" | "clicks" | "put_away" | "saved" | "pictures_missing", number>}
 */
export function importedOf(body) {
  const row = rowOf(body);
  const count = (/** @type {string} */ name) => numberOf(row[name]);
  return {
    looks: count("looks"), garments: count("garments"), clicks: count("clicks"), put_away: count("put_away"),
    saved: count("saved"), pictures_missing: count("pictures_missing"),
  };
}

/**
 * @param {unknown} body
 * @returns {PriceNow}
 */
function nowOf(body) {
  const row = rowOf(body);
  return {
    link: textOf(row.link), shop: maybeText(row.shop), price: maybeText(row.price),
    currency: maybeText(row.currency), isElsewhere: row.elsewhere === true,
  };
}

/**
 * @param {unknown} body
 * @returns {Known}
 */
function knownOf(body) {
  const row = rowOf(body);
  return {
    title: textOf(row.title), link: maybeText(row.link), shop: maybeText(row.shop), price: maybeText(row.price),
    currency: maybeText(row.currency), category: maybeText(row.category), picture: maybeText(row.picture),
    look: maybeText(row.look_id), garment: maybeNumber(row.garment), at: textOf(row.created_at ?? row.at),
  };
}

/** @param {unknown} value */
function maybeNumber(value) {
  return value === null || value === undefined ? null : numberOf(value);
}
