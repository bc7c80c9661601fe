/** The part of the server's API about the history. */

import { ask, askFor, json } from "./api.js";
import { historyOf, importedOf, pricesOf } from "./kept_answers.js";
import { keepingOf, looksOf } from "./ui/answers.js";
import { searchContext } from "./ui/countries.js";
import { words } from "./words.js";

/** Newest first. */
export async function keptLooks() {
  return askFor(looksOf, "/looks");
}

/** Newest first. */
export async function keptHistory() {
  return askFor(historyOf, "/history");
}

/**
 * Delete something of the history.
 *
 * @param {string} path
 * @returns {Promise<boolean>} Whether it is deleted; false if the server hides it until it can be.
 */
async function forget(path) {
  return (await ask(path, { method: "DELETE" })).status !== 202;
}

/** @param {string} look */
export async function forgetLook(look) {
  return forget(`/looks/${encodeURIComponent(look)}`);
}

/** @param {number} id Of a click. */
export async function forgetClick(id) {
  return forget(`/history/${id}`);
}

/**
 * @param {string} look
 * @param {number} number
 */
export async function forgetGarment(look, number) {
  return forget(`/history/garments/${encodeURIComponent(look)}/${number}`);
}

/** Delete what was opened and what was looked at. */
export async function forgetAll() {
  const gone = [await forget("/history"), await forget("/looks")];
  return gone.every(Boolean);
}

export async function historyKept() {
  return askFor(keepingOf, "/history/keeping");
}

/** @param {boolean} keep */
export async function keepHistory(keep) {
  await ask("/history/keeping", { method: "PATCH", ...json({ keep }) });
}

/**
 * Search for a garment once more, and compare prices.
 *
 * @param {string} look
 * @param {number} garment
 */
export async function pricesAgain(look, garment) {
  const query = new URLSearchParams(searchContext(words));
  return askFor(pricesOf, `/looks/${encodeURIComponent(look)}/garments/${garment}/prices?${query}`);
}

/** @param {File} file */
export async function importFile(file) {
  const body = new FormData();
  body.append("file", file, "history.zip");
  return askFor(importedOf, "/history/import", { method: "POST", body });
}
