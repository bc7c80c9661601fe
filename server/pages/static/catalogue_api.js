/** What the catalogue's page asks of the server, checked. */

import { ask, askFor, json } from "./api.js";
import { parametersOf, queryOf } from "./ui/asking.js";
import { listOf, maybeText, numberOf, rowOf, textOf } from "./ui/checks.js";
import { preparingOf } from "./ui/preparing.js";

/**
 * @typedef {{state: string, items: number, total: number | null, part: number,
 *   seconds: number | null, text: string | null, code: string | null}} Progress
 * @typedef {{id: number, name: string, source: string, products: number, searchable: number,
 *   gone: number, everyHours: number, unfinished: boolean,
 *   note: {code: string, text: string} | null, progress: Progress | null}} Shop
 * @typedef {{source: string, progress: Progress}} Adding
 * @typedef {{amount: string, currency: string}} Money
 * @typedef {{title: string, link: string, shop: string, price: Money | null,
 *   size: string | null, leftOut: string | null, picture: string | null}} Product
 * @typedef {{words: string, state: string, asked: import("./ui/asking.js").Asked}} Wanted
 * @typedef {{name: string, address: string, country: string, tastes: string[],
 *   added: boolean}} Listed
 */

/**
 * @param {unknown} value
 * @returns {Progress}
 */
function progressOf(value) {
  const row = rowOf(value);
  return {
    state: textOf(row.state), items: numberOf(row.items), part: numberOf(row.part),
    total: row.total === null ? null : numberOf(row.total),
    seconds: row.seconds_left === null ? null : numberOf(row.seconds_left),
    text: maybeText(row.text), code: maybeText(row.code),
  };
}

/**
 * @param {unknown} value
 * @returns {Shop}
 */
function shopOf(value) {
  const row = rowOf(value);
  const note = row.note === null ? null : rowOf(row.note);
  return {
    id: numberOf(row.id), name: textOf(row.name), source: textOf(row.source),
    products: numberOf(row.products), searchable: numberOf(row.searchable),
    gone: numberOf(row.gone), everyHours: numberOf(row.every_hours),
    unfinished: row.unfinished === true,
    note: note && { code: textOf(note.code), text: textOf(note.text) },
    progress: row.progress === null ? null : progressOf(row.progress),
  };
}

/**
 * @param {unknown} value
 * @returns {Money | null}
 */
function moneyOf(value) {
  if (value === null) return null;
  const row = rowOf(value);
  return { amount: textOf(row.amount), currency: textOf(row.currency) };
}

/** @param {unknown} value */
function productsOf(value) {
  const body = rowOf(value);
  /** @type {Product[]} */
  const products = listOf(body.products).map((each) => {
    const row = rowOf(each);
    return { title: textOf(row.title), link: textOf(row.link), shop: textOf(row.shop),
      price: moneyOf(row.price), size: maybeText(row.size), leftOut: maybeText(row.left_out),
      picture: maybeText(row.picture) };
  });
  return { total: numberOf(body.total), products };
}

/** @returns {Promise<{shops: Shop[], adding: Adding[], preparing: import("./ui/protocol.js").Preparing | null}>} */
export async function keptShops() {
  return askFor((body) => {
    const row = rowOf(body);
    const adding = listOf(row.adding).map((each) => ({
      source: textOf(rowOf(each).source), progress: progressOf(rowOf(each).progress),
    }));
    return { shops: listOf(row.shops).map(shopOf), adding, preparing: preparingOf(row.preparing) };
  }, "/catalog/shops");
}

/**
 * @param {string} source
 * @param {string} [name]
 */
export async function addShop(source, name) {
  await ask("/catalog/shops", { method: "POST", ...json({ source, ...(name ? { name } : {}) }) });
}

/**
 * @param {number} id
 * @param {boolean} acceptSmaller
 */
export async function refreshShop(id, acceptSmaller) {
  const body = json({ accept_smaller: acceptSmaller });
  await ask(`/catalog/shops/${id}/refresh`, { method: "POST", ...body });
}

/**
 * @param {number} id
 * @param {number} hours
 */
export async function scheduleShop(id, hours) {
  await ask(`/catalog/shops/${id}`, { method: "PATCH", ...json({ every_hours: hours }) });
}

/** @param {number} id */
export async function removeShop(id) {
  await ask(`/catalog/shops/${id}`, { method: "DELETE" });
}

/**
 * @param {Wanted} wanted
 * @param {number} offset
 */
export async function keptProducts(wanted, offset) {
  const asked = new URLSearchParams({ offset: String(offset) });
  if (wanted.words) asked.set("words", wanted.words);
  if (wanted.state) asked.set("state", wanted.state);
  for (const [name, value] of queryOf(parametersOf(wanted.asked))) asked.append(name, value);
  return askFor(productsOf, `/catalog/products?${asked}`);
}

/**
 * @param {Blob} picture
 * @param {import("./ui/asking.js").Asked} asked What the products have to be as well.
 */
export async function productsLike(picture, asked) {
  const form = new FormData();
  for (const [name, value] of queryOf(parametersOf(asked))) form.append(name, value);
  form.append("image", picture, "picture");
  return askFor(productsOf, "/catalog/search", { method: "POST", body: form });
}

/** @returns {Promise<import("./ui/refine_menus.js").Values>} What products can be chosen by. */
export async function productChoices() {
  return askFor((body) => {
    const row = rowOf(body);
    return { brands: listOf(row.brands).map(textOf), sizes: listOf(row.sizes).map(textOf),
      genders: listOf(row.genders).map(maybeText) };
  }, "/catalog/choices");
}

/** @returns {Promise<[string, number][]>} Why products are not found, and how many. */
export async function reasonsLeftOut() {
  return askFor((body) => Object.entries(rowOf(rowOf(body).left_out))
    .map(([reason, count]) => /** @type {[string, number]} */ ([reason, numberOf(count)])),
  "/catalog/stats");
}

/** @returns {Promise<Listed[]>} */
export async function listedShops() {
  return askFor((body) => listOf(rowOf(body).lists).flatMap((list) =>
    listOf(rowOf(list).shops).map((each) => {
      const row = rowOf(each);
      return { name: textOf(row.name), address: textOf(row.address), country: textOf(row.country),
        tastes: listOf(row.tastes).map(textOf), added: row.added === true };
    })), "/catalog/lists");
}
