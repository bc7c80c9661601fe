/**
 * The bar above the offers: sort, and filters that open below it. The pages and the
 * extension have the same copy of this file; what differs between them comes as a `Kit`.
 */

import { html, icon } from "./build.js";
import { readAmount } from "./choice.js";

/** @typedef {import("./choice.js").Choice} Choice */

/**
 * @typedef {object} Kit
 * @property {(key: string, ...parts: (string | number)[]) => string} say
 * @property {(element: Element, type: string, act: (event: any) => void) => void} listen
 * @property {(name: string, wish: import("./choice.js").Wish | null) => void} wish
 */

export class ChoiceBar {
  /**
   * @param {Kit} kit
   * @param {Choice} choice Changed in place.
   * @param {string[]} colours Of the garment, "#rrggbb".
   * @param {() => void} changed
   */
  constructor(kit, choice, colours, changed) {
    this.kit = kit;
    this.choice = choice;
    this.changed = changed;
    const { say } = kit;
    this.sorts = new Map(/** @type {const} */ (["similarity", "price"]).map((sort) =>
      [sort, this.#toggle(say(`sort_${sort}`), "segment", () => this.#sort(sort))]));
    this.badge = html("span", { class: "badge-count", "aria-hidden": "true", hidden: true });
    this.opener = this.#button("filter-opener", () => this.#open(this.filters.hidden === true));
    this.opener.append(icon("filter"), html("span", {}, say("filter")), this.badge);
    this.from = this.#amount("price_from", "from");
    this.to = this.#amount("price_to", "to");
    this.fault = html("p", { class: "amount-fault", id: "amount-fault", role: "alert", hidden: true },
      say("amount_fault"));
    this.conditions = new Map(/** @type {const} */ (["new", "used"]).map((condition) =>
      [condition, this.#toggle(say(condition), "toggle", () => this.#condition(condition))]));
    this.colour = this.#toggle(say("same_colour"), "toggle", () => this.#sameColour());
    this.colour.prepend(swatch(colours));
    this.shops = html("ul", { class: "wishes" });
    this.shopsPart = html("div", { class: "filter-part", hidden: true },
      html("span", { class: "filter-name" }, say("your_shops")), this.shops);
    this.filters = html("div", { class: "filters", id: "offer-filters", role: "group",
      "aria-label": say("filter"), hidden: true },
    html("div", { class: "filter-part" },
      html("span", { class: "filter-name", "aria-hidden": "true" }, say("price_range")),
      html("div", { class: "amounts" }, this.from.field, html("span", { "aria-hidden": "true" }, "–"),
        this.to.field), this.fault),
    html("div", { class: "filter-part is-toggles" }, ...this.conditions.values(), this.colour),
    this.shopsPart);
    /** @type {import("./choice.js").Shops | null} */
    this.shownShops = null;
    this.opener.setAttribute("aria-controls", "offer-filters");
    this.element = html("div", { class: "choice", hidden: true },
      html("div", { class: "choice-line" },
        html("div", { class: "segments", role: "group", "aria-label": say("sort_by") },
          ...this.sorts.values()), this.opener), this.filters);
    this.#open(false);
    this.show();
  }

  /** The colour is of use only where some offer's is known. */
  set knowsColours(/** @type {boolean} */ knows) {
    this.colour.hidden = !knows && !this.choice.sameColour;
  }

  /** Forget every filter; the sort and the shops stay. */
  clear() {
    Object.assign(this.choice, { condition: null, sameColour: false, min: null, max: null });
    for (const { input } of [this.from, this.to]) input.value = "";
    this.#judge();
    this.show();
  }

  /** Show what is chosen. */
  show() {
    const { choice, kit } = this;
    for (const [sort, button] of this.sorts) press(button, choice.sort === sort);
    for (const [condition, button] of this.conditions) press(button, choice.condition === condition);
    press(this.colour, choice.sameColour);
    const active = [choice.min ?? choice.max, choice.condition, choice.sameColour || null]
      .filter((value) => value !== null).length;
    this.badge.hidden = active === 0;
    this.badge.textContent = String(active);
    this.opener.setAttribute("aria-label",
      active ? kit.say("filter_active", active) : kit.say("filter"));
    const { sign, name } = currencySign(choice.currency);
    for (const { field, input, label } of [this.from, this.to]) {
      input.setAttribute("aria-label", kit.say(label, name));
      const shown = field.querySelector(".sign");
      if (shown) shown.textContent = sign;
    }
    this.#showShops();
  }

  #showShops() {
    // The list has not changed: a button of it may have the focus.
    if (this.shownShops === this.choice.shops) return;
    this.shownShops = this.choice.shops;
    const { say, wish } = this.kit;
    const shops = [...this.choice.shops.values()];
    this.shopsPart.hidden = shops.length === 0;
    this.shops.replaceChildren(...shops.map(({ name, wish: own }) => {
      const label = say(own === "prefer" ? "stop_preferring" : "unblock_shop", name);
      const undo = this.#button("undo-wish", () => {
        wish(name, null);
        this.opener.focus();
      });
      undo.append(icon("close"));
      undo.setAttribute("aria-label", label);
      undo.title = label;
      return html("li", { class: `wish is-${own}` }, icon(own === "prefer" ? "heart" : "block"),
        html("span", { class: "wish-name", dir: "auto" }, name), undo);
    }));
  }

  /** @param {boolean} isOpen */
  #open(isOpen) {
    this.filters.hidden = !isOpen;
    this.opener.setAttribute("aria-expanded", String(isOpen));
  }

  /** @param {Choice["sort"]} sort */
  #sort(sort) {
    this.choice.sort = sort;
    this.#tell();
  }

  /** @param {"new" | "used"} condition */
  #condition(condition) {
    this.choice.condition = this.choice.condition === condition ? null : condition;
    this.#tell();
  }

