/** One picture: its garments, and the offers of the one that was chosen. */

import { html } from "./build.js";
import { anything, readShops } from "./choice.js";
import { Connection } from "./connection.js";
import { drawPixels } from "./draw_pixels.js";
import { Follower } from "./follow.js";
import { naturalSize } from "./geometry.js";
import { Bar } from "./notice.js";
import { Panel } from "./panel.js";
import { problemCard } from "./problem_card.js";
import { Silhouettes } from "./silhouettes.js";
import { measure } from "./sources.js";
import { on } from "./stage.js";
import { outerRect } from "./turn.js";
import { inTab, nextFrames } from "./viewport.js";

/** @typedef {import("./protocol.js").Garment} Garment */
/** @typedef {import("./protocol.js").Look} Look */
/** @typedef {import("./protocol.js").Problem} Problem */
/** @typedef {import("./protocol.js").Provider} Provider */
/** @typedef {import("./protocol.js").Rect} Rect */
/** @typedef {import("./protocol.js").ToPage} ToPage */
/** @typedef {import("./sources.js").Picture} Picture */
/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {import("./words.js").Words} Words */

/** Ratios further apart than this are of two pictures, not of two sizes of one. */
const SAME_RATIO = 0.02;
const NOWHERE = { x: 0, y: 0, width: 0, height: 0 };
/** @type {import("./follow.js").Place} */
const UNKNOWN = { rect: NOWHERE, content: NOWHERE, turn: null, visible: NOWHERE, corners: "" };
const WHOLE = { x: 0, y: 0, width: 1, height: 1 };

export class Lookup {
  /**
   * @param {Stage} stage
   * @param {Words} words
   * @param {Picture} picture
   * @param {{close: () => void, pick: () => void}} actions
   */
  constructor(stage, words, picture, actions) {
    this.stage = stage;
    this.words = words;
    this.picture = picture;
    this.actions = actions;
    this.place = UNKNOWN;
    this.isCaptured = false;
    /** @type {Rect} The part of the picture that was analysed, in shares of it. */
    this.part = WHOLE;
    this.captured = WHOLE;
    /** @type {Look | null} */
    this.look = null;
    /** @type {Silhouettes | null} */
    this.silhouettes = null;
    /** @type {Panel | null} */
    this.panel = null;
    /** @type {import("./notice.js").Card | null} */
    this.card = null;
    /** @type {Provider[] | null | undefined} Not known yet while undefined. */
    this.providers = undefined;
    this.choice = anything();
    this.search = 0;
    this.isPlainOnly = false;
    this.bar = new Bar(words, actions.close);
    this.element = html("div", {
      class: "lookup", role: "dialog", tabindex: "-1", "aria-label": words.say("extension_name"),
    }, this.bar.element);
    this.follower = new Follower(picture, (place) => this.#move(place), actions.close);
    this.worker = new Connection(
      (message) => void this.#hear(message), () => this.#breakOff(), actions.close);
    this.wasPlaying = false;
    on(this.element, "keydown", (event) => this.#key(event));
  }

  open() {
    this.worker.tell({ type: "shops?" });
    this.#holdStill();
    this.bar.show(this.words.say("finding"), true);
    this.follower.start();
    this.element.focus({ preventScroll: true });
    void measure(this.picture).then(() => this.follower.refresh());
    this.#ask();
  }

  close() {
    this.follower.stop();
    this.worker.close();
    this.element.remove();
    const { element } = this.picture;
    if (this.wasPlaying && element instanceof HTMLVideoElement) void element.play().catch(() => {});
  }

  /** @returns {boolean} Whether there was one. */
  closePanel() {
    if (!this.panel) return false;
    if (this.panel.menu.close()) return true;
    const { garment } = this.panel;
    this.panel.element.remove();
    this.panel = null;
    this.silhouettes?.mark(null);
    this.silhouettes?.focus(garment);
    this.#placeBar();
    return true;
  }

  /** @param {Event} event */
  hearOutside(event) {
    if (!(event instanceof MouseEvent) || event.button === 2) return;
    if (/move|over|out/.test(event.type)) {
      this.silhouettes?.leave();
      return;
    }
    const { x, y, width, height } = this.place.visible;
    const isInside = event.clientX >= x && event.clientX < x + width && event.clientY >= y &&
      event.clientY < y + height;
    if (!isInside || !/^(pointer|mouse)(down|up)$|click$/.test(event.type)) return;
    // On the picture, beside every garment: not meant for the page.
    event.stopImmediatePropagation();
    event.preventDefault();
    if (event.type === "click" && !this.closePanel()) this.actions.close();
  }

  /** The worker was ended; what is on the screen stays. */
  #breakOff() {
    const problem = { code: "cut-off", detail: "", hint: "" };
    if (this.panel) this.panel.breakOff(problem);
    else if (!this.silhouettes && !this.card) this.#showProblem(problem);
  }

  #ask() {
    const { addresses, shown } = this.picture;
    const usable = this.isPlainOnly ? addresses.filter((address) => address === shown) : addresses;
    const pageUrl = /^https?:/.test(location.href) ? location.href : "";
    this.worker.tell({ type: "look", picture: { addresses: usable, pageUrl } });
  }

  /** @param {ToPage} message */
  async #hear(message) {
    switch (message.type) {
      case "look":
        this.#showLook(message.look, message.captured);
        break;
      case "problem":
        this.#showProblem(message.problem);
        break;
      case "providers":
        this.providers = message.providers;
        this.panel?.setProviders(message.providers);
        break;
      case "shops":
        this.choice.shops = readShops(message.shops);
        this.panel?.showShops();
        break;
      case "event":
        if (message.search === this.search) this.panel?.hear(message.event);
        break;
      case "search-problem":
        if (message.search === this.search) this.panel?.showProblem(message.problem);
        break;
      case "thumbnail":
        if (message.data) this.panel?.showThumbnail(message.path, message.data);
        break;
      case "pixels?":
        this.worker.tell({ type: "pixels", data: await drawPixels(this.picture) });
        break;
      case "visible?":
        await this.#prepareCapture();
        break;
      case "captured":
        this.stage.hide(false);
    }
  }

