/** The sheet beside the picture: one garment, and where to buy it. */

import { html, icon } from "./build.js";
import { OfferList } from "./offer_list.js";
import { problemWords } from "./notice.js";
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
 */

const MIDDLE_BUTTON = 1;

export class Panel {
  /**
   * @param {Garment} garment
   * @param {Words} words
   * @param {PanelActions} actions
   */
  constructor(garment, words, actions) {
    this.garment = garment;
    this.words = words;
    this.actions = actions;
    /** @type {Provider[]} */
    this.providers = [];
    /** @type {Set<string>} */
    this.failed = new Set();
    this.isDone = false;
    this.list = new OfferList(words, actions.wantThumbnail);
    this.crop = html("span", { class: "crop", "aria-hidden": "true" }, icon("hanger"));
    this.heading = html("h2", { id: "garment-name", tabindex: "-1" }, capital(nameOf(garment, words)));
    this.status = html("p", { class: "status", role: "status" }, words.say("searching"));
    this.quiet = html("p", { class: "quiet", hidden: true });
    this.sent = html("span");
    this.body = html("div", { class: "body" }, this.list.element, this.quiet, this.#footer());
    this.element = html("section", {
      class: "panel", role: "dialog", "aria-labelledby": "garment-name",
    }, this.#header(), this.body);
    actions.wantThumbnail(this.cropPath);
    const opened = (/** @type {Element} */ target) => {
      const offer = target.closest("a")?.closest("[data-offer]")?.getAttribute("data-offer");
      if (offer) actions.opened(offer);
    };
    on(this.element, "click", (_event, target) => opened(target));
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

  /** @param {Rect} visible Keep to the side where the picture is not. */
  placeBeside(visible) {
    const roomLeft = visible.x;
    const roomRight = innerWidth - visible.x - visible.width;
    this.element.classList.toggle("is-left", roomLeft > roomRight + 1);
  }

  /** @param {Provider[]} providers */
  setProviders(providers) {
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
      this.list.showThumbnail(path, data);
    }
  }

  #count() {
    const { count } = this.list;
    if (!this.isDone && count === 0) return;
    const key = count === 0 ? "no_offers" : count === 1 ? "offers_one" : "offers_many";
    this.status.textContent = this.words.say(key, count);
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

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
