/** The words of the extension's own pages. */

import { wordsFor } from "../background/locale.js";

/**
 * Fill in the words of every `data-word`.
 *
 * @param {import("../background/settings.js").Settings} settings
 * @returns {Promise<import("../ui/words.js").Words>}
 */
export async function speak(settings) {
  const words = await wordsFor(settings);
  document.documentElement.lang = words.language;
  document.documentElement.dir = words.direction;
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = words.say(element.getAttribute("data-word") ?? "");
  }
  return words;
}
