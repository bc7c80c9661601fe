/** The offers of one garment, as they come in: best first, search links apart. */

import { arrange, html } from "./build.js";
import { ASKED_REASONS, askedReason, asSold, commonCurrency, inOrder, isPutAway, reasonAgainst, wishOf } from "./choice.js";
import { safeLink } from "./links.js";
import { fillRow, offerRow, searchChip } from "./offer_row.js";

/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {import("./answers.js").Offer} Offer */
/** @typedef {import("./host.js").Host} Host */
/** @typedef {{offer: Offer, row: HTMLElement}} Entry */

const SKELETONS = 3;
/** Nobody reads a longer list. */
const MOST = 100;
/** With fewer offers that are close, the nearest of the others are shown below, up to this many in all. */
const FEW = 3;

export class OfferList {
  /**
   * @param {Host} host
   * @param {Choice} choice
   * @param {(offer: Offer) => HTMLElement[]} tools What can be done with an offer.
   * @param {() => void} showAll
   * @param {number} [most] Rows that are shown.
   */
  constructor(host, choice, tools, showAll, most = MOST) {
    this.most = most;
    this.host = host;
    const { words } = host;
    this.choice = choice;
    this.tools = tools;
    /** @type {Map<string, Entry>} */
    this.shown = new Map();
    /** @type {Map<string, Entry>} Offers of other sellers, shown instead. */
    this.instead = new Map();
    this.rows = html("ol", { class: "offers", "aria-label": words.say("offers") });
    const skeletons = Array.from({ length: SKELETONS }, () =>
      html("div", { class: "skeleton" }, html("i"), html("b"), html("b"), html("b")));
    this.waiting = html("div", { class: "skeletons", "aria-hidden": "true" }, ...skeletons);
    this.links = html("ul", { class: "chips" });
    this.elsewhere = html("section", { class: "elsewhere", hidden: true },
      html("h3", {}, words.say("also_look")), this.links);
    this.leftOut = html("span");
    const all = html("button", { type: "button", class: "button show-all" }, words.say("show_all"));
    host.listen(all, "click", showAll);
    this.hidden = html("div", { class: "left-out", hidden: true }, this.leftOut, all);
    this.element = html("div", { class: "results" }, this.rows, this.waiting, this.hidden,
      this.elsewhere);
    /** @type {Map<string, number> | null} The server's last word on the order. */
    this.places = null;
    /** How many products are of another category, how many are hardly alike, and how many were put away; and of
     * all these, left out. */
    this.farOff = { category: 0, likeness: 0, away: 0, leftOut: 0 };
    this.isStale = false;
  }

  /** Another search begins: what is there stays until it finds something. */
  begin() {
    this.isStale = true;
    this.element.classList.add("is-stale");
    if (!this.waiting.isConnected) this.rows.after(this.waiting);
  }

