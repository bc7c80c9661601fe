/** What can be done with an offer, and about its shop; and how that is undone. */

import { html, icon } from "./build.js";
import { isPutAway, shopName, wishOf } from "./choice.js";
import { problemOf, problemWords } from "./problems.js";

/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {import("./choice.js").Wish} Wish */
/** @typedef {import("./answers.js").Offer} Offer */
/** @typedef {import("./host.js").Host} Host */

/**
 * @typedef {object} MenuActions
 * @property {(name: string, wish: Wish | null) => void} wish
 * @property {() => void} restFocus Gives the focus a place when its own is gone.
 * @property {(offer: Offer, isAway: boolean) => Promise<void>} put Puts an offer away, or back again.
 * @property {(offer: Offer) => Promise<void>} like Searches for more like it.
 */

export class ShopMenu {
  /**
   * @param {Host} host
   * @param {Choice} choice
   * @param {MenuActions} actions
   */
  constructor(host, choice, actions) {
    this.host = host;
    this.choice = choice;
    this.actions = actions;
    /** @type {HTMLElement | null} The button whose menu is open. */
    this.opener = null;
    /** @type {HTMLElement | null} */
    this.menu = null;
    this.done = html("span", { class: "shop-notice-text" });
    this.undo = html("button", { type: "button", class: "link" }, host.words.say("undo"));
    // There from the start: a live region that is added later is not always read out.
    this.note = html("div", { class: "shop-notice", role: "status" });
    host.listen(this.undo, "click", () => this.takeBack());
    /** @type {() => void} */
    this.takeBack = () => {};
  }

  /** Remove the message about the last action: something else has been done since. */
  forget() {
    this.note.replaceChildren();
  }

  /** @param {Element} target What was clicked. Outside of the menu, this closes it. */
  clicked(target) {
    if (!this.menu?.contains(target) && !this.opener?.contains(target)) this.close(false);
  }

  /** @param {Offer} offer */
  button(offer) {
    const label = this.host.words.say("shop_menu", shopName(offer));
    const opener = html("button", { type: "button", class: "more", "aria-label": label,
      title: label, "aria-expanded": "false" }, icon("more"));
    this.host.listen(opener, "click", () => {
      if (this.opener === opener) this.close();
      else this.#open(opener, offer);
    });
    return opener;
  }

  /**
   * @param {boolean} [takesFocus] False after a click elsewhere.
   * @returns {boolean} Whether one was open.
   */
  close(takesFocus = true) {
    const { opener } = this;
    if (!opener) return false;
    this.menu?.remove();
    opener.setAttribute("aria-expanded", "false");
    opener.parentElement?.classList.remove("has-menu");
    this.opener = null;
    if (takesFocus) opener.focus({ preventScroll: true });
    return true;
  }

  /**
   * @param {HTMLElement} opener
   * @param {Offer} offer
   */
  #open(opener, offer) {
    this.close();
    const { words } = this.host;
    const name = shopName(offer);
    const now = wishOf(offer, this.choice.shops);
    const item = (/** @type {Wish} */ wish, /** @type {string} */ on, /** @type {string} */ off) => {
      const entry = html("button", { type: "button", class: "shop-choice" },
        icon(wish === "prefer" ? "star" : "block"),
        html("span", { dir: "auto" }, words.say(now === wish ? off : on, name)));
      this.host.listen(entry, "click", () => this.#wish(name, now === wish ? null : wish, now));
      return entry;
    };
    const isAway = isPutAway(offer, this.choice);
    const act = (/** @type {"alike" | "unlike"} */ look, /** @type {string} */ key, /** @type {() => void} */ acts) => {
      const entry = html("button", { type: "button", class: "shop-choice" }, icon(look), html("span", {}, words.say(key)));
      this.host.listen(entry, "click", acts);
      return entry;
    };
    this.menu = html("div", { class: "shop-menu", role: "group", "aria-label": name },
      ...offer.picture ? [act("alike", "more_like", () => void this.like(offer))] : [],
      act("unlike", isAway ? "put_back" : "not_the_same", () => void this.#put(offer, !isAway)),
      item("prefer", "prefer_shop", "stop_preferring"), item("block", "block_shop", "unblock_shop"));
    opener.after(this.menu);
    opener.setAttribute("aria-expanded", "true");
    opener.parentElement?.classList.add("has-menu");
    this.opener = opener;
    this.menu.querySelector("button")?.focus({ preventScroll: true });
    this.menu.scrollIntoView({ block: "nearest" });
  }

  /**
   * Search for more like an offer, and say how it goes.
   *
   * @param {Offer} offer
   */
  async like(offer) {
    this.close();
    this.done.textContent = this.host.words.say("like_looking");
    this.note.replaceChildren(this.done);
    try {
      await this.actions.like(offer);
    } catch (error) {
      this.fail(error);
    }
  }

  /**
   * @param {Offer} offer
   * @param {boolean} isAway
   */
  async #put(offer, isAway) {
    this.close();
    this.done.textContent = this.host.words.say(isAway ? "offer_put_away" : "offer_put_back", offer.title);
    this.note.replaceChildren(this.done, this.undo);
    this.takeBack = () => {
      this.forget();
      this.actions.put(offer, !isAway).catch((error) => this.fail(error));
      this.actions.restFocus();
    };
    // The row is gone, and the focus with it.
    this.undo.focus({ preventScroll: true });
    try {
      await this.actions.put(offer, isAway);
    } catch (error) {
      this.fail(error);
    }
  }

  /**
   * Say what went wrong.
   *
   * @param {unknown} error
   */
  fail(error) {
    this.done.textContent = problemWords(problemOf(error), this.host.words).join(". ");
    this.note.replaceChildren(this.done);
  }

  /**
   * @param {string} name
   * @param {Wish | null} wish
   * @param {Wish | null} before
   */
  #wish(name, wish, before) {
    this.close();
    this.actions.wish(name, wish);
    const key = wish === "prefer" ? "shop_preferred" : wish === "block" ? "shop_blocked" : "shop_forgotten";
    this.done.textContent = this.host.words.say(key, name);
    this.note.replaceChildren(this.done, this.undo);
    this.takeBack = () => {
      this.actions.wish(name, before);
      this.forget();
      this.actions.restFocus();
    };
    // The row may be gone with its shop, and the focus with it.
    this.undo.focus({ preventScroll: true });
  }
}