  #sameColour() {
    this.choice.sameColour = !this.choice.sameColour;
    this.#tell();
  }

  #tell() {
    this.show();
    this.changed();
  }

  /** Read the price range; the two are taken in whichever order they were typed. */
  #judge() {
    const digits = currencySign(this.choice.currency).digits;
    const read = [this.from, this.to].map(({ input, field }) => {
      const amount = readAmount(input.value, digits);
      field.classList.toggle("is-wrong", amount === undefined);
      input.setAttribute("aria-invalid", String(amount === undefined));
      if (amount === undefined) input.setAttribute("aria-describedby", "amount-fault");
      else input.removeAttribute("aria-describedby");
      return amount;
    });
    this.fault.hidden = !read.includes(undefined);
    const [min = null, max = null] = read;
    const isTurned = min !== null && max !== null && min > max;
    this.choice.min = isTurned ? max : min;
    this.choice.max = isTurned ? min : max;
  }

  /**
   * @param {string} label Its words, for those who hear it.
   * @param {string} hint
   */
  #amount(label, hint) {
    const input = html("input", { type: "text", inputmode: "decimal", autocomplete: "off",
      placeholder: this.kit.say(hint), maxlength: 16 });
    const field = html("label", { class: "amount" },
      html("span", { class: "sign", "aria-hidden": "true" }), input);
    this.kit.listen(input, "input", () => {
      this.#judge();
      this.#tell();
    });
    return { field, input, label };
  }

  /**
   * @param {string} text
   * @param {string} className
   * @param {() => void} act
   */
  #toggle(text, className, act) {
    const button = this.#button(className, act);
    button.append(text);
    return button;
  }

  /**
   * @param {string} className
   * @param {() => void} act
   */
  #button(className, act) {
    const button = html("button", { type: "button", class: className });
    this.kit.listen(button, "click", act);
    return button;
  }
}

/**
 * @param {Element} button
 * @param {boolean} isPressed
 */
function press(button, isPressed) {
  button.setAttribute("aria-pressed", String(isPressed));
}

/** @param {string[]} colours */
function swatch(colours) {
  const element = html("span", { class: "swatch", "aria-hidden": "true" });
  element.style.background = colours[0] ?? "transparent";
  return element;
}

/**
 * @param {string} currency ISO 4217, or nothing.
 * @returns {{sign: string, name: string, digits: number}}
 */
function currencySign(currency) {
  try {
    const format = new Intl.NumberFormat(navigator.language,
      { style: "currency", currency, currencyDisplay: "narrowSymbol" });
    const sign = format.formatToParts(1).find(({ type }) => type === "currency")?.value;
    const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
    return { sign: sign ?? currency, name: currency, digits };
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    return { sign: currency, name: currency, digits: 2 };
  }
}
