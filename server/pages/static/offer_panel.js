/** One garment, and where to buy it. */

import { cropOf, noteClick, providers, searchOffers } from "./api.js";
import { button, html, icon } from "./build.js";
import { withWish } from "./choice.js";
import { ChoiceBar } from "./choice_bar.js";
import { safeLink } from "./links.js";
import { OfferList } from "./offer_list.js";
import { chip, fillRow, offerRow, thumbnail } from "./offer_row.js";
import { problemWords, wasCancelled } from "./problems.js";
import { ShopMenu } from "./shop_menu.js";
import { keepShops } from "./shops.js";
import { troubleCard } from "./trouble.js";
import { day, language, list, nameOf, say, titleOf } from "./words.js";

/** @typedef {import("./protocol.js").Garment} Garment */
/** @typedef {import("./protocol.js").Provider} Provider */
/** @typedef {import("./protocol.js").SearchEvent} SearchEvent */

const MIDDLE_BUTTON = 1;
/** A row loads its picture itself. */
const ROWS = { safeLink, make: offerRow, fill: fillRow, chip, wantPicture: () => {} };

export class OfferPanel {
  /**
   * @param {string} lookId
   * @param {Garment} garment
   * @param {import("./choice.js").Choice} choice Lives longer than the panel.
   * @param {() => void} close
   */
  constructor(lookId, garment, choice, close) {
    this.lookId = lookId;
    this.garment = garment;
    // What is asked of one garment's price says nothing about another's.
    this.choice = Object.assign(choice, { min: null, max: null, showsBlocked: false });
    /** @type {import("./choice_bar.js").Kit} */
    this.kit = {
      say,
      listen: (element, type, act) => element.addEventListener(type, act),
      wish: (name, wish) => {
        this.choice.shops = withWish(this.choice.shops, name, wish);
        keepShops(this.choice.shops);
        this.bar.show();
        this.#apply();
      },
    };
    this.menu = new ShopMenu(this.kit, this.choice,
      () => this.heading.focus({ preventScroll: true }));
    const hexes = garment.colours.map(({ hex }) => hex);
    this.bar = new ChoiceBar(this.kit, this.choice, hexes, () => this.#choose());
    this.isDone = false;
    this.ending = new AbortController();
    /** @type {Provider[]} */
    this.providers = [];
    /** @type {Set<string>} */
    this.failed = new Set();
    this.heading = html("h2", { id: "garment-name", tabindex: "-1" }, nameOf(garment));
    this.status = html("p", { class: "status", role: "status" });
    this.body = html("div", { class: "body" });
    this.element = html("section", { class: "panel", "aria-labelledby": "garment-name" },
      this.#header(close), this.bar.element, this.body, this.menu.note);
    this.element.addEventListener("click", ({ target }) => {
      if (target instanceof Element) this.menu.clicked(target);
    });
    this.element.addEventListener("keydown", (event) => {
      // One thing at a time: the first Escape closes the menu, the next the panel.
      if (event.key === "Escape" && this.menu.close()) event.stopPropagation();
    });
    this.body.addEventListener("click", (event) => this.#opened(event));
    this.body.addEventListener("auxclick", (event) => {
      if (event.button === MIDDLE_BUTTON) this.#opened(event);
    });
  }

  /** Search, and show what comes until the end. */
  async run() {
    this.list = new OfferList(this.kit, ROWS, this.choice, this.menu, () => this.#showAll());
    this.isDone = false;
    this.failed.clear();
    this.quiet = html("p", { class: "quiet", hidden: true });
    this.rates = html("p", { class: "rates-by", hidden: true });
    this.sent = html("p", { class: "sent" });
    this.body.replaceChildren(this.list.element, this.quiet, this.rates, this.sent);
    this.status.textContent = say("searching");
    this.#nameProviders();
    try {
      for await (const event of searchOffers(this.lookId, this.garment.number, this.ending.signal)) {
        this.#hear(event, this.list);
      }
    } catch (error) {
      if (wasCancelled(error) || this.ending.signal.aborted) return;
      this.list.stopWaiting();
      this.status.textContent = problemWords(error)[0];
      this.list.element.before(troubleCard(error, () => this.run()));
    }
  }

  /** Nobody waits for the offers any more. */
  end() {
    this.ending.abort();
    this.element.remove();
  }

  async #nameProviders() {
    try {
      this.providers = await providers();
    } catch (error) {
      if (this.sent) this.sent.textContent = problemWords(error)[0];
      return;
    }
    this.#sayWhoFailed();
    const asked = this.providers.filter(({ enabled, runs_early: early }) => enabled && !early);
    const names = list(asked.map(titleOf));
    const more = html("a", { class: "link", href: "/about" }, say("details"));
    this.sent?.replaceChildren(asked.length ? say("sent_to", names) : say("nothing_left"), " ", more);
    if (this.sent) this.sent.title = asked.map(({ leaves }) => leaves[language]).join("\n");
  }

  /**
   * @param {SearchEvent} event
   * @param {OfferList} shown
   */
  #hear(event, shown) {
    if (event.event === "offers") shown.add(event.offers);
    else if (event.event === "failed") this.#noteFailure(event.provider, event.reason);
    else {
      this.isDone = true;
      shown.finish(event.order);
    }
    this.#tell(shown);
  }

  /**
   * Say how many are shown, and show the bar where there is something to choose from.
   *
   * @param {OfferList} shown
   */
  #tell(shown) {
    const { count, total } = shown;
    this.bar.element.hidden = total === 0;
    this.bar.knowsColours = shown.products.some((offer) => offer.same_colour !== null);
    this.bar.show();
    this.#nameRates(shown);
    if (!this.isDone && total === 0) return;
    const words = countWords(count, total, this.choice.sort);
    // What is said again is heard again.
    if (this.status.textContent !== words) this.status.textContent = words;
  }

  /**
   * A converted price is never shown without saying by whose rate.
   *
   * @param {OfferList} shown
   */
  #nameRates(shown) {
    const converted = shown.products.find((offer) => offer.converted)?.converted;
    if (!converted || !this.rates) return;
    this.rates.hidden = false;
    this.rates.textContent = converted.source === "ecb" ? say("about_ecb", day(converted.as_of ?? ""))
      : say("about_given");
  }

