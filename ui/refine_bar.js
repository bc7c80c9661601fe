/** What is wanted besides: a field for words, and chips for what is asked for most. */

import { both, nothing } from "./asking.js";
import { arrange, html, icon } from "./build.js";
import { priceIn, shopKey, shopName, wishOf } from "./choice.js";
import { problemOf, problemWords } from "./problems.js";
import { asksOf, textOf } from "./refine_menus.js";

/** @typedef {import("./asking.js").Shade} Shade */
/** @typedef {import("./answers.js").Offer} Offer */
/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {import("./host.js").Host} Host */
/** @typedef {{key: string, text: string, isOn: boolean, hex?: string | undefined, act: () => void}} Chip */

/** The colours that chips are offered for: the others can be typed. */
const COMMON = ["black", "white", "grey", "beige", "brown", "navy", "blue", "green", "red", "pink"];
/** Of limits to a price, and of shops. */
const MOST_LIMITS = 2;
const MOST_SHOPS = 3;
/** Shares of the offers that limits to a price leave. */
const SHARES = [0.25, 0.6];

export class RefineBar {
  /**
   * @param {Host} host
   * @param {Choice} choice Changed in place.
   * @param {{asked: () => void, changed: () => void}} actions `asked`: the sources have to be asked again;
   *   `changed`: what has come is enough.
   */
  constructor(host, choice, actions) {
    this.host = host;
    this.choice = choice;
    this.actions = actions;
    const { words, listen } = host;
    /** @type {Shade[]} */
    this.shades = [];
    /** @type {Record<string, string>} What categories are called. */
    this.categories = {};
    /** @type {Offer[]} */
    this.offers = [];
    /** Whether all is known that there may be chips for; until then, their place is kept free. */
    this.knows = false;
    /** What is being read. */
    this.reading = "";
    this.input = html("input", { type: "text", class: "refine-field", maxlength: 120, autocomplete: "off",
      enterkeyhint: "search", "aria-label": words.say("refine"), placeholder: words.say("refine_hint"),
      "aria-describedby": "refine-fault" });
    const label = words.say("refine_go");
    const go = html("button", { type: "button", class: "round refine-go", "aria-label": label, title: label }, icon("next"));
    // No form: submitting one would leave the page that the extension draws in.
    this.form = html("div", { class: "refine-form", role: "search" }, this.input, go);
    listen(go, "click", () => void this.#read());
    listen(this.input, "keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      void this.#read();
    });
    this.chips = html("div", { class: "refine-chips", role: "toolbar", "aria-label": words.say("refine_chips") });
    listen(this.chips, "keydown", (event, target) => this.#step(event, target));
    this.fault = html("p", { class: "amount-fault", id: "refine-fault", role: "alert", hidden: true });
    this.element = html("div", { class: "refine" }, this.form, this.fault,
      html("div", { class: "refine-line" }, this.chips));
    this.show();
    void this.#learn();
  }

  /** @param {Offer[]} offers Products that came. */
  offer(offers) {
    this.offers = offers;
    this.show();
  }

  /** Ask for nothing. */
  clear() {
    this.choice.asked = nothing();
    this.input.value = "";
    this.show();
  }

  show() {
    // What comes with the offers is last: the chips before it stay in their places.
    const chips = [...this.#given(), ...this.#colours(), ...this.#limits(), ...this.#stock(), ...this.#shops()];
    const shown = new Map([...this.chips.children].map((entry) => [entry.getAttribute("data-chip"), entry]));
    const { activeElement } = /** @type {Document | ShadowRoot} */ (this.chips.getRootNode());
    const focused = activeElement?.closest("[data-chip]")?.getAttribute("data-chip");
    arrange(this.chips, chips.map((chip) => {
      const known = shown.get(chip.key);
      const isSame = known?.getAttribute("data-on") === String(chip.isOn) && known.textContent === chip.text;
      return isSame ? known : this.#chip(chip);
    }));
    this.chips.hidden = this.knows && chips.length === 0;
    const buttons = this.#buttons();
    // A chip that moved is the same chip to who uses the keyboard.
    const same = buttons.find((button) => button.parentElement?.getAttribute("data-chip") === focused);
    this.#makeStop(same ?? buttons[0]);
    if (focused) (same ?? buttons[0])?.focus({ preventScroll: true });
  }

  /** @returns {HTMLElement[]} */
  #buttons() {
    return [...this.chips.querySelectorAll("button")];
  }

  /**
   * Tab stops once at all the chips; arrow keys lead from one to the next.
   *
   * @param {HTMLElement | undefined} stop
   */
  #makeStop(stop) {
    for (const button of this.#buttons()) button.tabIndex = button === stop ? 0 : -1;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Element} target
   */
  #step(event, target) {
    const buttons = this.#buttons();
    const place = buttons.findIndex((button) => button === target);
    const forward = getComputedStyle(this.chips).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const next = event.key === "Home" ? 0 : event.key === "End" ? buttons.length - 1
      : event.key === forward ? place + 1 : /^Arrow(Left|Right)$/.test(event.key) ? place - 1 : null;
    if (place === -1 || next === null) return;
    event.preventDefault();
    const button = buttons[Math.min(Math.max(next, 0), buttons.length - 1)];
    this.#makeStop(button);
    button?.focus();
  }

  async #learn() {
    try {
      const [shades, categories] = await Promise.all([this.host.colours(), this.host.categories()]);
      this.shades = shades;
      const { language } = this.host.words;
      this.categories = Object.fromEntries(categories.map(({ name, words }) => [name, words[language] ?? words.en ?? name]));
    } catch (error) {
      // The field works without them; an older server has none.
      console.info("There are no colours to choose from.", error);
    }
    this.knows = true;
    this.show();
  }

