/** Lists of shops to choose from: one click adds a shop. */

import { listedShops } from "./catalogue_api.js";
import { button } from "./host.js";
import { html } from "./ui/build.js";
import { say, words } from "./words.js";

/** @typedef {import("./catalogue_api.js").Listed} Listed */

/** @type {Record<string, string>} */
const TASTES = {
  everyday: "taste_everyday", basics: "taste_basics", sport: "taste_sport",
  outdoor: "taste_outdoor", street: "taste_street", elegant: "taste_elegant",
  vintage: "taste_vintage", sustainable: "taste_sustainable", shoes: "taste_shoes",
  bags: "taste_bags", workwear: "taste_workwear", swimwear: "taste_swimwear",
};

/**
 * @param {HTMLElement} place
 * @param {(address: string, name: string) => Promise<void>} add
 * @param {(error: unknown) => void} fail
 */
export async function showLists(place, add, fail) {
  try {
    /** @type {Map<string, Listed[]>} */
    const countries = new Map();
    for (const shop of await listedShops()) {
      countries.set(shop.country, [...(countries.get(shop.country) ?? []), shop]);
    }
    const names = new Intl.DisplayNames([words.language], { type: "region" });
    place.replaceChildren(...[...countries].flatMap(([country, shops]) => [
      html("h3", {}, names.of(country) ?? country),
      html("ul", {}, ...shops.map((shop) => row(shop, add))),
    ]));
  } catch (error) {
    fail(error);
  }
}

/**
 * @param {Listed} shop
 * @param {(address: string, name: string) => Promise<void>} add
 */
function row(shop, add) {
  const tastes = shop.tastes.filter((taste) => taste in TASTES)
    .map((taste) => say(TASTES[taste] ?? taste))
    .join(words.comma);
  const item = html("li", {}, html("span", { dir: "auto" }, shop.name, html("small", {}, tastes)));
  if (shop.added) {
    item.append(html("small", {}, say("shop_added")));
    return item;
  }
  const press = button(say("shop_add"), "button", async () => {
    press.disabled = true;
    await add(shop.address, shop.name);
  });
  press.setAttribute("aria-label", say("shop_add_named", shop.name));
  item.append(press);
  return item;
}
