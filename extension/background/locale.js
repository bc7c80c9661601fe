/** The language in force, its words, and how the overlay looks. */

import { LANGUAGES } from "../ui/languages.js";
import { Words } from "../ui/words.js";

/** @typedef {import("./settings.js").Settings} Settings */

/** Where the browser's own language has no words. */
const DEFAULT = "en";
/** In the order in which they are applied. */
const STYLES = ["ui/theme.css", "ui/silhouettes.css", "ui/offers.css", "ui/choice.css", "ui/refine.css",
  "content/overlay.css"];

/**
 * Return the words of the language that was chosen, which need not be the browser's own.
 *
 * @param {Settings} settings
 * @returns {Promise<Words>}
 */
export async function wordsFor({ language: chosen }) {
  const [browsers = DEFAULT] = chrome.i18n.getUILanguage().toLowerCase().split("-");
  const language = [chosen, browsers].find((tag) => Object.hasOwn(LANGUAGES, tag)) ?? DEFAULT;
  const texts = JSON.parse(await ownFile(`ui/words/${language}.json`));
  return new Words(language, texts, "extension");
}

/**
 * Return the style sheet of the overlay. It goes to the page part with the words: a page's policy
 * may let the page part load no files.
 *
 * @returns {Promise<string>}
 */
export async function overlayStyle() {
  return (await Promise.all(STYLES.map(ownFile))).join("\n");
}

/** @type {Map<string, Promise<string>>} */
const read = new Map();

/**
 * @param {string} path Of a file of the extension.
 * @returns {Promise<string>}
 */
function ownFile(path) {
  const known = read.get(path);
  if (known) return known;
  const text = fetch(chrome.runtime.getURL(path)).then((answer) => answer.text());
  read.set(path, text);
  return text;
}
