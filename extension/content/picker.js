/** "Pick a picture": the pointer lights up pictures, a click chooses one. */

import { html } from "../ui/build.js";
import { findHoveredPicture, findPictureAt, picturesInView } from "./find.js";
import { intersection, pictureRect } from "./geometry.js";
import { outerRect, turnOf } from "./turn.js";
import { Bar } from "./notice.js";
import { on } from "./stage.js";

/** @typedef {import("./sources.js").Picture} Picture */
/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {import("../ui/words.js").Words} Words */

export class Picker {
  /**
   * @param {Stage} stage
   * @param {Words} words
   * @param {(picture: Picture) => void} picked
   * @param {() => void} leave
   */
  constructor(stage, words, picked, leave) {
    this.stage = stage;
    this.picked = picked;
    this.leave = leave;
    /** @type {Picture | null} */
    this.picture = null;
    this.frame = html("div", { class: "picked", hidden: true });
    this.bar = new Bar(words, leave);
    this.bar.show(words.say("pick_hint"), false);
    this.cover = html("div", {
      class: "cover", tabindex: 0, role: "application", "aria-label": words.say("pick_hint"),
    }, this.frame);
    this.element = html("div", { class: "picking" }, this.cover, this.bar.element);
    on(this.cover, "pointermove", (event) => this.#point(event.clientX, event.clientY));
    on(this.cover, "click", () => this.#choose());
    on(this.element, "keydown", (event) => this.#key(event));
    this.redraw = () => this.#show(this.picture);
  }

  open() {
    this.bar.place({ x: 0, y: 0, width: innerWidth, height: innerHeight });
    this.#show(findHoveredPicture());
    addEventListener("scroll", this.redraw, { capture: true, passive: true });
    addEventListener("resize", this.redraw);
    this.cover.focus({ preventScroll: true });
  }

  close() {
    removeEventListener("scroll", this.redraw, { capture: true });
    removeEventListener("resize", this.redraw);
    this.element.remove();
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #point(x, y) {
    this.#show(findPictureAt(x, y, this.stage.host));
  }

  #choose() {
    if (this.picture) this.picked(this.picture);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape") this.leave();
    else if (this.stage.root.activeElement !== this.cover) return;
    else if (event.key === "Enter" || event.key === " ") this.#choose();
    else if (event.key === "ArrowRight" || event.key === "ArrowDown") this.#next(1);
    else if (event.key === "ArrowLeft" || event.key === "ArrowUp") this.#next(-1);
    else return;
    event.preventDefault();
  }

  /** @param {1 | -1} step */
  #next(step) {
    const pictures = picturesInView();
    const place = pictures.findIndex(({ element }) => element === this.picture?.element);
    const from = place < 0 && step < 0 ? 0 : place;
    this.#show(pictures.at((from + step) % Math.max(1, pictures.length)) ?? null);
  }

  /** @param {Picture | null} picture */
  #show(picture) {
    this.picture = picture;
    this.frame.hidden = picture === null;
    this.cover.classList.toggle("has-picture", picture !== null);
    if (!picture) return;
    const window = { x: 0, y: 0, width: innerWidth, height: innerHeight };
    const rect = outerRect(pictureRect(picture), turnOf(picture.element));
    const { x, y, width, height } = intersection(rect, window);
    Object.assign(this.frame.style, {
      transform: `translate(${x}px, ${y}px)`, width: `${width}px`, height: `${height}px`,
    });
  }
}
