/** The shops that the user prefers or blocks: kept in this browser, and nowhere else. */

import { readShops } from "./ui/choice.js";

/** @typedef {import("./ui/choice.js").Shops} Shops */

const KEY = "where-to-buy.shops";

/** @returns {Shops} None where the browser keeps nothing, or what it kept cannot be read. */
export function keptShops() {
  try {
    return readShops(JSON.parse(localStorage.getItem(KEY) ?? "[]"));
  } catch (error) {
    console.info("The shops that were preferred or blocked cannot be read.", error);
    return new Map();
  }
}

/** @param {Shops} shops */
export function keepShops(shops) {
  try {
    localStorage.setItem(KEY, JSON.stringify([...shops.values()]));
  } catch (error) {
    // A browser that keeps nothing: the choice holds until the page is left.
    console.info("The shops cannot be kept.", error);
  }
}