  /** The choice has changed. */
  #choose() {
    this.menu.forget();
    this.#apply();
  }

  #apply() {
    if (!this.list) return;
    this.list.element.classList.add("is-settled");
    this.list.apply();
    this.#tell(this.list);
  }

  #showAll() {
    this.choice.showsBlocked = true;
    this.bar.clear();
    this.#choose();
    this.heading.focus({ preventScroll: true });
  }

  /**
   * @param {string} provider
   * @param {string} reason
   */
  #noteFailure(provider, reason) {
    this.failed.add(provider);
    if (this.quiet) this.quiet.title = [this.quiet.title, reason].filter(Boolean).join("\n");
    this.#sayWhoFailed();
  }

  /** By their titles, once those are known. */
  #sayWhoFailed() {
    if (!this.quiet || this.failed.size === 0) return;
    const titles = [...this.failed].map((name) =>
      titleOf(this.providers.find((provider) => provider.name === name) ?? { name, title: name }));
    this.quiet.hidden = false;
    this.quiet.textContent = say("no_answer_from", list(titles));
  }

  /** @param {Event} event */
  #opened(event) {
    if (!(event.target instanceof Element)) return;
    const offer = event.target.closest("a")?.closest("[data-offer]")?.getAttribute("data-offer");
    if (offer) noteClick(this.lookId, this.garment.number, offer);
  }

  /** @param {() => void} close */
  #header(close) {
    const dots = this.garment.colours.map((colour) => {
      const name = language === "ko" ? colour.name_ko : colour.name;
      const dot = html("span", { class: "dot", role: "img", "aria-label": name, title: name });
      dot.style.background = colour.hex;
      return dot;
    });
    const back = button("", "round", close);
    back.append(icon("back"));
    back.setAttribute("aria-label", say("all_garments"));
    back.title = say("all_garments");
    const crop = thumbnail(cropOf(this.lookId, this.garment.number));
    crop.classList.add("crop");
    return html("header", {}, back, crop, html("div", { class: "naming" }, this.heading,
      html("div", { class: "under" }, html("span", { class: "dots" }, ...dots), this.status)));
  }
}

/**
 * @param {number} count
 * @param {number} total
 * @param {"similarity" | "price"} sort
 */
function countWords(count, total, sort) {
  if (total === 0) return say("no_offers");
  if (count < total) return say(sort === "price" ? "offers_some_by_price" : "offers_some", count, total);
  if (count === 1) return say("offers_one");
  return say(sort === "price" ? "offers_many_by_price" : "offers_many", count);
}
