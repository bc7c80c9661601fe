/** The list of sites that the extension is always on. */

import { readSettings } from "../background/settings.js";
import { addSite, keptSites, patternOf, removeSite, siteOf } from "../background/sites.js";
import { byId, html } from "../ui/build.js";
import { speak } from "./speaking.js";

const field = byId("site", HTMLInputElement);
const result = byId("site-result", HTMLElement);
const words = await speak(await readSettings());

// The page that asked for it, where the browser does not ask there.
field.value = siteOf(new URLSearchParams(location.search).get("site") ?? "") ?? "";
if (field.value) field.focus();
byId("add-site", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void add();
});
chrome.storage.local.onChanged.addListener(() => void show());
await show();

/** Ask first: the browser shows its question only right after a click. */
async function add() {
  const site = siteOf(field.value);
  result.textContent = "";
  if (!field.value.trim() || !site) {
    result.textContent = words.say("options_site_fault");
    return;
  }
  if (!(await chrome.permissions.request({ origins: [patternOf(site)] }))) {
    result.textContent = words.say("options_site_refused");
    return;
  }
  await addSite(site);
  field.value = "";
  await show();
}

async function show() {
  const sites = await keptSites();
  const items = sites.map((site) => {
    const name = site.replace("https://", "");
    const remove = html("button", { type: "button", "aria-label": words.say("options_site_remove", name) },
      words.say("options_remove"));
    remove.addEventListener("click", async () => {
      await removeSite(site);
      await show();
    });
    return html("li", {}, html("span", {}, name), remove);
  });
  byId("sites", HTMLUListElement).replaceChildren(...items);
}
