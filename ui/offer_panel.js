/** One garment, and where to buy it. */

import { nothing, searchParameters } from "./asking.js";
import { html } from "./build.js";
import { withWish } from "./choice.js";
import { ChoiceBar } from "./choice_bar.js";
import { CorrectionMenu } from "./correction_menu.js";
import { Hearts } from "./hearts.js";
import { OfferList } from "./offer_list.js";
import { originLine, panelHeader } from "./panel_header.js";
import { problemWords } from "./problems.js";
import { RefineBar } from "./refine_bar.js";
import { requestNotes } from "./request_note.js";
import { SearchNotes } from "./search_notes.js";
import { ShopMenu } from "./shop_menu.js";

/** @typedef {import("./answers.js").Garment} Garment */
/** @typedef {import("./answers.js").Offer} Offer */
/** @typedef {import("./answers.js").Provider} Provider */
/** @typedef {import("./answers.js").SearchEvent} SearchEvent */
/** @typedef {import("./choice.js").Wish} Wish */
/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./panel_header.js").Origin} Origin */
/** @typedef {import("./problems.js").Problem} Problem */

/**
 * @typedef {object} PanelActions
 * @property {() => void} close
 * @property {() => void} retry
 * @property {(offer: string) => void} opened
 * @property {() => void} [chosen] The choice of offers has changed.
 * @property {(look: import("./answers.js").Look) => void} changed The look as it is after a correction.
 * @property {() => void} ask Search again, for what the choice says now.
 * @property {(offer: string, title: string) => Promise<void>} like Search for more like an offer.
 * @property {Origin | null} [origin]
 */

const MIDDLE_BUTTON = 1;