  #forget() {
    if (!this.isStale) return;
    this.isStale = false;
    this.element.classList.remove("is-stale");
    this.shown.clear();
    this.instead.clear();
    this.places = null;
  }

  /** How many products are shown. */
  get count() {
    return this.rows.childElementCount;
  }

  /** How many products there are, including those that a filter holds back. */
  get total() {
    return this.products.length - this.farOff.leftOut;
  }

  /** How many of them are close to the garment. */
  get near() {
    return this.products.length - this.farOff.category - this.farOff.likeness - this.farOff.away;
  }

  /** Products, best first. */
  get products() {
    return this.#ranked().filter(({ type }) => type === "product");
  }

  /** @param {Offer[]} offers */
  add(offers) {
    if (offers.length > 0) this.#forget();
    for (const offer of offers) {
      const link = safeLink(offer.link);
      if (!link) continue;
      const known = this.shown.get(offer.id);
      if (offer.type === "product") {
        if (known || this.shown.size < MOST) this.#keep(this.shown, offer, link);
      } else if (!known && this.shown.size < MOST) {
        this.shown.set(offer.id, { offer, row: searchChip(this.host, offer, link) });
      }
    }
    this.apply();
  }

  /** @param {string[]} order Ids, best first. */
  finish(order) {
    this.#forget();
    this.places = new Map(order.map((id, place) => [id, place]));
    this.apply();
    this.stopWaiting();
  }

  /** Show what is chosen of what has come, in the order that is chosen. */
  apply() {
    const all = this.#ranked();
    // A currency that a price was typed in stays, whatever comes later.
    if (this.choice.min === null && this.choice.max === null) {
      this.choice.currency = commonCurrency(all);
    }
    const ranked = all.map((offer) => this.#asSold(offer));
    const against = ranked.map((offer) => reasonAgainst(offer, this.choice));
    const filling = this.#filling(ranked, against);
    const near = ranked.filter((_, place) => against[place] === null);
    const shown = [...inOrder(near, this.choice), ...inOrder(filling, this.choice)];
    const rowsOf = (/** @type {Offer["type"]} */ kind) =>
      shown.filter(({ type }) => type === kind)
        .map(({ id }) => /** @type {HTMLElement} */ ((this.shown.get(id) ?? this.instead.get(id))?.row));
    arrange(this.rows, rowsOf("product").slice(0, this.most));
    arrange(this.links, rowsOf("search"));
    this.elsewhere.hidden = this.links.childElementCount === 0;
    for (const { offer, row } of this.#all()) this.#mark(offer, row);
    const label = this.choice.sort === "price" ? "offers_by_price" : "offers";
    this.rows.setAttribute("aria-label", this.host.words.say(label));
    const isFilling = new Set(filling);
    this.#countLeftOut(ranked.flatMap((offer, place) => isFilling.has(offer) ? [] : against[place] ?? []));
  }

  /**
   * @param {Offer[]} ranked
   * @param {(import("./choice.js").Reason | null)[]} against
   * @returns {Offer[]} What is far off and shown all the same, where there is little else: never what is not what
   *   was asked for.
   */
  #filling(ranked, against) {
    const far = (/** @type {string} */ which) => against.filter((reason) => reason === which).length;
    this.farOff = { category: far("category"), likeness: far("likeness"), away: far("put_away"), leftOut: 0 };
    const all = { ...this.choice, showsFarOff: true };
    const filling = ranked.filter((offer, place) =>
      (against[place] === "category" || against[place] === "likeness") && askedReason(offer) === null &&
      reasonAgainst(offer, all) === null);
    return filling.slice(0, Math.max(0, FEW - this.near));
  }

  /** Everything that has a row. */
  #all() {
    return [...this.shown.values(), ...this.instead.values()];
  }

  /**
   * Return an offer as it is shown, and make sure that it has a row.
   *
   * @param {Offer} offer
   * @returns {Offer}
   */
  #asSold(offer) {
    const sold = asSold(offer, this.choice);
    const link = safeLink(sold.link);
    if (sold === offer || !link) return offer;
    this.#keep(this.instead, sold, link);
    return sold;
  }

  /**
   * Make sure that an offer has a row with what is known of it now. A row that is there already
   * stays, so that it keeps the focus.
   *
   * @param {Map<string, Entry>} entries
   * @param {Offer} offer
   * @param {string} link
   */
  #keep(entries, offer, link) {
    const known = entries.get(offer.id);
    const row = known?.row ?? offerRow(this.host, offer, link, this.tools(offer));
    if (known && JSON.stringify(known.offer) !== JSON.stringify(offer)) fillRow(this.host, row, offer, link);
    entries.set(offer.id, { offer, row });
  }

  /** @param {string[]} reasons */
  #countLeftOut(reasons) {
    const { words } = this.host;
    const count = (/** @type {string} */ which) => reasons.filter((reason) => reason === which).length;
    this.farOff.leftOut = count("category") + count("likeness") + count("put_away");
    const asked = ASKED_REASONS.map((reason) => /** @type {const} */ ([count(reason), `left_${reason}`]));
    const others = reasons.length - this.farOff.leftOut;
    const chosen = others - asked.reduce((sum, [number]) => sum + number, 0);
    const isAll = reasons.length > 0 && this.count === 0;
    const isNothing = isAll && others === this.total && others > 0;
    const sentences = /** @type {[number, string][]} */ ([
      ...isNothing ? [[others, "nothing_fits"]] : [],
      ...asked,
      [isNothing && chosen === others ? 0 : chosen, "left_out"],
      [count("price_unknown"), "left_unknown"],
      [count("category"), "left_category"],
      [count("likeness"), "left_unlike"],
      [count("put_away"), "left_put_away"],
    ]);
    this.hidden.hidden = reasons.length === 0;
    const wanted = this.#askedNames();
    this.leftOut.textContent = sentences.filter(([number]) => number > 0)
      .map(([number, key]) => words.say(key, number, wanted[key] ?? "")).join(" ");
    this.hidden.classList.toggle("is-all", isAll);
  }

  /** @returns {Record<string, string>} What was asked for, by the sentence that says it. */
  #askedNames() {
    const { choice: { asked }, host: { words } } = this;
    return {
      left_asked_colour: words.either(asked.colour.map((name) => words.colour(name))),
      left_asked_pattern: asked.pattern ? words.say(`pattern_${asked.pattern}`) : "",
      left_asked_words: words.list(asked.word.map((word) => `“${word}”`)),
      left_asked_shop: words.either(asked.only_shop),
      left_asked_brand: words.either(asked.brand),
      left_asked_size: words.either(asked.size),
    };
  }

  /**
   * Mark an offer whose shop is preferred, and hide sellers that are blocked.
   *
   * @param {Offer} offer
   * @param {HTMLElement} row
   */
  #mark(offer, row) {
    const { shops, showsBlocked } = this.choice;
    const liked = row.querySelector(".liked");
    liked?.toggleAttribute("hidden", wishOf(offer, shops) !== "prefer");
    row.classList.toggle("is-apart", isPutAway(offer, this.choice));
    const sellers = [...row.querySelectorAll(".sellers li")];
    for (const entry of sellers) {
      const seller = offer.sellers.find(({ id }) => id === entry.getAttribute("data-offer"));
      const isBlocked = seller && wishOf(seller, shops) === "block" && !showsBlocked;
      entry.toggleAttribute("hidden", Boolean(isBlocked));
    }
    row.querySelector(".sellers")?.toggleAttribute("hidden",
      sellers.every((entry) => entry.hasAttribute("hidden")));
  }

  stopWaiting() {
    this.waiting.remove();
  }

  /** Everything that came, best first: by the server's final order, until then by score. */
  #ranked() {
    const { places } = this;
    const place = (/** @type {Offer} */ { id }) => places?.get(id) ?? Number.MAX_SAFE_INTEGER;
    return [...this.shown.values()].map(({ offer }) => offer).sort((one, other) =>
      (places ? place(one) - place(other) : 0) || other.score - one.score);
  }
}
