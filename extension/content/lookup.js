/** One picture: its garments, and the offers of the one that was chosen. */

import { html } from "../ui/build.js";
import { AnalysedPart } from "./analysed_part.js";
import { Connection } from "./connection.js";
import { drawPixels } from "./draw_pixels.js";
import { holdStill } from "./film.js";
import { Follower } from "./follow.js";
import { naturalSize } from "./geometry.js";
import { overlayHost } from "./host.js";
import { Bar } from "./notice.js";
import { Offers } from "./offers.js";
import { Pictures } from "./pictures.js";
import { PlacedSilhouettes } from "./placed_silhouettes.js";
import { problemCard } from "./problem_card.js";
import { measure } from "./sources.js";
import { on } from "./stage.js";
import { inTab, nextFrames } from "./viewport.js";

/** @typedef {import("../ui/answers.js").Garment} Garment */
/** @typedef {import("../ui/words.js").Words} Words */
/** @typedef {import("./messages.js").Look} Look */
/** @typedef {import("./messages.js").Problem} Problem */
/** @typedef {import("./messages.js").ToPage} ToPage */
/** @typedef {import("./messages.js").ToWorker} ToWorker */
/** @typedef {import("./sources.js").Picture} Picture */
/** @typedef {import("./stage.js").Stage} Stage */

/** Ratios further apart than this are of two pictures, not of two sizes of one. */
const SAME_RATIO = 0.02;
const NOWHERE = { x: 0, y: 0, width: 0, height: 0 };
/** @type {import("./follow.js").Place} */
const UNKNOWN = { rect: NOWHERE, content: NOWHERE, turn: null, visible: NOWHERE, corners: "" };

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
    this.part = new AnalysedPart();
    /** @type {Look | null} */
    this.look = null;
    /** @type {PlacedSilhouettes | null} */
    this.silhouettes = null;
    /** @type {import("./notice.js").Card | null} */
    this.card = null;
    this.isPlainOnly = false;
    this.bar = new Bar(words, actions.close);
    this.element = html("div", {
      class: "lookup", role: "dialog", tabindex: "-1", "aria-label": words.say("name"),
    }, this.bar.element);
    this.follower = new Follower(picture, (place) => this.#move(place), actions.close);
    this.worker = new Connection(
      (message) => void this.#receive(message), () => this.#breakOff(), actions.close);
    const send = (/** @type {ToWorker} */ message) => this.worker.send(message);
    this.pictures = new Pictures((path) => send({ type: "thumbnail", path }));
    this.host = overlayHost(words, this.pictures, send);
    this.offers = new Offers(this.host, send, {
      retry: (garment) => this.#choose(garment),
      closed: (garment) => this.#unchoose(garment),
    });
    this.playOn = () => {};
    on(this.element, "keydown", (event) => this.#key(event));
  }

  open() {
    this.worker.send({ type: "shops?" });
    this.playOn = holdStill(this.picture.element);
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
    this.playOn();
  }

  /** @returns {boolean} Whether there was one. */
  closePanel() {
    return this.offers.close();
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
    this.pictures.forget();
    const problem = { code: "cut-off", detail: "", hint: "" };
    const { panel } = this.offers;
    if (panel) panel.showProblem(problem);
    else if (!this.silhouettes && !this.card) this.#showProblem(problem);
  }

  #ask() {
    const { addresses, shown } = this.picture;
    const usable = this.isPlainOnly ? addresses.filter((address) => address === shown) : addresses;
    const pageUrl = /^https?:/.test(location.href) ? location.href : "";
    this.worker.send({ type: "look", picture: { addresses: usable, pageUrl } });
  }

  /** @param {ToPage} message */
  async #receive(message) {
    switch (message.type) {
      case "look":
        this.#showLook(message.look, message.captured);
        break;
      case "problem":
        this.#showProblem(message.problem);
        break;
      case "thumbnail":
        this.pictures.receive(message.path, message.data);
        break;
      case "pixels?":
        this.worker.send({ type: "pixels", data: await drawPixels(this.picture) });
        break;
      case "visible?":
        await this.#prepareCapture();
        break;
      case "captured":
        this.stage.hide(false);
        break;
      default:
        this.offers.receive(message);
    }
  }

  async #prepareCapture() {
    const seen = inTab(this.place.visible);
    this.part.noteCapture(this.place);
    this.stage.hide(true);
    await nextFrames();
    this.worker.send({ type: "visible", visible: seen });
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
    this.part.decide(isCaptured);
    const count = look.garments.length;
    if (count === 0) {
      this.#showProblem({ code: "no-garment", detail: "", hint: "" });
      return;
    }
    this.bar.show(this.words.say(count === 1 ? "found_one" : "found_many", count), false);
    this.silhouettes = new PlacedSilhouettes(this.host, look, (garment) => this.#choose(garment));
    this.element.prepend(this.silhouettes.element);
    this.follower.refresh();
    this.#move(this.place);
  }

  /**
   * A "larger version" may be cropped differently from what is shown.
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
    this.silhouettes?.mark(garment);
    const { visible } = this.place;
    this.offers.open(this.look?.id ?? "", garment, this.element, visible, this.stage.host);
    this.#placeBar();
  }

  /** @param {Garment} garment */
  #unchoose(garment) {
    this.silhouettes?.mark(null);
    this.silhouettes?.focus(garment);
    this.#placeBar();
  }

  /** @param {Problem} problem */
  #showProblem(problem) {
    this.card = problemCard(problem, this.words, {
      retry: () => this.#retry(),
      pick: this.actions.pick,
      options: () => this.worker.send({ type: "options" }),
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
    this.silhouettes?.place(this.part.placeOf(place));
    this.#placeBar();
    this.card?.place(place.visible);
  }

  /** The bar says what to do next; once that is done, the panel speaks instead. */
  #placeBar() {
    const { element } = this.bar;
    element.classList.toggle("is-away", this.offers.panel !== null);
    this.bar.place(this.place.visible, this.silhouettes?.boxes());
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Tab") this.stage.keepTab(event);
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (!this.closePanel()) this.actions.close();
  }
}