export class OfferPanel {
  /**
   * @param {Host} host
   * @param {import("./answers.js").Look} look
   * @param {Garment} garment One of it.
   * @param {import("./choice.js").Choice} choice Lives longer than the panel.
   * @param {PanelActions} actions
   */
  constructor(host, look, garment, choice, actions) {
    this.host = host;
    this.look = look;
    this.garment = garment;
    this.actions = actions;
    const { words, listen } = host;
    /** @type {Promise<unknown>} The last offer that was put away, or back: what is said next comes after it. */
    this.putting = Promise.resolve();
    // What is asked for of one garment says nothing about another.
    this.choice = Object.assign(choice,
      { min: null, max: null, showsBlocked: false, showsFarOff: false, asked: nothing(), put: new Map() });
    const wish = (/** @type {string} */ name, /** @type {Wish | null} */ own) => this.#wish(name, own);
    this.menu = new ShopMenu(host, this.choice, {
      wish, restFocus: () => this.focus(),
      put: (offer, isAway) => this.#put(offer, isAway),
      like: (offer) => actions.like(offer.id, offer.title),
    });
    this.corrections = new CorrectionMenu(host, look, garment, (changed) => actions.changed(changed));
    const hexes = garment.colours.map(({ hex }) => hex);
    this.bar = new ChoiceBar(host, this.choice, hexes, { wish, asked: () => this.#ask(), changed: () => this.#choose() });
    this.refining = new RefineBar(host, this.choice, { asked: () => this.#ask(), changed: () => this.#choose() });
    const hearts = new Hearts(host, look.id, (error) => this.menu.fail(error));
    this.list = new OfferList(host, this.choice,
      (offer) => [hearts.button(garment.number, offer, offer.title), this.menu.button(offer)], () => this.#showAll());
    this.heading = html("h2", { id: "garment-name", tabindex: "-1" },
      words.capitalised(words.garment(garment)));
    const heart = hearts.button(garment.number, null, this.heading.textContent ?? "");
    const notes = this.notes = new SearchNotes(host, garment, this.choice);
    const header = panelHeader(host, garment,
      { heading: this.heading, status: notes.status, opener: this.corrections.opener, heart }, () => actions.close());
    this.body = html("div", { class: "body" }, this.refining.element, this.bar.element, notes.preparing.element, notes.mixed,
      this.list.element, notes.quiet, notes.rates, notes.footer);
    this.element = html("section", {
      class: "panel", role: host.appearance.role, "aria-labelledby": "garment-name",
    }, ...originLine(host, actions.origin), header, ...this.corrections.doubt, this.corrections.element, this.body, this.menu.note);
    listen(this.element, "click", (_event, target) => {
      this.menu.clicked(target);
      this.#opened(target);
    });
    listen(this.element, "auxclick", (event, target) => {
      if (event.button === MIDDLE_BUTTON) this.#opened(target);
    });
    host.saw(look.id, garment.number);
  }

  /**
   * Search for more like the offer whose picture something is.
   *
   * @param {Element} element
   * @returns {boolean} False where it is no offer's picture.
   */
  likeAt(element) {
    const id = element.closest(".thumb")?.closest("[data-offer]")?.getAttribute("data-offer");
    const offer = id && this.list.shown.get(id)?.offer;
    if (!offer || !offer.picture) return false;
    void this.menu.like(offer);
    return true;
  }

  /** @returns {boolean} Whether a menu was open: one thing at a time. */
  closeMenu() {
    return this.menu.close() || this.corrections.close();
  }

  /**
   * @param {Partial<import("./choice.js").Choice>} wanted Chosen before, on this page or another.
   * @returns {boolean} Whether the sources have to be asked for it.
   */
  want(wanted) {
    const before = JSON.stringify(searchParameters(this.choice));
    this.bar.set(wanted);
    this.refining.show();
    this.#apply();
    return JSON.stringify(searchParameters(this.choice)) !== before;
  }

  /** Another search begins: what was said of the one before is forgotten. */
  begin() {
    this.body.querySelector(".trouble")?.remove();
    this.list.begin();
    this.notes.begin();
    // Its place is there before the first offers, so that they do not move.
    this.bar.element.hidden = false;
  }

  focus() {
    this.heading.focus({ preventScroll: true });
  }

  /** @param {Provider[] | null} providers Null where the server does not say. */
  setProviders(providers) {
    this.notes.setProviders(providers);
  }

  /** @param {SearchEvent} event */
  receive(event) {
    if (event.event === "offers") this.list.add(event.offers);
    else if (event.event === "failed") this.notes.noteFailure(event);
    else {
      this.list.finish(event.order);
      this.notes.finish(event);
      this.notes.followPreparing(this.list, () => {
        this.focus(); // the button goes with what it was for
        this.actions.ask();
      });
    }
    this.#count();
  }

  /** @param {Problem} problem */
  showProblem(problem) {
    if (this.notes.isDone) return;
    this.list.stopWaiting();
    this.notes.finish(null);
    this.#showBar();
    const { words, listen } = this.host;
    const [title, advice] = problemWords(problem, words);
    // The card says what went wrong; saying it twice would not make it clearer.
    if (this.list.total === 0) this.notes.status.textContent = "";
    const retry = html("button", { type: "button", class: "button" }, words.say("try_again"));
    listen(retry, "click", () => this.actions.retry());
    this.list.element.before(html("div", { class: "trouble", role: "alert" },
      html("h2", {}, title), html("p", {}, advice), html("div", { class: "actions" }, retry),
      ...requestNotes(problem, words)));
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
    // Whoever blocks a shop wants it gone, also from a list that showed everything.
    if (wish === "block") this.choice.showsBlocked = false;
    this.host.keepWish(name, wish, this.choice.shops);
    this.showShops();
  }

  /** Hide the bar where there is nothing to choose from, nor to take back. */
  #showBar() {
    this.bar.element.hidden = this.notes.isDone && this.list.products.length === 0 && this.bar.active === 0;
  }

  /** Say how many are shown. */
  #count() {
    const { products } = this.list;
    this.#showBar();
    this.refining.offer(products);
    this.bar.menus.learn(products);
    this.bar.knowsColours = products.some((offer) => offer.same_colour !== null);
    this.bar.show();
    this.notes.count(this.list);
  }

  /** Something else is asked for: the sources are asked again. */
  #ask() {
    this.menu.forget();
    this.choice.showsFarOff = false;
    this.bar.set({});
    this.refining.show();
    this.actions.chosen?.();
    this.actions.ask();
  }

  /**
   * @param {Offer} offer
   * @param {boolean} isAway
   */
  async #put(offer, isAway) {
    const ids = [offer, ...offer.sellers].map(({ id }) => id);
    const say = (/** @type {boolean} */ away) => {
      for (const id of ids) this.choice.put.set(id, away);
      this.#apply();
    };
    say(isAway);
    const keep = () => this.host.putAway(this.look.id, this.garment.number, offer.id, isAway);
    // One after the other: of two at once, the server might hear the undoing first.
    const kept = this.putting.then(keep, keep);
    this.putting = kept;
    try {
      await kept;
    } catch (error) {
      say(!isAway);
      throw error;
    }
  }

  /** The choice has changed. */
  #choose() {
    this.menu.forget();
    this.#apply();
    this.actions.chosen?.();
  }

  #apply() {
    this.list.element.classList.add("is-settled");
    this.list.apply();
    if (this.list.products.length > 0) this.#count();
  }

  #showAll() {
    Object.assign(this.choice, { showsBlocked: true, showsFarOff: true });
    this.bar.clear();
    this.refining.show();
    this.#choose();
    this.focus();
  }

  /** @param {Element} target */
  #opened(target) {
    const offer = target.closest("a")?.closest("[data-offer]")?.getAttribute("data-offer");
    if (offer) this.actions.opened(offer);
  }
}
