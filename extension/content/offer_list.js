/** The offers of one garment, as they come in: best first, search links at the end. */

import { html } from "./build.js";
import { addSellers, anchor, offerRow, safeLink, showThumbnail } from "./offer_row.js";

/** @typedef {import("./protocol.js").Offer} Offer */
/** @typedef {import("./words.js").Words} Words */

const SKELETONS = 3;
/** No list is so long that anybody reads on. */
const MOST = 100;

export class OfferList {
  /**
   * @param {Words} words
   * @param {(path: string) => void} wantThumbnail
   */
  constructor(words, wantThumbnail) {
    this.words = words;
    this.wantThumbnail = wantThumbnail;
    /** @type {Map<string, {offer: Offer, row: HTMLElement}>} */
    this.shown = new Map();
    this.rows = html("ol", { class: "offers", "aria-label": words.say("offers") });
    const skeletons = Array.from({ length: SKELETONS }, () =>
      html("div", { class: "skeleton" }, html("i"), html("b"), html("b"), html("b")));
    this.waiting = html("div", { class: "skeletons", "aria-hidden": "true" }, ...skeletons);
    this.links = html("ul", { class: "chips" });
    this.elsewhere = html("section", { class: "elsewhere", hidden: true },
      html("h3", {}, words.say("also_look")), this.links);
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
        addSellers(known.row, offer, this.words);
      }
      if (!link || known || this.shown.size >= MOST) continue;
      const isSearch = offer.type === "search";
      const row = isSearch ? chip(offer, link) : offerRow(offer, link, this.words);
      this.shown.set(offer.id, { offer, row });
      if (offer.picture && !isSearch) this.wantThumbnail(offer.picture);
    }
    this.#sort((one, other) => other.offer.score - one.offer.score);
  }

  /** @param {string[]} order Ids, best first. */
  finish(order) {
    const places = new Map(order.map((id, place) => [id, place]));
    const place = (/** @type {{offer: Offer}} */ { offer }) => places.get(offer.id) ?? Infinity;
    this.#sort((one, other) => place(one) - place(other) || 0);
    this.stopWaiting();
  }

  stopWaiting() {
    this.waiting.remove();
  }

  /**
   * @param {string} path
   * @param {string} data
   */
  showThumbnail(path, data) {
    for (const { offer, row } of this.shown.values()) {
      if (offer.picture === path) showThumbnail(row, data);
    }
  }

  /** @param {(one: {offer: Offer}, other: {offer: Offer}) => number} compare */
  #sort(compare) {
    const all = [...this.shown.values()].sort(compare);
    arrange(this.rows, all.filter(({ offer }) => offer.type === "product"));
    arrange(this.links, all.filter(({ offer }) => offer.type === "search"));
    this.elsewhere.hidden = this.links.childElementCount === 0;
  }
}

/**
 * Move only what is out of place: a row that is taken out loses the focus.
 *
 * @param {Element} list
 * @param {{row: HTMLElement}[]} wanted
 */
function arrange(list, wanted) {
  wanted.forEach(({ row }, place) => {
    if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null);
  });
}

/**
 * @param {Offer} offer
 * @param {string} link
 */
function chip(offer, link) {
  const text = html("span", { dir: "auto" }, offer.title);
  return html("li", { "data-offer": offer.id }, anchor(link, "chip", text));
}
