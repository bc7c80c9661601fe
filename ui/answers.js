/**
 * What the server answers, checked before anything relies on it.
 *
 * The server may be of another version than what asks it, or another program altogether. Of its
 * types, made from the OpenAPI document, these are the parts that are read.
 */

import { demand, listOf, maybeText, numberOf, rowOf, textOf } from "./checks.js";

/** @typedef {import("./protocol.js").Colour} Colour */
/** @typedef {import("./protocol.js").Converted} Converted */
/** @typedef {import("./protocol.js").Money} Money */
/** @typedef {import("./protocol.js").Failed} Failed */
/** @typedef {import("./protocol.js").Seller} Seller */
/**
 * @typedef {Pick<import("./protocol.js").Garment,
 *   "number" | "box" | "polygons" | "colours" | "search_text" | "crop">
 *   & {category: string, rivals: Rival[]}} Garment
 * @typedef {{category: string, words: Record<string, string>}} Rival
 * @typedef {Pick<import("./protocol.js").Look, "id" | "width" | "height" | "created_at">
 *   & {garments: Garment[]}} Look
 * @typedef {Omit<import("./protocol.js").Offer, "gtin" | "kind" | "against"> & {against: string | null}} Offer
 *   A newer server has more reasons against one.
 * @typedef {{look: Look, garment: number}} Liked The look of an offer's picture, and what in it the offer is.
 * @typedef {{event: "offers", provider: string, offers: Offer[]}} Offers
 * @typedef {import("./protocol.js").Sending} Sending
 * @typedef {import("./protocol.js").Receipt} Receipt
 * @typedef {{event: "done", order: string[], answered: string[] | null, receipt: Receipt | null,
 *   preparing: import("./protocol.js").Preparing | null}} Done
 *   An older server does not say who answered, nor what it sent, nor what cannot be found yet.
 * @typedef {Offers | Failed | Done} SearchEvent
 * @typedef {Omit<import("./protocol.js").Provider, "cost" | "quota">} Provider
 * @typedef {Omit<import("./protocol.js").Test, "verdict"> & {verdict: string}} Test
 * @typedef {{name: string, words: Record<string, string>}} Category
 * @typedef {Pick<import("./protocol.js").Rates, "source" | "as_of">
 *   & {problem: RatesProblem | null}} Rates
 * @typedef {{code: string, details: string[], text: string}} RatesProblem `text` is in English.
 */

export const LOOK_ID = /^[0-9A-Za-z_-]{1,64}$/;
const HEX = /^#[0-9a-f]{6}$/i;

/**
 * @param {unknown} body
 * @returns {Look}
 */
export function lookOf(body) {
  const row = rowOf(body);
  const id = textOf(row.id);
  demand(LOOK_ID.test(id), "a look without a usable id");
  const width = numberOf(row.width);
  const height = numberOf(row.height);
  demand(width > 0 && height > 0, "a look without a size");
  const garments = listOf(row.garments).map(garmentOf);
  return { id, width, height, created_at: textOf(row.created_at), garments };
}

/**
 * @param {unknown} body
 * @returns {Liked}
 */
export function likedOf(body) {
  const row = rowOf(body);
  return { look: lookOf(row.look), garment: numberOf(row.garment) };
}

/**
 * @param {unknown} body
 * @returns {Look[]}
 */
export function looksOf(body) {
  return listOf(rowOf(body).looks).map(lookOf);
}

/**
 * @param {unknown} body
 * @returns {Garment}
 */
function garmentOf(body) {
  const row = rowOf(body);
  const box = listOf(row.box).map(numberOf);
  demand(box.length === 4, "a box that is not one");
  return {
    number: numberOf(row.number),
    category: textOf(row.category),
    box: /** @type {[number, number, number, number]} */ (box),
    polygons: listOf(row.polygons).map((polygon) => listOf(polygon).map(pointOf)),
    colours: listOf(row.colours).map(colourOf),
    search_text: textsOf(row.search_text),
    rivals: listOf(row.rivals ?? []).map(rivalOf),
    crop: textOf(row.crop),
  };
}

/** @param {unknown} body */
function rivalOf(body) {
  const row = rowOf(body);
  return { category: textOf(row.category), words: textsOf(row.words) };
}

/**
 * @param {unknown} body Texts by language.
 * @returns {Record<string, string>}
 */
function textsOf(body) {
  const texts = Object.entries(rowOf(body));
  return Object.fromEntries(texts.map(([language, text]) => [language, textOf(text)]));
}

/**
 * @param {unknown} body
 * @returns {Category[]}
 */
export function categoriesOf(body) {
  return listOf(rowOf(body).categories).map((entry) => {
    const row = rowOf(entry);
    return { name: textOf(row.name), words: textsOf(row.words) };
  });
}

/**
 * @param {unknown} body
 * @returns {[number, number]}
 */
function pointOf(body) {
  const [x, y] = listOf(body);
  return [numberOf(x), numberOf(y)];
}

/**
 * @param {unknown} body
 * @returns {Colour}
 */
function colourOf(body) {
  const row = rowOf(body);
  const hex = textOf(row.hex);
  demand(HEX.test(hex), "a colour that is not one");
  return { name: textOf(row.name), hex, share: numberOf(row.share) };
}

/**
 * @param {unknown} body
 * @returns {Provider[]}
 */
export function providersOf(body) {
  return listOf(rowOf(body).providers).map((entry) => {
    const row = rowOf(entry);
    return {
      name: textOf(row.name),
      title: textOf(row.title),
      enabled: row.enabled === true,
      available: typeof row.available === "boolean" ? row.available : row.enabled === true,
      switch: maybeText(row.switch),
      needs: listOf(row.needs).map(textOf),
      keys: listOf(row.keys ?? []).map(keyOf), // an older server takes none
      runs_early: row.runs_early === true,
      discloses: textOf(row.discloses),
    };
  });
}

/**
 * @param {unknown} body
 * @returns {Provider["keys"][number]}
 */
function keyOf(body) {
  const row = rowOf(body);
  return { name: textOf(row.name), is_set: row.is_set === true, is_fixed: row.is_fixed === true };
}

/**
 * @param {unknown} body
 * @returns {Test}
 */
export function testOf(body) {
  const row = rowOf(body);
  return {
    verdict: textOf(row.verdict),
    offers: numberOf(row.offers),
    seconds: numberOf(row.seconds),
    message: textOf(row.message),
    code: textOf(row.code),
    details: listOf(row.details).map(textOf),
    change: textOf(row.change),
  };
}

/**
 * @param {unknown} body
 * @returns {import("./protocol.js").Keeping}
 */
export function keepingOf(body) {
  const row = rowOf(body);
  return { keep: row.keep === true, fixed: row.fixed === true };
}

/**
 * @param {unknown} body
 * @returns {Rates}
 */
export function ratesOf(body) {
  const row = rowOf(body);
  const source = row.source === "ecb" || row.source === "given" ? row.source : null;
  const text = maybeText(row.problem);
  const problem = text === null ? null
    : { code: maybeText(row.problem_code) ?? "", details: listOf(row.problem_details ?? []).map(textOf), text };
  return { source, as_of: maybeText(row.as_of), problem };
}
