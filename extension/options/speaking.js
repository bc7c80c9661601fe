/** Words and elements of the extension's own pages. */

import { languageOf, wordsOf } from "../background/locale.js";
import { Words } from "../content/words.js";

/**
 * Put words in for every `data-word`.
 *
 * @param {import("../background/settings.js").Settings} settings
 * @returns {Promise<Words>}
 */
export async function speak(settings) {
  const language = languageOf(settings);
  const words = new Words(language, await wordsOf(language));
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = words.say(element.getAttribute("data-word") ?? "");
  }
  return words;
}

/**
 * @template {HTMLElement} E
 * @param {string} id
 * @param {new (...args: any[]) => E} kind
 * @returns {E}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new TypeError(`The page has no such element: ${id}`);
  return element;
}
