/** The offers of the garment that was chosen: one search at a time, in one panel. */

import { anything, readShops } from "../ui/choice.js";
import { OfferPanel } from "../ui/offer_panel.js";
import { quieterSide } from "./panel_side.js";

/** @typedef {import("../ui/answers.js").Garment} Garment */
/** @typedef {import("../ui/host.js").Host} Host */
/** @typedef {import("./messages.js").Problem} Problem */
/** @typedef {import("./messages.js").Rect} Rect */

export class Offers {
  /**
   * @param {Host} host
   * @param {(message: import("./messages.js").ToWorker) => void} send
   * @param {{retry: (garment: Garment) => void, closed: (garment: Garment) => void}} actions
   */
  constructor(host, send, actions) {
    this.host = host;
    this.send = send;
    this.actions = actions;
    /** @type {OfferPanel | null} */
    this.panel = null;
    /** @type {import("./messages.js").Provider[] | null | undefined} Not known yet while undefined. */
    this.providers = undefined;
    this.choice = anything();
    /** Number of the search whose events are shown. */
    this.search = 0;
  }

  /**
   * @param {string} look Its id.
   * @param {Garment} garment
   * @param {HTMLElement} parent
   * @param {Rect} picture The part of the picture that can be seen.
   * @param {Element} own The element that everything of ours is drawn in.
   */
  open(look, garment, parent, picture, own) {
    this.panel?.element.remove();
    const panel = new OfferPanel(this.host, garment, this.choice, {
      close: () => {
        panel.menu.close(false);
        this.close();
      },
      retry: () => this.actions.retry(garment),
      opened: (offer) => this.send({ type: "click", look, garment: garment.number, offer }),
    });
    this.panel = panel;
    if (this.providers !== undefined) panel.setProviders(this.providers);
    panel.element.classList.toggle("is-left", quieterSide(picture, own) === "left");
    parent.append(panel.element);
    panel.focus();
    this.search += 1;
    this.send({ type: "offers", look, garment: garment.number, search: this.search });
  }

  /** @returns {boolean} Whether anything was open: an open menu is closed before the panel. */
  close() {
    const { panel } = this;
    if (!panel) return false;
    if (panel.menu.close()) return true;
    panel.element.remove();
    this.panel = null;
    this.actions.closed(panel.garment);
    return true;
  }

  /** @param {import("./messages.js").AboutOffers} message */
  receive(message) {
    switch (message.type) {
      case "providers":
        this.providers = message.providers;
        this.panel?.setProviders(message.providers);
        break;
      case "shops":
        this.choice.shops = readShops(message.shops);
        this.panel?.showShops();
        break;
      case "event":
        if (message.search === this.search) this.panel?.receive(message.event);
        break;
      case "search-problem":
        if (message.search === this.search) this.panel?.showProblem(message.problem);
    }
  }
}
