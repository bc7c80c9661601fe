/** The garments' outlines over the picture. Their drawing is as large as the picture is shown. */

import { html, svg } from "./build.js";

/** @typedef {import("./answers.js").Look} Look */
/** @typedef {import("./answers.js").Garment} Garment */
/** @typedef {import("./host.js").Host} Host */
/** @typedef {{x: number, y: number, width: number, height: number}} Rect */

/** The delay of each outline after the one before, and the longest of all, in milliseconds. */
const DELAY = 110;
const LONGEST_DELAY = 660;

export class Silhouettes {
  /**
   * @param {Host} host
   * @param {Look} look
   * @param {(garment: Garment) => void} choose
   */
  constructor(host, look, choose) {
    this.host = host;
    this.look = look;
    this.choose = choose;
    /** @type {Garment | null} Whose label is shown. */
    this.named = null;
    this.buttons = look.garments.map((garment, place) => this.#button(garment, place));
    this.drawing = this.#draw();
    this.label = html("div", { class: "label", "aria-hidden": "true" });
    this.element = html("div", { class: "silhouettes" }, this.drawing, this.label);
    const { listen } = host;
    listen(this.element, "click", (_event, target) => {
      const garment = this.#garmentAt(target);
      if (garment) choose(garment);
    });
    for (const type of ["pointermove", "focusin"]) {
      listen(this.element, type, (_event, target) => this.#name(this.#garmentAt(target)));
    }
    listen(this.element, "focusout", () => this.#name(null));
    listen(this.element, "keydown", (event, target) => this.#key(event, target));
  }

  /** The pointer has left the garments. */
  leave() {
    this.#name(this.#focused());
  }

  /** @param {Garment | null} garment The one whose offers are shown. */
  mark(garment) {
    this.buttons.forEach((button, place) => {
      button.setAttribute(this.host.appearance.chosen, String(this.look.garments[place] === garment));
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

  /**
   * Where the drawing is, and the room that labels have, in the coordinates that labels are
   * placed in. The page part of the extension has other ones.
   *
   * @returns {{picture: Rect, room: {width: number, height: number}}}
   */
  area() {
    const { width, height } = this.element.getBoundingClientRect();
    return { picture: { x: 0, y: 0, width, height }, room: { width, height } };
  }

  /** @returns {Rect[]} Where the garments are, in the coordinates of `area`. */
  boxes() {
    const { x: left, y: top, width: across, height: down } = this.area().picture;
    const [scaleX, scaleY] = [across / this.look.width, down / this.look.height];
    return this.look.garments.map(({ box: [x, y, width, height] }) => ({
      x: left + x * scaleX,
      y: top + y * scaleY,
      width: width * scaleX,
      height: height * scaleY,
    }));
  }

  /** Put the label above its garment. */
  placeLabel() {
    if (!this.named) return;
    const { margin } = this.host.appearance;
    const { room, picture } = this.area();
    const { x, y, width } = this.boxes()[this.look.garments.indexOf(this.named)] ?? picture;
    const own = this.label.getBoundingClientRect();
    const keep = (/** @type {number} */ value, /** @type {number} */ most) =>
      `${Math.min(Math.max(value, margin), Math.max(margin, most - margin))}px`;
    this.label.style.left = keep(x + width / 2 - own.width / 2, room.width - own.width);
    this.label.style.top = keep(y - own.height - margin, room.height - own.height);
  }

  /** @param {Element} target */
  #garmentAt(target) {
    const button = target.closest("[role=button]");
    return this.look.garments[this.buttons.indexOf(/** @type {SVGGElement} */ (button))] ?? null;
  }

  #focused() {
    const place = this.buttons.findIndex((button) => button.matches(":focus-visible"));
    return this.look.garments[place] ?? null;
  }

  #draw() {
    const { width, height } = this.look;
    const { edge } = this.host.appearance;
    const whole = { x: -edge, y: -edge, width: width + 2 * edge, height: height + 2 * edge };
    const holes = this.look.garments.map((garment) =>
      svg("path", { d: outline(garment), "fill-rule": "evenodd", fill: "#000" }));
    const mask = svg("mask", { id: "around", maskUnits: "userSpaceOnUse", ...whole },
      svg("rect", { ...whole, fill: "#fff" }), ...holes);
    return svg("svg", {
      class: "drawing",
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: "none",
      role: "group",
      "aria-label": this.host.words.say("garments_in_picture"),
    }, mask, svg("rect", { class: "dim", ...whole, mask: "url(#around)" }), ...this.buttons);
  }

  /**
   * @param {Garment} garment
   * @param {number} place
   */
  #button(garment, place) {
    const label = this.host.words.say("garment_label", this.#nameOf(garment), place + 1,
      this.look.garments.length);
    const d = outline(garment);
    const button = svg("g", {
      class: "garment", role: "button", tabindex: 0, "aria-label": label,
      [this.host.appearance.chosen]: "false", "data-garment": garment.number,
    }, ...["edge", "shape"].map((part) => svg("path", { class: part, d, "fill-rule": "evenodd" })));
    // One after the other, but never slow with many.
    button.style.setProperty("--delay", `${Math.min(place * DELAY, LONGEST_DELAY)}ms`);
    return button;
  }

  /** @param {Garment} garment */
  #nameOf(garment) {
    return this.host.appearance.name(this.host.words.garment(garment));
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Element} target
   */
  #key(event, target) {
    const garment = this.#garmentAt(target);
    if (!garment) return;
    const place = this.look.garments.indexOf(garment);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const to = (/** @type {number} */ other) => this.buttons.at(other)?.focus({ preventScroll: true });
    if (step) to((place + step) % this.buttons.length);
    else if (event.key === "Home") to(0);
    else if (event.key === "End") to(-1);
    else if (event.key === "Enter" || event.key === " ") this.choose(garment);
    else return;
    event.preventDefault();
  }

  /** @param {Garment | null} garment */
  #name(garment) {
    if (this.named === garment) return;
    this.named = garment;
    this.label.classList.toggle("is-shown", garment !== null);
    if (!garment) return;
    this.label.textContent = this.#nameOf(garment);
    this.placeLabel();
  }
}

/** @param {Garment} garment */
function outline({ polygons }) {
  return polygons.map((polygon) => `M${polygon.map((point) => point.join(" ")).join("L")}Z`).join("");
}
