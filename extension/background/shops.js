/** The shops that the user prefers or blocks, in `chrome.storage.local`. */

import { readShops, withWish } from "../ui/choice.js";

/** @typedef {{name: string, wish: import("../ui/choice.js").Wish}[]} Kept */

const KEY = "shops";

/** @returns {Promise<Kept>} */
export async function keptShops() {
  const stored = await chrome.storage.local.get({ [KEY]: [] });
  return [...readShops(stored[KEY]).values()];
}

let changed = Promise.resolve();

/**
 * @param {unknown} name As a page part sends it; anything but a name and a wish changes nothing.
 * @param {unknown} wish
 */
export function changeWish(name, wish) {
  const own = () => change(name, wish);
  // One after the other, also after one that failed: of two at once, only one would be kept.
  changed = changed.then(own, own);
  return changed;
}

/**
 * @param {unknown} name
 * @param {unknown} wish
 */
async function change(name, wish) {
  if (typeof name !== "string" || !(wish === "prefer" || wish === "block" || wish === null)) return;
  const shops = withWish(readShops(await keptShops()), name, wish);
  await chrome.storage.local.set({ [KEY]: [...readShops([...shops.values()]).values()] });
}
