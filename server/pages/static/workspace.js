/** A picture, its garments, and the offers of the one that was chosen. */

import { cropOf, noteClick, pictureOf, providers, searchOffers, wasCancelled } from "./api.js";
import { button, HOST } from "./host.js";
import { PictureStage } from "./picture_stage.js";
import { keptShops } from "./shops.js";
import { noticeCard, troubleCard } from "./trouble.js";
import { html, icon } from "./ui/build.js";
import { anything } from "./ui/choice.js";
import { OfferPanel } from "./ui/offer_panel.js";
import { problemOf } from "./ui/problems.js";
import { thumbnail } from "./ui/thumbnail.js";
import { say, words } from "./words.js";

/** @typedef {import("./ui/answers.js").Look} Look */
/** @typedef {import("./ui/answers.js").Garment} Garment */

export class Workspace {
  /**
   * @param {HTMLElement} element
   * @param {() => void} leave Back to where a picture is chosen.
   */
  constructor(element, leave) {
    this.element = element;
    this.leave = leave;
    this.stage = new PictureStage(leave);
    this.side = html("div", { class: "side" });
    /** @type {Look | null} */
    this.look = null;
    /** @type {OfferPanel | null} */
    this.panel = null;
    this.search = new AbortController();
    this.choice = { ...anything(), shops: keptShops() };
    element.append(this.stage.element, this.side);
    addEventListener("keydown", (event) => {
      // One thing at a time: the first Escape closes the menu, the next the panel.
      if (event.key === "Escape" && this.panel && !this.panel.menu.close()) this.#unchoose();
    });
  }

  /** @param {Blob | null} file */
  async begin(file) {
    this.clear();
    await this.stage.begin(file);
  }

  /** @param {Look} look */
  async show(look) {
    this.look = look;
    await this.stage.light(look, pictureOf(look.id), (garment) => this.#choose(garment));
    if (this.look !== look) return;
    this.#list(look);
    this.heading?.focus({ preventScroll: true });
  }

  /**
   * @param {unknown} error
   * @param {() => void} retry
   */
  fail(error, retry) {
    this.stage.bar.hidden = true;
    this.stage.frame.classList.remove("is-busy");
    const card = troubleCard(error, retry);
    card.querySelector(".actions")?.append(this.#another());
    this.side.replaceChildren(card);
  }

  clear() {
    this.#endPanel();
    this.look = null;
    this.element.classList.remove("has-panel");
    this.stage.clear();
    this.side.replaceChildren();
  }

  /** @param {Look} look */
  #list(look) {
    const { garments } = look;
    if (garments.length === 0) {
      this.heading = null;
      const card = noticeCard(say("no_garment_title"), say("no_garment_advice"), this.#another());
      this.side.replaceChildren(card);
      return;
    }
    const title = garments.length === 1 ? say("found_one") : say("found_many", garments.length);
    this.heading = html("h2", { tabindex: "-1" }, title);
    const rows = garments.map((garment) => html("li", {}, this.#garmentRow(look, garment)));
    this.side.replaceChildren(html("section", { class: "panel" },
      html("header", {}, html("div", { class: "naming" }, this.heading,
        html("p", { class: "status", role: "status" }, say("choose_one")))),
      html("ol", { class: "garments" }, ...rows),
      html("div", { class: "foot" }, this.#another())));
  }

  /**
   * @param {Look} look
   * @param {Garment} garment
   */
  #garmentRow(look, garment) {
    const crop = thumbnail(HOST, cropOf(look.id, garment.number));
    crop.classList.add("crop");
    const row = button("", "garment-row", () => this.#choose(garment));
    row.append(crop, html("span", { class: "title" }, words.capitalised(words.garment(garment))), icon("next"));
    const point = (/** @type {Garment | null} */ pointed) => this.stage.silhouettes?.point(pointed);
    row.addEventListener("pointerenter", () => point(garment));
    row.addEventListener("pointerleave", () => point(null));
    row.addEventListener("focus", () => point(garment));
    row.addEventListener("blur", () => point(null));
    return row;
  }

  #another() {
    return button(say("another"), "button", this.leave);
  }

  /** @param {Garment} garment */
  #choose(garment) {
    if (!this.look || this.panel?.garment === garment) return;
    this.#open(this.look, garment);
    scrollTo({ top: 0, behavior: motion() });
  }

  /**
   * @param {Look} look
   * @param {Garment} garment
   */
  #open(look, garment) {
    this.#endPanel();
    const panel = new OfferPanel(HOST, garment, this.choice, {
      close: () => this.#unchoose(),
      retry: () => this.#open(look, garment),
      opened: (offer) => noteClick(look.id, garment.number, offer),
    });
    this.panel = panel;
    this.stage.silhouettes?.point(null);
    this.stage.silhouettes?.mark(garment);
    this.side.replaceChildren(panel.element);
    this.search = new AbortController();
    void nameProviders(panel);
    void search(panel, look.id, this.search.signal);
    panel.focus();
    this.element.classList.add("has-panel");
  }

  /** Nobody waits for the offers any more. */
  #endPanel() {
    this.search.abort();
    this.panel?.element.remove();
    this.panel = null;
  }

  #unchoose() {
    const garment = this.panel?.garment;
    this.#endPanel();
    this.element.classList.remove("has-panel");
    this.stage.silhouettes?.mark(null);
    if (this.look) this.#list(this.look);
    if (garment) this.stage.silhouettes?.focus(garment);
    scrollTo({ top: 0, behavior: motion() });
  }
}

/**
 * Show offers as they come, until the end.
 *
 * @param {OfferPanel} panel
 * @param {string} lookId
 * @param {AbortSignal} signal
 */
async function search(panel, lookId, signal) {
  try {
    for await (const event of searchOffers(lookId, panel.garment.number, signal)) panel.receive(event);
  } catch (error) {
    if (!wasCancelled(error) && !signal.aborted) panel.showProblem(problemOf(error));
  }
}

/** @param {OfferPanel} panel */
async function nameProviders(panel) {
  try {
    panel.setProviders(await providers());
  } catch (error) {
    // Offers still come; only the providers' names are missing.
    console.info("The server does not list its providers.", error);
    panel.setProviders(null);
  }
}

/** @returns {ScrollBehavior} */
function motion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}
