/** The offers of one garment, as they come in: best first, search links apart. */

import { html } from "./build.js";
import { safeLink } from "./links.js";
import { addSellers, chip, offerRow } from "./offer_row.js";
import { say } from "./words.js";

/** @typedef {import("./protocol.js").Offer} Offer */
/** @typedef {{offer: Offer, row: HTMLElement}} Entry */

const SKELETONS = 3;
/** No list is so long that anybody reads on. */
const MOST = 100;

export class OfferList {
  constructor() {
    /** @type {Map<string, Entry>} */
    this.shown = new Map();
    this.rows = html("ol", { class: "offers", "aria-label": say("offers") });
    const skeletons = Array.from({ length: SKELETONS }, () =>
      html("div", { class: "skeleton" }, html("i"), html("b"), html("b"), html("b")));
    this.waiting = html("div", { "aria-hidden": "true" }, ...skeletons);
    this.links = html("ul", { class: "chips" });
    this.elsewhere = html("section", { class: "elsewhere", hidden: true },
      html("h3", {}, say("also_look")), this.links);
    this.element = html("div", { class: "results" }, this.rows, this.waiting, this.elsewhere);
  }

  /** How many products are shown. */
  get count() {
    return this.rows.childElementCount;
  }

  /** @param {Offer[]} offers */
  add(offers) {
    for (const offer of offers) {
      const link = safeLink(offer.link);
      const known = this.shown.get(offer.id);
      if (link && known && offer.sellers.length > known.offer.sellers.length) {
        // The row stays, so that it keeps the focus: only its sellers are new.
        known.offer = offer;
        addSellers(known.row, offer);
      }
      if (!link || known || this.shown.size >= MOST) continue;
      const row = offer.type === "search" ? chip(offer, link) : offerRow(offer, link);
      this.shown.set(offer.id, { offer, row });
    }
    this.#sort((one, other) => other.offer.score - one.offer.score);
  }

  /** @param {string[]} order Ids, best first. */
  finish(order) {
    const places = new Map(order.map((id, place) => [id, place]));
    const place = (/** @type {Entry} */ { offer }) => places.get(offer.id) ?? order.length;
    this.#sort((one, other) => place(one) - place(other));
    this.stopWaiting();
  }

  stopWaiting() {
    this.waiting.remove();
  }

  /** @param {(one: Entry, other: Entry) => number} compare */
  #sort(compare) {
    const all = [...this.shown.values()].sort(compare);
    arrange(this.rows, all.filter(({ offer }) => offer.type !== "search"));
    arrange(this.links, all.filter(({ offer }) => offer.type === "search"));
    this.elsewhere.hidden = this.links.childElementCount === 0;
  }
}

/**
 * Move only what is out of place: a row that is taken out loses the focus.
 *
 * @param {Element} list
 * @param {Entry[]} wanted
 */
function arrange(list, wanted) {
  wanted.forEach(({ row }, place) => {
    if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null);
  });
}
