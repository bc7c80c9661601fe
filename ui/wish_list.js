/** The shops that the user prefers or blocks, each of which can be forgotten again. */

import { html } from "./build.js";

/** @typedef {import("./choice.js").Shops} Shops */

/**
 * @param {Shops} shops
 * @param {import("./words.js").Words} words
 * @param {(name: string) => void} forget
 * @returns {HTMLElement[]} A row for each: preferred ones first, each part by name.
 */
export function wishRows(shops, words, forget) {
  const kept = [...shops.values()].sort((one, other) =>
    other.wish.localeCompare(one.wish) || one.name.localeCompare(other.name, words.language));
  return kept.map(({ name, wish }) => {
    const [state, end, label] = wish === "prefer" ? ["wish_prefer", "wish_prefer_end", "stop_preferring"]
      : ["wish_block", "wish_block_end", "unblock_shop"];
    const remove = html("button", { type: "button", class: "button", "aria-label": words.say(label, name) }, words.say(end));
    remove.addEventListener("click", () => forget(name));
    return html("li", {}, html("span", { class: "wish" }, html("bdi", {}, name), " ",
      html("span", { class: "small" }, words.say(state))), remove);
  });
}
