/** The offers of one garment, as they come in: best first, search links apart. */

import { html } from "./build.js";
import { asSold, commonCurrency, inOrder, reasonAgainst, wishOf } from "./choice.js";
import { safeLink } from "./links.js";
import { fillRow, offerRow, searchChip } from "./offer_row.js";

/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {import("./answers.js").Offer} Offer */
/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./shop_menu.js").ShopMenu} ShopMenu */
/** @typedef {{offer: Offer, row: HTMLElement}} Entry */

const SKELETONS = 3;
/** Nobody reads a longer list. */
const MOST = 100;

export class OfferList {
  /**
   * @param {Host} host
   * @param {Choice} choice
   * @param {ShopMenu} menu
   * @param {() => void} showAll
   */
  constructor(host, choice, menu, showAll) {
    this.host = host;
    const { words } = host;
    this.choice = choice;
    this.menu = menu;
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
  }

  /** How many products are shown. */
  get count() {
    return this.rows.childElementCount;
  }

  /** How many products there are, including those that a filter holds back. */
  get total() {
    return this.products.length;
  }

  /** Products, best first. */
  get products() {
    return this.#ranked().filter(({ type }) => type === "product");
  }

  /** @param {Offer[]} offers */
  add(offers) {
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
    const shown = inOrder(ranked.filter((_, place) => against[place] === null), this.choice);
    const rowsOf = (/** @type {Offer["type"]} */ kind) =>
      shown.filter(({ type }) => type === kind)
        .map(({ id }) => /** @type {HTMLElement} */ ((this.shown.get(id) ?? this.instead.get(id))?.row));
    arrange(this.rows, rowsOf("product"));
    arrange(this.links, rowsOf("search"));
    this.elsewhere.hidden = this.links.childElementCount === 0;
    for (const { offer, row } of this.#all()) this.#mark(offer, row);
    const label = this.choice.sort === "price" ? "offers_by_price" : "offers";
    this.rows.setAttribute("aria-label", this.host.words.say(label));
    this.#countLeftOut(against.filter((reason) => reason !== null));
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
    const row = known?.row ?? offerRow(this.host, offer, link, this.menu.button(offer));
    if (known && JSON.stringify(known.offer) !== JSON.stringify(offer)) fillRow(this.host, row, offer, link);
    entries.set(offer.id, { offer, row });
  }

  /** @param {string[]} reasons */
  #countLeftOut(reasons) {
    this.hidden.hidden = reasons.length === 0;
    const unknown = reasons.filter((reason) => reason === "price_unknown").length;
    const text = reasons.length === this.total ? this.host.words.say("nothing_fits") : this.host.words.say("left_out", reasons.length);
    this.leftOut.textContent = unknown ? `${text} ${this.host.words.say("left_unknown", unknown)}` : text;
    this.hidden.classList.toggle("is-all", reasons.length > 0 && reasons.length === this.total);
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

/**
 * Move only what is out of place: a row that is taken out loses the focus.
 *
 * @param {Element} list
 * @param {HTMLElement[]} wanted
 */
function arrange(list, wanted) {
  const kept = new Set(wanted);
  for (const row of [...list.children]) {
    if (!kept.has(/** @type {HTMLElement} */ (row))) row.remove();
  }
  wanted.forEach((row, place) => {
    if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null);
  });
}
