/** One garment, and where to buy it. */

import { html, icon } from "./build.js";
import { withWish } from "./choice.js";
import { ChoiceBar } from "./choice_bar.js";
import { OfferList } from "./offer_list.js";
import { problemWords } from "./problems.js";
import { ShopMenu } from "./shop_menu.js";
import { thumbnail } from "./thumbnail.js";

/** @typedef {import("./answers.js").Garment} Garment */
/** @typedef {import("./answers.js").Provider} Provider */
/** @typedef {import("./answers.js").SearchEvent} SearchEvent */
/** @typedef {import("./choice.js").Wish} Wish */
/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./problems.js").Problem} Problem */

/**
 * @typedef {object} PanelActions
 * @property {() => void} close
 * @property {() => void} retry
 * @property {(offer: string) => void} opened
 */

const MIDDLE_BUTTON = 1;

export class OfferPanel {
  /**
   * @param {Host} host
   * @param {Garment} garment
   * @param {import("./choice.js").Choice} choice Lives longer than the panel.
   * @param {PanelActions} actions
   */
  constructor(host, garment, choice, actions) {
    this.host = host;
    this.garment = garment;
    this.actions = actions;
    const { words, listen } = host;
    /** @type {Provider[]} */
    this.providers = [];
    /** @type {Set<string>} Names of the providers that failed. */
    this.failed = new Set();
    this.isDone = false;
    // A price range for one garment says nothing about another.
    this.choice = Object.assign(choice, { min: null, max: null, showsBlocked: false });
    const wish = (/** @type {string} */ name, /** @type {Wish | null} */ own) => this.#wish(name, own);
    this.menu = new ShopMenu(host, this.choice, { wish, restFocus: () => this.focus() });
    const hexes = garment.colours.map(({ hex }) => hex);
    this.bar = new ChoiceBar(host, this.choice, hexes, { wish, changed: () => this.#choose() });
    this.list = new OfferList(host, this.choice, this.menu, () => this.#showAll());
    this.heading = html("h2", { id: "garment-name", tabindex: "-1" },
      words.capitalised(words.garment(garment)));
    this.status = html("p", { class: "status", role: "status" }, words.say("searching"));
    this.quiet = html("p", { class: "quiet", hidden: true });
    this.rates = html("p", { class: "rates-by", hidden: true });
    this.sent = html("span");
    this.body = html("div", { class: "body" }, this.bar.element, this.list.element, this.quiet,
      this.rates, html("footer", { class: "sent" }, this.sent, " ", host.more()));
    this.element = html("section", {
      class: "panel", role: host.appearance.role, "aria-labelledby": "garment-name",
    }, this.#header(), this.body, this.menu.note);
    listen(this.element, "click", (_event, target) => {
      this.menu.clicked(target);
      this.#opened(target);
    });
    listen(this.element, "auxclick", (event, target) => {
      if (event.button === MIDDLE_BUTTON) this.#opened(target);
    });
  }

  focus() {
    this.heading.focus({ preventScroll: true });
  }

  /** @param {Provider[] | null} providers Null where the server does not say. */
  setProviders(providers) {
    const { words } = this.host;
    if (!providers) {
      this.sent.textContent = words.say("sent_unknown");
      return;
    }
    this.providers = providers;
    this.#nameFailed();
    const asked = providers.filter(({ enabled, runs_early: early }) => enabled && !early);
    const names = words.list(asked.map((provider) => words.provider(provider)));
    this.sent.textContent = asked.length ? words.say("sent_to", names) : words.say("nothing_left");
    this.sent.title = asked.map((provider) => words.discloses(provider)).join("\n");
  }

  /** @param {SearchEvent} event */
  receive(event) {
    if (event.event === "offers") this.list.add(event.offers);
    else if (event.event === "failed") this.#noteFailure(event.provider, event.reason);
    else {
      this.isDone = true;
      this.list.finish(event.order);
    }
    this.#count();
  }

  /** @param {Problem} problem */
  showProblem(problem) {
    if (this.isDone) return;
    this.isDone = true;
    this.list.stopWaiting();
    const { words, listen } = this.host;
    const [title, advice] = problemWords(problem, words);
    this.status.textContent = title;
    const retry = html("button", { type: "button", class: "button" }, words.say("try_again"));
    listen(retry, "click", () => this.actions.retry());
    this.list.element.before(html("div", { class: "trouble", role: "alert" },
      html("h2", {}, title), html("p", {}, advice), html("div", { class: "actions" }, retry)));
  }

  /** Other shops may be preferred or blocked now. */
  showShops() {
    this.bar.show();
    this.#apply();
  }

  /**
   * @param {string} name
   * @param {Wish | null} wish
   */
  #wish(name, wish) {
    this.choice.shops = withWish(this.choice.shops, name, wish);
    this.host.keepWish(name, wish, this.choice.shops);
    this.showShops();
  }

  /** Say how many are shown, and show the bar where there is something to choose from. */
  #count() {
    const { count, total, products } = this.list;
    this.bar.element.hidden = total === 0;
    this.bar.knowsColours = products.some((offer) => offer.same_colour !== null);
    this.bar.show();
    this.#nameRates(products.find((offer) => offer.converted)?.converted ?? null);
    if (!this.isDone && total === 0) return;
    const text = this.host.words.say(countKey(count, total, this.choice.sort), count, total);
    // Setting the same text again would have it read out again.
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  /**
   * A converted price is never shown without the source of its rate.
   *
   * @param {import("./answers.js").Converted | null} converted
   */
  #nameRates(converted) {
    if (!converted) return;
    const { words } = this.host;
    const day = words.day(converted.as_of ?? "");
    this.rates.hidden = false;
    this.rates.textContent =
      converted.source === "ecb" ? words.say("about_ecb", day) : words.say("about_given");
  }

  /** The choice has changed. */
  #choose() {
    this.menu.forget();
    this.#apply();
  }

  #apply() {
    this.list.element.classList.add("is-settled");
    this.list.apply();
    if (this.list.total > 0) this.#count();
  }

