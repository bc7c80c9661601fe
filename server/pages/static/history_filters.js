/** What of the history is shown: words, a kind of thing, a garment's category, a shop. */

import { byId, html } from "./ui/build.js";
import { say, words } from "./words.js";

/** @typedef {import("./ui/answers.js").Category} Category */
/** @typedef {"pictures" | "garments" | "opened" | "saved" | "put_away"} Kind */

export class HistoryFilters {
  /** @param {() => void} changed */
  constructor(changed) {
    this.search = byId("history-search", HTMLInputElement);
    this.kind = byId("history-kind", HTMLSelectElement);
    this.category = byId("history-category", HTMLSelectElement);
    this.shop = byId("history-shop", HTMLSelectElement);
    this.search.addEventListener("input", changed);
    for (const select of [this.kind, this.category, this.shop]) select.addEventListener("change", changed);
  }

  /**
   * Offer what there is to choose from; what is chosen stays.
   *
   * @param {Set<string>} categories By name.
   * @param {Set<string>} shops
   * @param {Category[]} known
   */
  offer(categories, shops, known) {
    const names = new Map(known.map(({ name, words: texts }) =>
      [name, words.capitalised(texts[words.language] || texts.en || name)]));
    names.set("other", say("framed"));
    fill(this.category, [...categories].map((name) => /** @type {[string, string]} */ ([name, names.get(name) ?? name])),
      say("category_any"));
    fill(this.shop, [...shops].map((name) => /** @type {[string, string]} */ ([name, name])), say("shop_any"));
  }

  /**
   * @param {Kind} kind
   * @param {{text: string, categories: (string | null)[], shops: (string | null)[]}} of What a thing is.
   * @returns {boolean} Whether it is shown.
   */
  shows(kind, { text, categories, shops }) {
    const wanted = this.search.value.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const own = text.toLocaleLowerCase();
    return (!this.kind.value || this.kind.value === kind)
      && (!this.category.value || categories.includes(this.category.value))
      && (!this.shop.value || shops.includes(this.shop.value))
      && wanted.every((word) => own.includes(word));
  }
}

/**
 * @param {HTMLSelectElement} select
 * @param {[value: string, name: string][]} entries
 * @param {string} any What stands for all of them.
 */
function fill(select, entries, any) {
  const { value } = select;
  entries.sort(([, one], [, other]) => one.localeCompare(other, words.language));
  select.replaceChildren(html("option", { value: "" }, any),
    ...entries.map(([each, name]) => html("option", { value: each }, name)));
  select.value = entries.some(([each]) => each === value) ? value : "";
  select.hidden = entries.length < 2 && !select.value;
}