  async #read() {
    const text = this.input.value.trim();
    this.fault.hidden = true;
    // Who presses twice means it once.
    if (!text || text === this.reading) return;
    this.reading = text;
    try {
      const { asked, min, max, currency } = await this.host.understand(text);
      this.choice.asked = both(this.choice.asked, asked);
      if (currency) Object.assign(this.choice, { min, max, currency });
      // What has been typed since is for the next time.
      if (this.input.value.trim() === text) this.input.value = "";
      this.actions.asked();
    } catch (error) {
      this.fault.hidden = false;
      this.fault.textContent = problemWords(problemOf(error), this.host.words).join(". ");
    } finally {
      if (this.reading === text) this.reading = "";
    }
  }

  /** @param {Chip} chip */
  #chip({ key, text, isOn, hex, act }) {
    const button = html("button", { type: "button", class: "toggle refine-chip", "aria-pressed": String(isOn) });
    if (hex) {
      const dot = html("span", { class: "swatch", "aria-hidden": "true" });
      dot.style.background = hex;
      button.append(dot);
    }
    button.append(html("span", { dir: "auto" }, text));
    if (isOn) button.append(icon("close"));
    this.host.listen(button, "click", act);
    return html("span", { class: "refine-place", "data-chip": key, "data-on": String(isOn) }, button);
  }

  /** What is asked for now, apart from what has a chip of its own anyway. */
  #given() {
    const { asked, min, max, currency } = this.choice;
    const { words } = this.host;
    /** @type {Chip[]} */
    const chips = asked.colour.map((name) => this.#colour(name, true));
    for (const [name, prefix] of /** @type {const} */ ([["category", ""], ["pattern", "pattern_"], ["sleeves", "sleeves_"]])) {
      const value = asked[name];
      if (value === null) continue;
      const text = prefix ? words.say(`${prefix}${value}`) : this.categories[value] ?? value;
      chips.push({ key: name, text: words.capitalised(text), isOn: true, act: () => this.#ask({ [name]: null }) });
    }
    if (min !== null || max !== null) {
      const price = (/** @type {number} */ amount) => words.price(String(amount), currency, true);
      const text = max === null ? words.say("price_over", price(min ?? 0))
        : min === null ? words.say("price_under", price(max)) : `${price(min)} – ${price(max)}`;
      chips.push({ key: "price", text, isOn: true, act: () => this.#limit(null) });
    }
    for (const [name, value] of asksOf(asked)) {
      chips.push({ key: `${name} ${value}`, text: textOf(name, value, words), isOn: true,
        act: () => this.#ask(name === "gender" ? { gender: null } : { [name]: [] }) });
    }
    if (asked.availability) chips.push(this.#available(asked.availability, true));
    for (const word of asked.word) {
      chips.push({ key: `word ${word}`, text: `“${word}”`, isOn: true,
        act: () => this.#ask({ word: this.choice.asked.word.filter((each) => each !== word) }) });
    }
    for (const shop of asked.only_shop) {
      chips.push({ key: `shop ${shopKey(shop)}`, text: shop, isOn: true, act: () => this.#ask({ only_shop: [] }) });
    }
    return chips;
  }

  #colours() {
    const { colour } = this.choice.asked;
    return COMMON.filter((name) => !colour.includes(name) && this.shades.some((shade) => shade.name === name))
      .map((name) => this.#colour(name, false));
  }

  /**
   * @param {string} name
   * @param {boolean} isOn
   * @returns {Chip}
   */
  #colour(name, isOn) {
    const { words } = this.host;
    const hex = this.shades.find((shade) => shade.name === name)?.hex;
    return { key: `colour ${name}`, text: words.capitalised(words.colour(name)), isOn, hex,
      act: () => this.#ask({ colour: isOn ? [] : [name] }) };
  }

  /** @returns {Chip[]} Where some offers are in stock, and some are not or do not say. */
  #stock() {
    const there = this.offers.filter(({ availability }) => availability === "in_stock");
    const isOfUse = there.length > 0 && there.length < this.offers.length;
    return isOfUse && !this.choice.asked.availability ? [this.#available("in_stock", false)] : [];
  }

  /**
   * @param {string} availability
   * @param {boolean} isOn
   * @returns {Chip}
   */
  #available(availability, isOn) {
    return { key: `stock ${availability}`, text: this.host.words.say(availability), isOn,
      act: () => this.#ask({ availability: isOn ? null : availability }) };
  }

  /** @returns {Chip[]} Limits that leave some of the offers, in round numbers. */
  #limits() {
    const { min, max, currency } = this.choice;
    if (min !== null || max !== null || !currency) return [];
    const prices = this.offers.flatMap((offer) => priceIn(offer, currency) ?? [])
      .sort((one, other) => one - other);
    if (prices.length < 4) return [];
    const limits = SHARES.map((share) => rounded(prices[Math.floor(share * prices.length)] ?? 0));
    return [...new Set(limits)].filter((limit) => limit > 0).slice(0, MOST_LIMITS).map((limit) => ({
      key: `under ${limit}`, text: this.host.words.say("price_under", this.host.words.price(String(limit), currency, true)),
      isOn: false, act: () => this.#limit(limit),
    }));
  }

  /** @returns {Chip[]} The shops that most of the offers are of. */
  #shops() {
    const { only_shop: only } = this.choice.asked;
    if (only.length) return [];
    /** @type {Map<string, {name: string, count: number}>} */
    const shops = new Map();
    for (const offer of this.offers.filter((each) => wishOf(each, this.choice.shops) !== "block")) {
      const name = shopName(offer);
      const known = shops.get(shopKey(name));
      shops.set(shopKey(name), { name, count: (known?.count ?? 0) + 1 });
    }
    if (shops.size < 2) return [];
    return [...shops].sort(([, one], [, other]) => other.count - one.count).slice(0, MOST_SHOPS)
      .map(([key, { name }]) => ({ key: `shop ${key}`, text: name, isOn: false, act: () => this.#ask({ only_shop: [name] }) }));
  }

  /** @param {Partial<import("./asking.js").Asked>} change */
  #ask(change) {
    Object.assign(this.choice.asked, change);
    this.actions.asked();
  }

  /** @param {number | null} max */
  #limit(max) {
    Object.assign(this.choice, { min: null, max });
    // The catalogue may have more within the limit than what came.
    this.actions.asked();
  }
}

/** @param {number} price */
function rounded(price) {
  if (price <= 0) return 0;
  const step = 10 ** Math.floor(Math.log10(price)) / 2;
  return Math.max(step, Math.ceil(price / step) * step);
}