  #showAll() {
    this.choice.showsBlocked = true;
    this.bar.clear();
    this.#choose();
    this.focus();
  }

  /**
   * @param {string} provider
   * @param {string} reason
   */
  #noteFailure(provider, reason) {
    this.failed.add(provider);
    this.quiet.title = [this.quiet.title, reason].filter(Boolean).join("\n");
    this.#nameFailed();
  }

  /** By their titles, once those are known. */
  #nameFailed() {
    if (this.failed.size === 0) return;
    const { words } = this.host;
    const titles = [...this.failed].map((name) =>
      words.provider(this.providers.find((provider) => provider.name === name) ?? { name, title: name }));
    this.quiet.hidden = false;
    this.quiet.textContent = words.say("no_answer_from", words.list(titles));
  }

  /** @param {Element} target */
  #opened(target) {
    const offer = target.closest("a")?.closest("[data-offer]")?.getAttribute("data-offer");
    if (offer) this.actions.opened(offer);
  }

  #header() {
    const { words, listen, appearance } = this.host;
    const dots = this.garment.colours.map(({ name: english, hex }) => {
      const name = words.colour(english);
      const dot = html("span", { class: "dot", role: "img", "aria-label": name, title: name });
      dot.style.background = hex;
      return dot;
    });
    const label = words.say("leave_panel");
    const leave = html("button", { type: "button", class: "round", "aria-label": label, title: label },
      icon(appearance.leave));
    listen(leave, "click", () => this.actions.close());
    const crop = thumbnail(this.host, `${this.garment.crop}?background=white`);
    crop.classList.add("crop");
    const naming = html("div", { class: "naming" }, this.heading,
      html("div", { class: "under" }, html("span", { class: "dots" }, ...dots), this.status));
    const parts = appearance.leave === "back" ? [leave, crop, naming] : [crop, naming, leave];
    return html("header", {}, ...parts);
  }
}

/**
 * @param {number} count
 * @param {number} total
 * @param {"similarity" | "price"} sort
 */
function countKey(count, total, sort) {
  if (total === 0) return "no_offers";
  if (count < total) return sort === "price" ? "offers_some_by_price" : "offers_some";
  if (count === 1) return "offers_one";
  return sort === "price" ? "offers_many_by_price" : "offers_many";
}
