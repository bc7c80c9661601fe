/** One picture: what the worker is asked of it and says, the bar and cards over it, and the keys. */

import { html } from "../ui/build.js";
import { besidePanel } from "./again.js";
import { Analysis } from "./analysis.js";
import { Connection } from "./connection.js";
import { Garments } from "./garments.js";
import { overlayHost } from "./host.js";
import { Bar } from "./notice.js";
import { loadPanels } from "./offers.js";
import { hearOutside } from "./outside.js";
import { Pictures } from "./pictures.js";
import { PlacedPicture } from "./placed_picture.js";
import { problemCard } from "./problem_card.js";
import { Questions } from "./questions.js";
import { on } from "./stage.js";
import { stillOfScreen } from "./still.js";

/** @typedef {import("../ui/words.js").Words} Words */
/** @typedef {import("./messages.js").Look} Look */
/** @typedef {import("./messages.js").Problem} Problem */
/** @typedef {import("./messages.js").ToPage} ToPage */
/** @typedef {import("./messages.js").ToWorker} ToWorker */
/** @typedef {import("./stage.js").Stage} Stage */

export class Lookup {
  /**
   * @param {Stage} stage
   * @param {Words} words
   * @param {import("./sources.js").Picture} picture
   * @param {{close: () => void, pick: () => void}} actions
   */
  constructor(stage, words, picture, actions) {
    this.stage = stage;
    this.words = words;
    this.actions = actions;
    /** @type {import("./notice.js").Card | null} */
    this.card = null;
    this.bar = new Bar(words, { close: actions.close, frame: () => this.#startFrame(),
      outfit: () => this.garments.openOutfit() });
    this.element = html("div", {
      class: "lookup", role: "dialog", tabindex: "-1", "aria-label": words.say("name"),
    }, this.bar.element);
    this.picture = new PlacedPicture(picture, this.element, {
      moved: () => this.#move(), lost: () => this.#lose(), close: actions.close,
    });
    this.worker = new Connection(
      (message) => void this.#receive(message), () => this.#breakOff(), actions.close);
    const send = (/** @type {ToWorker} */ message) => this.worker.send(message);
    this.analysis = new Analysis(stage, send);
    this.pictures = new Pictures((path) => send({ type: "thumbnail", path }));
    this.questions = new Questions(send);
    const host = overlayHost(words, this.pictures, this.questions, send);
    const scene = { element: this.element, own: stage.host, visible: () => this.picture.visible };
    this.garments = new Garments(host, this.bar, scene, send, {
      placed: () => this.#placeBar(),
      left: () => {
        if (this.picture.isGone) actions.close();
        return this.picture.isGone;
      },
    });
    on(this.element, "keydown", (event) => this.#key(event));
  }

  open() {
    this.worker.send({ type: "shops?" });
    this.picture.start();
    this.bar.show(this.words.say("finding"), true);
    this.picture.follower.start();
    this.element.focus({ preventScroll: true });
    this.#ask();
  }

  close() {
    this.analysis.end();
    this.garments.offers.drop();
    this.element.remove();
    this.worker.close();
    this.picture.stop();
  }

  /**
   * @param {Element} element Of the overlay, on which the menu's entry was chosen.
   * @returns {boolean} Whether it was an offer's picture, for which more of its like are searched.
   */
  likeAt(element) {
    return this.garments.offers.panel?.likeAt(element) ?? false;
  }

  /** @returns {boolean} Whether there was one. */
  closePanel() {
    return !this.picture.isGone && this.garments.close();
  }

  /** @param {Event} event */
  hearOutside(event) {
    hearOutside(event, this.garments.silhouettes, this.picture.visible, {
      pointed: (isOn) => {
        this.picture.isPointedAt = isOn && !(event instanceof MouseEvent && event.relatedTarget === this.stage.host);
      },
      clicked: () => {
        if (!this.closePanel()) this.actions.close();
      },
    });
  }

  /** The worker was ended; what is on the screen stays. */
  #breakOff() {
    this.pictures.forget();
    this.questions.forget();
    const problem = { code: "cut-off", detail: "", hint: "" };
    const { offers: { panel }, silhouettes } = this.garments;
    if (panel) panel.showProblem(problem);
    else if (!silhouettes && !this.card) this.#showProblem(problem);
  }

  #ask() {
    const { picture, part, follower } = this.picture;
    void this.analysis.ask(picture, part, follower, () => this.picture.place);
  }

