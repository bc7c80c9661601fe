/** The sheet beside the picture: one garment, and where to buy it. */

import { html, icon } from "./build.js";
import { withWish } from "./choice.js";
import { ChoiceBar } from "./choice_bar.js";
import { OfferList } from "./offer_list.js";
import { chip, fillRow, offerRow, safeLink, showThumbnail } from "./offer_row.js";
import { quieterSide } from "./panel_side.js";
import { problemWords } from "./notice.js";
import { ShopMenu } from "./shop_menu.js";
import { nameOf } from "./silhouettes.js";
import { on } from "./stage.js";

/** @typedef {import("./protocol.js").Garment} Garment */
/** @typedef {import("./protocol.js").Problem} Problem */
/** @typedef {import("./protocol.js").Provider} Provider */
/** @typedef {import("./protocol.js").Rect} Rect */
/** @typedef {import("./protocol.js").SearchEvent} SearchEvent */
/** @typedef {import("./words.js").Words} Words */

/**
 * @typedef {object} PanelActions
 * @property {() => void} close
 * @property {() => void} retry
 * @property {() => void} options
 * @property {(offer: string) => void} opened
 * @property {(path: string) => void} wantThumbnail
 * @property {(name: string, wish: import("./choice.js").Wish | null) => void} wish To be kept.
 */

const MIDDLE_BUTTON = 1;

