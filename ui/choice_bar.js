/** The bar above the offers: sort, and filters that open below it. */

import { html, icon } from "./build.js";
import { readAmount } from "./choice.js";
import { asksOf, RefineMenus } from "./refine_menus.js";

/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {import("./choice.js").Wish} Wish */
/** @typedef {import("./host.js").Host} Host */

export class ChoiceBar {
  /**
   * @param {Host} host
   * @param {Choice} choice Changed in place.
   * @param {string[]} colours Of the garment, "#rrggbb".
   * @param {{changed: () => void, asked: () => void, wish: (name: string, wish: Wish | null) => void}} actions
   *   `asked`: the sources have to be asked again; `changed`: what has come is enough.
   */
  constructor(host, choice, colours, actions) {
    this.host = host;
    this.choice = choice;
    this.actions = actions;
    const say = (/** @type {string} */ key) => host.words.say(key);
    this.sorts = new Map(/** @type {const} */ (["similarity", "price"]).map((sort) =>
      [sort, this.#toggle(say(`sort_${sort}`), "segment", () => this.#sort(sort))]));
    this.badge = html("span", { class: "badge-count", "aria-hidden": "true", hidden: true });
    this.opener = this.#button("filter-opener", () => this.#open(this.filters.hidden === true));
    this.openerName = html("span", { class: "sr-only" });
    this.opener.append(icon("filter"), html("span", { "aria-hidden": "true" }, say("filter")), this.badge,
      this.openerName);
    this.from = this.#amount("price_from", "from");
    this.to = this.#amount("price_to", "to");
    this.fault = html("p", { class: "amount-fault", id: "amount-fault", role: "alert", hidden: true },
      say("amount_fault"));
    this.conditions = new Map(/** @type {const} */ (["new", "used"]).map((condition) =>
      [condition, this.#toggle(say(condition), "toggle", () => this.#condition(condition))]));
    this.colour = this.#toggle(say("same_colour"), "toggle", () => this.#sameColour());
    this.colour.prepend(swatch(colours));
    this.menus = new RefineMenus(host, choice, () => actions.asked());
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
    this.menus.element,
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

  /** The colour filter is of use only where the colour of some offer is known. */
  set knowsColours(/** @type {boolean} */ knows) {
    this.colour.hidden = !knows && !this.choice.sameColour;
  }

  /** @param {Partial<Choice>} wanted */
  set(wanted) {
    Object.assign(this.choice, wanted);
    this.from.input.value = this.choice.min === null ? "" : String(this.choice.min);
    this.to.input.value = this.choice.max === null ? "" : String(this.choice.max);
    this.show();
  }

  /** How many filters are set. */
  get active() {
    const { min, max, condition, sameColour, asked } = this.choice;
    return [min ?? max, condition, sameColour || null].filter((value) => value !== null).length + asksOf(asked).length;
  }

  /** Forget every filter; the sort and the shops stay. */
  clear() {
    Object.assign(this.choice, { condition: null, sameColour: false, min: null, max: null });
    for (const { input } of [this.from, this.to]) input.value = "";
    this.#readRange();
    this.show();
  }

  /** Show what is chosen. */
  show() {
    const { choice, host: { words } } = this;
    for (const [sort, button] of this.sorts) press(button, choice.sort === sort);
    for (const [condition, button] of this.conditions) press(button, choice.condition === condition);
    press(this.colour, choice.sameColour);
    const { active } = this;
    this.badge.hidden = active === 0;
    this.badge.textContent = String(active);
    this.openerName.textContent = active ? words.say("filter_active", active) : words.say("filter");
    const { sign, name } = currencySign(choice.currency);
    for (const { field, input, label } of [this.from, this.to]) {
      input.setAttribute("aria-label", words.say(label, name));
      const shown = field.querySelector(".sign");
      if (shown) shown.textContent = sign;
    }
    this.menus.show();
    this.#showShops();
  }

  #showShops() {
    // The list has not changed: a button of it may have the focus.
    if (this.shownShops === this.choice.shops) return;
    this.shownShops = this.choice.shops;
    const { words } = this.host;
    const shops = [...this.choice.shops.values()];
    this.shopsPart.hidden = shops.length === 0;
    this.shops.replaceChildren(...shops.map(({ name, wish: own }) => {
      const label = words.say(own === "prefer" ? "stop_preferring" : "unblock_shop", name);
      const undo = this.#button("undo-wish", () => {
        this.actions.wish(name, null);
        this.opener.focus();
      });
      undo.append(icon("close"));
      undo.setAttribute("aria-label", label);
      undo.title = label;
      return html("li", { class: `wish is-${own}` }, icon(own === "prefer" ? "star" : "block"),
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
    this.#changed();
  }

  /** @param {"new" | "used"} condition */
  #condition(condition) {
    this.choice.condition = this.choice.condition === condition ? null : condition;
    this.#changed();
  }

  #sameColour() {
    this.choice.sameColour = !this.choice.sameColour;
    this.#changed();
  }

  #changed() {
    this.show();
    this.actions.changed();
  }

  /** Read the price range; the two amounts may be typed in either order. */
  #readRange() {
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
   * @param {string} label The key of its label, for screen readers.
   * @param {string} hint
   */
  #amount(label, hint) {
    const input = html("input", { type: "text", inputmode: "decimal", autocomplete: "off",
      placeholder: this.host.words.say(hint), maxlength: 16 });
    const field = html("label", { class: "amount" },
      html("span", { class: "sign", "aria-hidden": "true" }), input);
    this.host.listen(input, "input", () => {
      this.#readRange();
      this.#changed();
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
    this.host.listen(button, "click", act);
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
