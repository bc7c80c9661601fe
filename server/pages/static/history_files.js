/** The history as files: saved, and taken in again. */

import { importFile } from "./history_api.js";
import { troubleCard } from "./trouble.js";
import { byId, html } from "./ui/build.js";
import { say, words } from "./words.js";

/** What the server takes through the browser. */
const MOST_BYTES = 19 * 2 ** 20 - 4096;

/** @param {() => Promise<unknown>} changed Something was taken in. */
export function offerFiles(changed) {
  const chooser = byId("history-import", HTMLInputElement);
  const place = byId("history-imported", HTMLElement);
  const tell = (/** @type {string} */ text) => place.replaceChildren(html("p", { class: "small" }, text));
  chooser.addEventListener("change", async () => {
    const file = chooser.files?.[0];
    chooser.value = "";
    if (!file) return;
    if (file.size > MOST_BYTES) {
      tell(say("import_too_large"));
      return;
    }
    tell(say("importing"));
    try {
      const { looks, garments, clicks, put_away: away, saved, pictures_missing: missing } = await importFile(file);
      const numbers = [looks, garments, clicks, away, saved].map((number) => words.number(number));
      const sum = looks + garments + clicks + away + saved;
      const said = sum ? say("import_done", ...numbers) : say("import_nothing");
      tell(missing ? `${said} ${say("import_missing", words.number(missing))}` : said);
      await changed();
    } catch (error) {
      place.replaceChildren(troubleCard(error));
    }
  });
}