export class Panel {
  /**
   * @param {Garment} garment
   * @param {Words} words
   * @param {import("./choice.js").Choice} choice Lives longer than the panel.
   * @param {PanelActions} actions
   */
  constructor(garment, words, choice, actions) {
    this.garment = garment;
    this.words = words;
    this.actions = actions;
    /** @type {Provider[]} */
    this.providers = [];
    /** @type {Set<string>} */
    this.failed = new Set();
    this.isDone = false;
    // What is asked of one garment's price says nothing about another's.
    this.choice = Object.assign(choice, { min: null, max: null, showsBlocked: false });
    /** @type {import("./choice_bar.js").Kit} */
    const kit = {
      say: (key, ...parts) => words.say(key, ...parts),
      listen: on,
      wish: (name, wish) => {
        this.choice.shops = withWish(this.choice.shops, name, wish);
        actions.wish(name, wish);
        this.showShops();
      },
    };
    this.menu = new ShopMenu(kit, this.choice, () => this.focus());
    const hexes = garment.colours.map(({ hex }) => hex);
    this.bar = new ChoiceBar(kit, this.choice, hexes, () => this.#choose());
    /** @type {import("./offer_list.js").Rows} */
    const rows = {
      safeLink,
      make: (offer, link, more) => offerRow(offer, link, words, more),
      fill: (row, offer, link) => fillRow(row, offer, link, words),
      chip,
      wantPicture: actions.wantThumbnail,
    };
    this.list = new OfferList(kit, rows, this.choice, this.menu, () => this.#showAll());
    this.crop = html("span", { class: "crop", "aria-hidden": "true" }, icon("hanger"));
    this.heading = html("h2", { id: "garment-name", tabindex: "-1" }, capital(nameOf(garment, words)));
    this.status = html("p", { class: "status", role: "status" }, words.say("searching"));
    this.quiet = html("p", { class: "quiet", hidden: true });
    this.rates = html("p", { class: "rates-by", hidden: true });
    this.sent = html("span");
    this.body = html("div", { class: "body" }, this.bar.element, this.list.element, this.quiet,
      this.rates, this.#footer());
    this.element = html("section", {
      class: "panel", role: "dialog", "aria-labelledby": "garment-name",
    }, this.#header(), this.body, this.menu.note);
    actions.wantThumbnail(this.cropPath);
    const opened = (/** @type {Element} */ target) => {
      const offer = target.closest("a")?.closest("[data-offer]")?.getAttribute("data-offer");
      if (offer) actions.opened(offer);
    };
    on(this.element, "click", (_event, target) => {
      this.menu.clicked(target);
      opened(target);
    });
    on(this.element, "auxclick", (event, target) => {
      if (event.button === MIDDLE_BUTTON) opened(target);
    });
  }

  get cropPath() {
    return `${this.garment.crop}?background=white`;
  }

  focus() {
    this.heading.focus({ preventScroll: true });
  }

  /**
   * @param {Rect} visible The part of the picture that can be seen.
   * @param {Element} own The element that we draw in.
   */
  placeBeside(visible, own) {
    this.element.classList.toggle("is-left", quieterSide(visible, own) === "left");
  }

  /** @param {Provider[] | null} providers Null where the server does not say. */
  setProviders(providers) {
    if (!providers) {
      this.sent.textContent = this.words.say("sent_unknown");
      return;
    }
    this.providers = providers;
    const asked = providers.filter((provider) => provider.enabled && !provider.runs_early);
    const names = this.words.list(asked.map((provider) => this.words.provider(provider)));
    const text = asked.length ? this.words.say("sent_to", names) : this.words.say("nothing_left");
    this.sent.textContent = text;
    this.sent.title = asked.map((provider) => provider.leaves[this.words.language]).join("\n");
  }

  /** @param {SearchEvent} event */
  hear(event) {
    if (event.event === "offers") {
      this.list.add(event.offers);
    } else if (event.event === "failed") {
      this.#noteFailure(event.provider, event.reason);
    } else {
      this.isDone = true;
      this.list.finish(event.order);
    }
    this.#count();
  }

  /** @param {Problem} problem What to say if the search was still under way. */
  breakOff(problem) {
    if (!this.isDone) this.showProblem(problem);
  }

  /** @param {Problem} problem */
  showProblem(problem) {
    this.isDone = true;
    this.list.stopWaiting();
    const [title, advice] = problemWords(problem, this.words);
    this.status.textContent = title;
    const retry = html("button", { type: "button", class: "button" }, this.words.say("try_again"));
    on(retry, "click", () => this.actions.retry());
    const notice = html("div", { class: "trouble" }, html("p", {}, advice), retry);
    this.list.element.before(notice);
  }

  /**
   * @param {string} path
   * @param {string} data
   */
  showThumbnail(path, data) {
    if (path === this.cropPath) {
      this.crop.replaceChildren(html("img", { alt: "", src: data, draggable: "false" }));
    } else {
      for (const row of this.list.rowsWith(path)) showThumbnail(row, data);
    }
  }

  /** Others may be preferred or blocked now. */
  showShops() {
    this.bar.show();
    this.#apply();
  }

  /** Say how many are shown, and show the bar where there is something to choose from. */
  #count() {
    const { count, total, products } = this.list;
    this.bar.element.hidden = total === 0;
    this.bar.knowsColours = products.some((offer) => offer.same_colour !== null);
    this.bar.show();
    this.#nameRates(products.find((offer) => offer.converted)?.converted ?? null);
    if (!this.isDone && total === 0) return;
    const words = this.words.say(countKey(count, total, this.choice.sort), count, total);
    // What is said again is heard again.
    if (this.status.textContent !== words) this.status.textContent = words;
  }

  /** @param {import("./protocol.js").Converted | null} converted Never without whose rate. */
  #nameRates(converted) {
    if (!converted) return;
    const day = this.words.day(converted.as_of ?? "");
    this.rates.hidden = false;
    this.rates.textContent =
      converted.source === "ecb" ? this.words.say("about_ecb", day) : this.words.say("about_given");
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
    const known = this.providers.find(({ name }) => name === provider);
    this.failed.add(this.words.provider(known ?? { name: provider, title: provider }));
    this.quiet.hidden = false;
    this.quiet.textContent = this.words.say("no_answer_from", this.words.list([...this.failed]));
    this.quiet.title = [this.quiet.title, reason].filter(Boolean).join("\n");
  }

  #header() {
    const { language } = this.words;
    const dots = this.garment.colours.map((colour) => {
      const name = language === "ko" ? colour.name_ko : colour.name;
      const dot = html("span", { class: "dot", role: "img", "aria-label": name, title: name });
      dot.style.background = colour.hex;
      return dot;
    });
    const label = this.words.say("close_panel");
    const close = html("button", { type: "button", class: "round", "aria-label": label, title: label },
      icon("close"));
    on(close, "click", () => this.actions.close());
    return html("header", {}, this.crop,
      html("div", { class: "naming" }, this.heading,
        html("div", { class: "under" }, html("span", { class: "dots" }, ...dots), this.status)),
      close);
  }

  #footer() {
    const change = html("button", { type: "button", class: "link" }, this.words.say("change"));
    on(change, "click", () => this.actions.options());
    return html("footer", {}, this.sent, " ", change);
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

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
