/** What can be done about an offer's shop: prefer it, block it, and undo that. */

import { html, icon } from "./build.js";
import { shopName, wishOf } from "./choice.js";

/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {import("./choice.js").Wish} Wish */
/** @typedef {import("./answers.js").Offer} Offer */
/** @typedef {import("./host.js").Host} Host */

export class ShopMenu {
  /**
   * @param {Host} host
   * @param {Choice} choice
   * @param {{wish: (name: string, wish: Wish | null) => void, restFocus: () => void}} actions
   *   `restFocus` gives the focus a place when its own is gone.
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
        icon(wish === "prefer" ? "heart" : "block"),
        html("span", { dir: "auto" }, words.say(now === wish ? off : on, name)));
      this.host.listen(entry, "click", () => this.#wish(name, now === wish ? null : wish, now));
      return entry;
    };
    this.menu = html("div", { class: "shop-menu", role: "group", "aria-label": name },
      item("prefer", "prefer_shop", "stop_preferring"), item("block", "block_shop", "unblock_shop"));
    opener.after(this.menu);
    opener.setAttribute("aria-expanded", "true");
    opener.parentElement?.classList.add("has-menu");
    this.opener = opener;
    this.menu.querySelector("button")?.focus({ preventScroll: true });
    this.menu.scrollIntoView({ block: "nearest" });
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
