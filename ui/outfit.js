/** The whole outfit in one list: a section a garment, with the best offers of each. */

import { html, icon } from "./build.js";
import { anything } from "./choice.js";
import { Hearts } from "./hearts.js";
import { OfferList } from "./offer_list.js";
import { nothingYet } from "./preparing.js";
import { problemOf, problemWords } from "./problems.js";
import { thumbnail } from "./thumbnail.js";

/** @typedef {import("./answers.js").Garment} Garment */
/** @typedef {import("./answers.js").Look} Look */
/** @typedef {import("./answers.js").SearchEvent} SearchEvent */
/** @typedef {import("./host.js").Host} Host */

/**
 * @typedef {object} OutfitActions
 * @property {() => void} close
 * @property {(garment: Garment) => void} choose Show all offers of one.
 * @property {(garment: Garment, receive: (event: SearchEvent) => void) => Promise<void>} search Throws what
 *   went wrong.
 * @property {(garment: Garment, offer: string) => void} opened
 */

/** Offers of each garment: all of them are one step away. */
const MOST = 3;
const MIDDLE_BUTTON = 1;

export class Outfit {
  /**
   * @param {Host} host
   * @param {Look} look
   * @param {import("./choice.js").Shops} shops
   * @param {OutfitActions} actions
   */
  constructor(host, look, shops, actions) {
    this.host = host;
    this.actions = actions;
    this.choice = { ...anything(), shops };
    const { words, listen, appearance } = host;
    const label = words.say("leave_panel");
    const leave = html("button", { type: "button", class: "round", "aria-label": label, title: label },
      icon(appearance.leave));
    listen(leave, "click", () => actions.close());
    this.heading = html("h2", { id: "outfit-name", tabindex: "-1" }, words.say("outfit"));
    this.status = html("p", { class: "status", role: "status" }, words.say("searching"));
    const naming = html("div", { class: "naming" }, this.heading, html("div", { class: "under" }, this.status));
    this.hearts = new Hearts(host, look.id, (error) => {
      this.status.textContent = problemWords(problemOf(error), words).join(". ");
    });
    this.waiting = look.garments.length;
    this.body = html("div", { class: "body" }, ...look.garments.map((garment) => this.#section(garment)),
      html("footer", { class: "sent" }, host.more()));
    this.element = html("section", { class: "panel outfit", role: appearance.role, "aria-labelledby": "outfit-name" },
      html("header", {}, ...appearance.leave === "back" ? [leave, naming] : [naming, leave]), this.body);
  }

  focus() {
    this.heading.focus({ preventScroll: true });
  }

  /** @param {Garment} garment */
  #section(garment) {
    const { words, listen } = this.host;
    const name = words.capitalised(words.garment(garment));
    const crop = thumbnail(this.host, `${garment.crop}?background=white`);
    crop.classList.add("crop");
    const all = html("button", { type: "button", class: "button outfit-all", "aria-label": words.say("outfit_all", name) },
      words.say("outfit_all_short"));
    listen(all, "click", () => this.actions.choose(garment));
    const status = html("p", { class: "quiet" });
    const list = new OfferList(this.host, this.choice,
      (offer) => [this.hearts.button(garment.number, offer, offer.title)], () => {}, MOST);
    list.hidden.remove();
    list.elsewhere.remove();
    list.rows.setAttribute("aria-label", words.say("outfit_offers", name));
    const section = html("section", { class: "outfit-part" },
      html("div", { class: "outfit-head" }, crop, html("h3", {}, name), all), list.element, status);
    const opened = (/** @type {Element} */ target) => {
      const offer = target.closest("a")?.closest("[data-offer]")?.getAttribute("data-offer");
      if (offer) this.actions.opened(garment, offer);
    };
    listen(section, "click", (_event, target) => opened(target));
    listen(section, "auxclick", (event, target) => {
      if (event.button === MIDDLE_BUTTON) opened(target);
    });
    void this.#search(garment, list, status);
    return section;
  }

  /**
   * @param {Garment} garment
   * @param {OfferList} list
   * @param {HTMLElement} status
   */
  async #search(garment, list, status) {
    const { words } = this.host;
    let hasNoAnswer = false;
    let hasFailed = false;
    /** @type {string | null} */
    let yet = null;
    try {
      await this.actions.search(garment, (event) => {
        if (event.event === "offers") list.add(event.offers);
        else if (event.event === "failed") hasFailed = true;
        else {
          yet = nothingYet(event.preparing);
          hasNoAnswer = event.answered?.length === 0;
          list.finish(event.order);
        }
      });
      // "No shop has it" only of those that answered.
      const none = hasNoAnswer ? (hasFailed ? "no_shop_answered" : "no_shop_asked") : "no_offers";
      if (list.near === 0) status.textContent = words.say(yet ?? (list.products.length ? "no_close" : none));
    } catch (error) {
      list.stopWaiting();
      status.textContent = problemWords(problemOf(error), words).join(". ");
    }
    this.waiting -= 1;
    if (this.waiting === 0) this.status.textContent = words.say("outfit_done");
  }
}