  async #prepareCapture() {
    const { visible, turn } = this.place;
    const seen = inTab(visible);
    const rect = outerRect(this.place.rect, turn);
    this.captured = {
      x: (visible.x - rect.x) / rect.width,
      y: (visible.y - rect.y) / rect.height,
      width: visible.width / rect.width,
      height: visible.height / rect.height,
    };
    this.stage.hide(true);
    await nextFrames();
    this.worker.tell({ type: "visible", visible: seen });
  }

  /**
   * @param {Look} look
   * @param {boolean} isCaptured
   */
  #showLook(look, isCaptured) {
    if (!isCaptured && !this.isPlainOnly && this.#isOther(look)) {
      this.isPlainOnly = true;
      this.#ask();
      return;
    }
    this.look = look;
    this.isCaptured = isCaptured;
    this.part = isCaptured ? this.captured : WHOLE;
    const count = look.garments.length;
    if (count === 0) {
      this.#showProblem({ code: "no-garment", detail: "", hint: "" });
      return;
    }
    this.bar.show(this.words.say(count === 1 ? "found_one" : "found_many", count), false);
    this.silhouettes = new Silhouettes(look, this.words, (garment) => this.#choose(garment));
    this.element.prepend(this.silhouettes.element);
    this.follower.refresh();
    this.#move(this.place);
  }

  /**
   * A "larger version" may be cut in another way than what is shown.
   *
   * @param {Look} look
   */
  #isOther(look) {
    const natural = naturalSize(this.picture);
    const { addresses, shown } = this.picture;
    if (!natural || addresses.length < 2 || !addresses.includes(shown)) return false;
    const ratio = look.width / look.height / (natural.width / natural.height);
    return Math.abs(ratio - 1) > SAME_RATIO;
  }

  /** @param {Garment} garment */
  #choose(garment) {
    this.panel?.element.remove();
    this.silhouettes?.mark(garment);
    const look = this.look?.id ?? "";
    this.panel = new Panel(garment, this.words, this.choice, {
      close: () => {
        this.panel?.menu.close(false);
        this.closePanel();
      },
      retry: () => this.#choose(garment),
      options: () => this.worker.tell({ type: "options" }),
      opened: (offer) => this.worker.tell({ type: "click", look, garment: garment.number, offer }),
      wantThumbnail: (path) => this.worker.tell({ type: "thumbnail", path }),
      wish: (name, wish) => this.worker.tell({ type: "wish", name, wish }),
    });
    if (this.providers !== undefined) this.panel.setProviders(this.providers);
    this.panel.placeBeside(this.place.visible, this.stage.host);
    this.element.append(this.panel.element);
    this.panel.focus();
    this.#placeBar();
    this.search += 1;
    this.worker.tell({ type: "offers", look, garment: garment.number, search: this.search });
  }

  /** @param {Problem} problem */
  #showProblem(problem) {
    this.card = problemCard(problem, this.words, {
      retry: () => this.#retry(),
      pick: this.actions.pick,
      options: () => this.worker.tell({ type: "options" }),
      close: this.actions.close,
    });
    this.bar.element.hidden = true;
    this.element.append(this.card.element);
    this.card.place(this.place.visible);
    this.card.focus();
  }

  #retry() {
    this.card?.element.remove();
    this.card = null;
    this.bar.element.hidden = false;
    this.bar.show(this.words.say("finding"), true);
    this.element.focus({ preventScroll: true });
    this.#ask();
  }

  /** @param {import("./follow.js").Place} place */
  #move(place) {
    this.place = place;
    const { visible, corners } = place;
    // What was cut out of the screen stands upright, as it was seen there.
    const { turn, content, rect } = this.isCaptured
      ? { turn: null, content: visible, rect: outerRect(place.rect, place.turn) } : place;
    const { part } = this;
    const whole = {
      x: rect.x + part.x * rect.width,
      y: rect.y + part.y * rect.height,
      width: rect.width * part.width,
      height: rect.height * part.height,
    };
    this.silhouettes?.place({ rect: whole, content, turn, visible, corners });
    this.#placeBar();
    this.card?.place(visible);
  }

  /** What to do next is said no longer once it is done: then the panel speaks. */
  #placeBar() {
    const { element } = this.bar;
    element.classList.toggle("is-away", this.panel !== null);
    this.bar.place(this.place.visible, this.silhouettes?.boxes());
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Tab") this.stage.keepTab(event);
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (!this.closePanel()) this.actions.close();
  }

  /** Silhouettes fit one frame of a film only. */
  #holdStill() {
    const { element } = this.picture;
    if (!(element instanceof HTMLVideoElement) || element.paused) return;
    this.wasPlaying = true;
    element.pause();
  }
}
