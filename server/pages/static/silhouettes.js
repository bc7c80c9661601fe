/** The garments' outlines over the picture; they scale with it by themselves. */

import { html, svg } from "./build.js";
import { nameOf, say } from "./words.js";

/** @typedef {import("./protocol.js").Look} Look */
/** @typedef {import("./protocol.js").Garment} Garment */

/** How far a label keeps from the picture's edge, and from its garment. */
const MARGIN = 8;
/** In pixels of the look. */
const EDGE = 16;

export class Silhouettes {
  /**
   * @param {Look} look
   * @param {(garment: Garment) => void} choose
   */
  constructor(look, choose) {
    this.look = look;
    this.choose = choose;
    this.buttons = look.garments.map((garment, place) => this.#button(garment, place));
    this.drawing = this.#draw();
    this.label = html("div", { class: "label", "aria-hidden": "true" });
    this.element = html("div", { class: "silhouettes" }, this.drawing, this.label);
    this.drawing.addEventListener("pointerleave", () => this.#name(this.#focused()));
  }

  /** @param {Garment | null} garment The one whose offers are shown. */
  mark(garment) {
    this.buttons.forEach((button, place) => {
      button.setAttribute("aria-pressed", String(this.look.garments[place] === garment));
    });
    this.element.classList.toggle("has-choice", garment !== null);
  }

  /** @param {Garment | null} garment To be lit up, as if pointed at. */
  point(garment) {
    this.buttons.forEach((button, place) => {
      button.classList.toggle("is-pointed", this.look.garments[place] === garment);
    });
    this.#name(garment);
  }

  /** @param {Garment} garment */
  focus(garment) {
    this.buttons[this.look.garments.indexOf(garment)]?.focus({ preventScroll: true });
  }

  #focused() {
    const place = this.buttons.findIndex((button) => button.matches(":focus-visible"));
    return this.look.garments[place] ?? null;
  }

  #draw() {
    const { width, height } = this.look;
    // A little more than the picture, which the frame clips: no line of light at its edges.
    const whole = { x: -EDGE, y: -EDGE, width: width + 2 * EDGE, height: height + 2 * EDGE };
    const holes = this.look.garments.map((garment) =>
      svg("path", { d: outline(garment), "fill-rule": "evenodd", fill: "#000" }));
    const mask = svg("mask", { id: "around", maskUnits: "userSpaceOnUse", ...whole },
      svg("rect", { ...whole, fill: "#fff" }), ...holes);
    return svg("svg", {
      class: "drawing",
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: "none",
      role: "group",
      "aria-label": say("garments_in_picture"),
    }, mask, svg("rect", { class: "dim", ...whole, mask: "url(#around)" }), ...this.buttons);
  }

  /**
   * @param {Garment} garment
   * @param {number} place
   */
  #button(garment, place) {
    const label = say("garment_label", nameOf(garment), place + 1, this.look.garments.length);
    const d = outline(garment);
    const button = svg("g", {
      class: "garment", role: "button", tabindex: 0, "aria-label": label, "aria-pressed": "false",
      "data-garment": garment.number,
    }, ...["edge", "shape"].map((part) => svg("path", { class: part, d, "fill-rule": "evenodd" })));
    // One after the other, but never slow with many.
    button.style.setProperty("--delay", `${Math.min(place * 110, 660)}ms`);
    button.addEventListener("click", () => this.choose(garment));
    button.addEventListener("pointerenter", () => this.#name(garment));
    button.addEventListener("focus", () => this.#name(garment));
    button.addEventListener("blur", () => this.#name(null));
    button.addEventListener("keydown", (event) => this.#key(event, garment, place));
    return button;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Garment} garment
   * @param {number} place
   */
  #key(event, garment, place) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) this.buttons.at((place + step) % this.buttons.length)?.focus({ preventScroll: true });
    else if (event.key === "Home") this.buttons[0]?.focus({ preventScroll: true });
    else if (event.key === "End") this.buttons.at(-1)?.focus({ preventScroll: true });
    else if (event.key === "Enter" || event.key === " ") this.choose(garment);
    else return;
    event.preventDefault();
  }

  /** @param {Garment | null} garment */
  #name(garment) {
    this.label.classList.toggle("is-shown", garment !== null);
    if (!garment) return;
    this.label.textContent = nameOf(garment);
    const [x, y, width] = garment.box;
    const room = this.element.getBoundingClientRect();
    const own = this.label.getBoundingClientRect();
    const middle = ((x + width / 2) / this.look.width) * room.width - own.width / 2;
    const above = (y / this.look.height) * room.height - own.height - MARGIN;
    const most = Math.max(MARGIN, room.width - own.width - MARGIN);
    this.label.style.left = `${Math.min(Math.max(middle, MARGIN), most)}px`;
    this.label.style.top = `${Math.max(above, MARGIN)}px`;
  }
}

/** @param {Garment} garment */
function outline({ polygons }) {
  return polygons.map((polygon) => `M${polygon.map((point) => point.join(" ")).join("L")}Z`).join("");
}
