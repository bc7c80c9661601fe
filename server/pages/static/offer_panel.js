/** One garment, and where to buy it. */

import { cropOf, noteClick, providers, searchOffers } from "./api.js";
import { button, html, icon } from "./build.js";
import { OfferList } from "./offer_list.js";
import { thumbnail } from "./offer_row.js";
import { problemWords, wasCancelled } from "./problems.js";
import { troubleCard } from "./trouble.js";
import { language, list, nameOf, say, titleOf } from "./words.js";

/** @typedef {import("./protocol.js").Garment} Garment */
/** @typedef {import("./protocol.js").Provider} Provider */
/** @typedef {import("./protocol.js").SearchEvent} SearchEvent */

const MIDDLE_BUTTON = 1;

export class OfferPanel {
  /**
   * @param {string} lookId
   * @param {Garment} garment
   * @param {() => void} close
   */
  constructor(lookId, garment, close) {
    this.lookId = lookId;
    this.garment = garment;
    this.ending = new AbortController();
    /** @type {Provider[]} */
    this.providers = [];
    /** @type {Set<string>} */
    this.failed = new Set();
    this.heading = html("h2", { id: "garment-name", tabindex: "-1" }, nameOf(garment));
    this.status = html("p", { class: "status", role: "status" });
    this.body = html("div", { class: "body" });
    this.element = html("section", { class: "panel", "aria-labelledby": "garment-name" },
      this.#header(close), this.body);
    this.body.addEventListener("click", (event) => this.#opened(event));
    this.body.addEventListener("auxclick", (event) => {
      if (event.button === MIDDLE_BUTTON) this.#opened(event);
    });
  }

  /** Search, and show what comes until the end. */
  async run() {
    this.list = new OfferList();
    this.failed.clear();
    this.quiet = html("p", { class: "quiet", hidden: true });
    this.sent = html("p", { class: "sent" });
    this.body.replaceChildren(this.list.element, this.quiet, this.sent);
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
    else shown.finish(event.order);
    const { count } = shown;
    if (event.event !== "done" && count === 0) return;
    const key = count === 0 ? "no_offers" : count === 1 ? "offers_one" : "offers_many";
    this.status.textContent = say(key, count);
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
