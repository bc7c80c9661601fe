/**
 * What can be done about an offer's shop: prefer it, block it, and take that back. The pages
 * and the extension have the same copy of this file.
 */

import { html, icon } from "./build.js";
import { shopName, wishOf } from "./choice.js";

/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {import("./choice.js").Wish} Wish */
/** @typedef {import("./choice_bar.js").Kit} Kit */
/** @typedef {import("./protocol.js").Offer} Offer */

export class ShopMenu {
  /**
   * @param {Kit} kit
   * @param {Choice} choice
   * @param {() => void} restFocus Gives the focus a place when its own is gone.
   */
  constructor(kit, choice, restFocus) {
    this.restFocus = restFocus;
    this.kit = kit;
    this.choice = choice;
    /** @type {HTMLElement | null} The button whose menu is open. */
    this.opener = null;
    /** @type {HTMLElement | null} */
    this.menu = null;
    this.told = html("span", { class: "told-text" });
    this.undo = html("button", { type: "button", class: "link" }, kit.say("undo"));
    // In the page from the start: what is put into a live region later is not always heard.
    this.note = html("div", { class: "told", role: "status" });
    kit.listen(this.undo, "click", () => this.takeBack());
    /** @type {() => void} */
    this.takeBack = () => {};
  }

  /** What was done last is old news: something else was done since. */
  forget() {
    this.note.replaceChildren();
  }

  /** @param {Element} target What was clicked: elsewhere, the menu closes. */
  clicked(target) {
    if (!this.menu?.contains(target) && !this.opener?.contains(target)) this.close(false);
  }

  /** @param {Offer} offer */
  button(offer) {
    const label = this.kit.say("shop_menu", shopName(offer));
    const opener = html("button", { type: "button", class: "more", "aria-label": label,
      title: label, "aria-expanded": "false" }, icon("more"));
    this.kit.listen(opener, "click", () => {
      if (this.opener === opener) this.close();
      else this.#open(opener, offer);
    });
    return opener;
  }

  /**
   * @param {boolean} [takesFocus] Where it was closed by a click elsewhere, it does not.
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
    const { say } = this.kit;
    const name = shopName(offer);
    const now = wishOf(offer, this.choice.shops);
    const item = (/** @type {Wish} */ wish, /** @type {string} */ on, /** @type {string} */ off) => {
      const entry = html("button", { type: "button", class: "shop-choice" },
        icon(wish === "prefer" ? "heart" : "block"),
        html("span", { dir: "auto" }, say(now === wish ? off : on, name)));
      this.kit.listen(entry, "click", () => this.#wish(name, now === wish ? null : wish, now));
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
    this.kit.wish(name, wish);
    const key = wish === "prefer" ? "shop_preferred" : wish === "block" ? "shop_blocked" : "shop_forgotten";
    this.told.textContent = this.kit.say(key, name);
    this.note.replaceChildren(this.told, this.undo);
    this.takeBack = () => {
      this.kit.wish(name, before);
      this.forget();
      this.restFocus();
    };
    // The row may be gone with its shop, and the focus with it.
    this.undo.focus({ preventScroll: true });
  }
}
