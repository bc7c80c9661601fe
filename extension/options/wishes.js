/** The list of shops that are preferred or blocked. */

import { readSettings } from "../background/settings.js";
import { changeWish, keptShops } from "../background/shops.js";
import { byId, html } from "../ui/build.js";
import { readShops } from "../ui/choice.js";
import { wishRows } from "../ui/wish_list.js";
import { speak } from "./speaking.js";

chrome.storage.local.onChanged.addListener(() => void show());
await show();

async function show() {
  const words = await speak(await readSettings());
  const rows = wishRows(readShops(await keptShops()), words, async (name) => {
    await changeWish(name, null);
    byId("wishes", HTMLUListElement).querySelector("button")?.focus();
  });
  const none = html("li", { class: "hint" }, words.say("wishes_none"));
  byId("wishes", HTMLUListElement).replaceChildren(...(rows.length ? rows : [none]));
}
