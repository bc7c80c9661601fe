/** The list of browsers that a person allowed to use the server. */

import { pairings, removeDevice } from "./pairing_api.js";
import { byId, html } from "./ui/build.js";
import { button } from "./host.js";
import { troubleCard } from "./trouble.js";
import { say, words } from "./words.js";

const place = byId("devices", HTMLElement);
const list = byId("device-list", HTMLUListElement);

export async function showDevices() {
  const { allowed } = await pairings();
  place.hidden = allowed.length === 0;
  list.replaceChildren(...allowed.map(row));
}

/** @param {import("./ui/protocol.js").Device} device */
function row({ id, name, origin, since }) {
  const remove = button(say("shop_remove"), "button", async () => {
    try {
      await removeDevice(id);
      await showDevices();
    } catch (error) {
      item.append(troubleCard(error));
    }
  });
  remove.setAttribute("aria-label", say("device_remove", name));
  const item = html("li", {}, html("div", { class: "provider" }, html("h3", {}, name), remove),
    html("p", {}, say("device_since", words.day(since.slice(0, 10)))), html("p", { class: "small" }, origin));
  return item;
}