  /** @param {ToPage} message */
  async #receive(message) {
    switch (message.type) {
      case "look":
        this.#showLook(message.look, message.captured, message.still);
        break;
      case "problem":
        this.#showProblem(message.problem);
        break;
      case "thumbnail":
        this.pictures.receive(message.path, message.data);
        break;
      case "answer":
      case "no-answer":
        this.questions.receive(message);
        break;
      case "pixels?":
        this.worker.send({ type: "pixels", data: await this.picture.pixels() });
        break;
      case "captured":
        this.stage.hide(false);
        break;
      default:
        this.garments.offers.receive(message);
    }
  }

  /**
   * @param {Look} look
   * @param {boolean} isCaptured
   * @param {string | null} still What was captured.
   */
  #showLook(look, isCaptured, still) {
    if (!isCaptured && this.analysis.isOfAnother(look, this.picture.picture)) {
      this.#ask();
      return;
    }
    if (still) this.picture.cover(stillOfScreen(still));
    else this.picture.learnSize(look);
    this.picture.part.decide(isCaptured);
    this.garments.show(look);
    if (look.garments.length === 0) this.#showProblem({ code: "no-garment", detail: "", hint: "" });
    else this.garments.count();
    this.picture.follower.refresh();
    this.#move();
    // Once the silhouettes are on the screen; where it fails, that is said when one is chosen.
    requestAnimationFrame(() => setTimeout(() => void loadPanels().catch(() => {})));
  }

  #startFrame() {
    this.card?.element.remove();
    this.card = null;
    this.bar.element.hidden = false;
    this.garments.startFrame();
  }

  /** @param {Problem} problem */
  #showProblem(problem) {
    this.card = problemCard(problem, this.words, {
      retry: () => this.#retry(),
      pick: this.actions.pick,
      frame: () => this.#startFrame(),
      options: () => this.worker.send({ type: "options" }),
      pair: () => this.worker.send({ type: "pair" }),
      close: this.actions.close,
    });
    this.bar.element.hidden = true;
    this.element.append(this.card.element);
    this.card.place(this.picture.visible);
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

  /** The page shows the picture no longer; offers that are open stay. */
  #lose() {
    const panel = this.garments.offers.element;
    if (!panel) {
      this.actions.close();
      return;
    }
    this.stage.rise();
    const { silhouettes } = this.garments;
    if (silhouettes) silhouettes.element.hidden = true;
    this.picture.leave(besidePanel(panel));
    const { words } = this;
    this.bar.showLink(words.say("picture_gone"), words.say("picture_again"), () => this.#showAgain());
    this.bar.frame.hidden = true;
    this.#placeBar();
  }

  #showAgain() {
    const { silhouettes, offers } = this.garments;
    this.picture.showAgain(besidePanel(offers.element));
    if (silhouettes) silhouettes.element.hidden = false;
    this.garments.count();
    this.picture.followAgain();
  }

  #move() {
    this.garments.silhouettes?.place(this.picture.analysed);
    this.#placeBar();
    this.card?.place(this.picture.visible);
  }

  /** The bar says what to do next; once that is done, the panel speaks instead. */
  #placeBar() {
    const { element } = this.bar;
    const { offers, silhouettes } = this.garments;
    const framing = silhouettes?.framing;
    const isAway = offers.element !== null && !this.picture.isGone;
    element.classList.toggle("is-away", isAway || framing?.isOpen === true);
    this.bar.place(this.picture.visible, silhouettes?.boxes());
    if (!framing?.isOpen) return;
    const frames = framing.box ? [framing.shape.getBoundingClientRect()] : [];
    this.bar.place(this.picture.visible, frames, framing.bar);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Tab") this.stage.keepTab(event);
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (!this.closePanel()) this.actions.close();
  }
}
