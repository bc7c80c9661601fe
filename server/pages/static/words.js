/** The words of the page's language, which the server put into the page. */

import { Words } from "./ui/words.js";

/** @type {Record<string, string>} */
const TEXTS = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

export const words = new Words(document.documentElement.lang, TEXTS, "page");

/**
 * @param {string} key
 * @param {...(string | number)} parts Put in for $1, $2, ...
 */
export function say(key, ...parts) {
  return words.say(key, ...parts);
}

/** @param {number} count */
export function number(count) {
  return new Intl.NumberFormat(words.language).format(count);
}
