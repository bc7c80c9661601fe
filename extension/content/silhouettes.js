/** The garments' outlines, glued to the picture. */

import { html, svg } from "./build.js";
import { on } from "./stage.js";

/** @typedef {import("./protocol.js").Look} Look */
/** @typedef {import("./protocol.js").Garment} Garment */
/** @typedef {import("./protocol.js").Rect} Rect */
/** @typedef {import("./words.js").Words} Words */

/** How far the label keeps from the window's edge, and from the garment. */
const MARGIN = 10;

export class Silhouettes {
  /**
   * @param {Look} look
   * @param {Words} words
   * @param {(garment: Garment) => void} choose
   */
  constructor(look, words, choose) {
    this.look = look;
    this.words = words;
    /** @type {Rect} */
    this.rect = { x: 0, y: 0, width: 0, height: 0 };
    this.isTurned = false;
    /** @type {Garment | null} */
    this.named = null;
    this.buttons = look.garments.map((garment, place) => this.#button(garment, place));
    this.drawing = this.#draw();
    this.label = html("div", { class: "label", "aria-hidden": "true" });
    this.frame = html("div", { class: "frame" }, this.drawing);
    this.element = html("div", { class: "silhouettes" }, this.frame, this.label);
    const garmentOf = (/** @type {Element} */ target) => {
      const button = target.closest("[role=button]");
      return button ? look.garments[this.buttons.indexOf(/** @type {SVGGElement} */ (button))] : null;
    };
    on(this.element, "click", (_event, target) => {
      const garment = garmentOf(target);
      if (garment) choose(garment);
    });
    on(this.element, "pointermove", (_event, target) => this.#name(garmentOf(target) ?? null));
    on(this.element, "focusin", (_event, target) => this.#name(garmentOf(target) ?? null));
    on(this.element, "focusout", () => this.#name(null));
    on(this.element, "keydown", (event, target) => {
      if (garmentOf(target)) this.#key(event, target, choose);
    });
  }

  /** The pointer has left for the page, or for another part of the overlay. */
  leave() {
    if (!this.buttons.some((button) => button.matches(":focus-visible"))) this.#name(null);
  }

  /** @param {import("./follow.js").Place} place */
  place({ rect, content, turn, visible, corners }) {
    this.rect = rect;
    this.isTurned = turn !== null;
    const { style } = this.drawing;
    const [a, b, c, d] = turn?.matrix ?? [1, 0, 0, 1];
    const { centre } = turn ?? { centre: rect };
    style.transform = `translate(${rect.x}px, ${rect.y}px)` +
      (turn ? ` matrix(${a}, ${b}, ${c}, ${d}, 0, 0)` : "");
    style.transformOrigin = `${centre.x - rect.x}px ${centre.y - rect.y}px`;
    style.width = `${rect.width}px`;
    style.height = `${rect.height}px`;
    // A turned one is cut twice: along its own sides, and along the window's.
    style.clipPath = inset(rect, turn ? content : visible, corners);
    const window = { x: 0, y: 0, width: innerWidth, height: innerHeight };
    this.frame.style.clipPath = turn ? inset(window, visible) : "none";
    if (this.named) this.#placeLabel(this.named);
  }

  /** @returns {Rect[]} Where the garments are on the screen. */
  boxes() {
    if (this.isTurned) return this.buttons.map((button) => button.getBoundingClientRect());
    const scaleX = this.rect.width / this.look.width;
    const scaleY = this.rect.height / this.look.height;
    return this.look.garments.map(({ box: [x, y, width, height] }) => ({
      x: this.rect.x + x * scaleX,
      y: this.rect.y + y * scaleY,
      width: width * scaleX,
      height: height * scaleY,
    }));
  }

  /** @param {Garment | null} garment The one whose offers are shown. */
  mark(garment) {
    this.buttons.forEach((button, place) => {
      const isChosen = this.look.garments[place] === garment;
      button.setAttribute("aria-expanded", String(isChosen));
    });
    this.element.classList.toggle("has-choice", garment !== null);
  }

  /** @param {Garment | null} [garment] The first where none is named. */
  focus(garment = null) {
    const place = garment ? this.look.garments.indexOf(garment) : 0;
    this.buttons[place]?.focus({ preventScroll: true });
  }

  #draw() {
    const { width, height } = this.look;
    const holes = this.look.garments.map((garment) =>
      svg("path", { d: outline(garment), "fill-rule": "evenodd", fill: "#000" }),
    );
    const whole = { width, height };
    const mask = svg("mask", { id: "around", maskUnits: "userSpaceOnUse", x: 0, y: 0, ...whole },
      svg("rect", { ...whole, fill: "#fff" }), ...holes);
    const drawing = svg("svg", {
      class: "drawing",
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: "none",
      role: "group",
      "aria-label": this.words.say("garments_in_picture"),
    }, mask, svg("rect", { class: "dim", ...whole, mask: "url(#around)" }), ...this.buttons);
    return drawing;
  }

  /**
   * @param {Garment} garment
   * @param {number} place
   */
  #button(garment, place) {
    const name = nameOf(garment, this.words);
    const d = outline(garment);
    const label = this.words.say("garment_label", name, place + 1, this.look.garments.length);
    const button = svg("g", {
      class: "garment", role: "button", tabindex: 0, "aria-label": label,
      "aria-expanded": "false",
    }, ...["edge", "shape"].map((part) => svg("path", { class: part, d, "fill-rule": "evenodd" })));
    // One after the other, but never slow with many.
    button.style.setProperty("--delay", `${Math.min(place * 110, 660)}ms`);
    return button;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Element} target
   * @param {(garment: Garment) => void} choose
   */
  #key(event, target, choose) {
    const place = this.buttons.indexOf(/** @type {SVGGElement} */ (target));
    const garment = this.look.garments[place];
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) this.buttons.at((place + step) % this.buttons.length)?.focus({ preventScroll: true });
    else if (event.key === "Home") this.buttons[0]?.focus();
    else if (event.key === "End") this.buttons.at(-1)?.focus();
    else if ((event.key === "Enter" || event.key === " ") && garment) choose(garment);
    else return;
    event.preventDefault();
  }

  /** @param {Garment | null} garment */
  #name(garment) {
    if (this.named === garment) return;
    this.named = garment;
    this.label.classList.toggle("is-shown", garment !== null);
    if (!garment) return;
    this.label.textContent = nameOf(garment, this.words);
    this.#placeLabel(garment);
  }

  /** @param {Garment} garment */
  #placeLabel(garment) {
    const { x, y, width } = this.boxes()[this.look.garments.indexOf(garment)] ?? this.rect;
    const own = this.label.getBoundingClientRect();
    const middle = x + width / 2 - own.width / 2;
    const above = y - own.height - MARGIN;
    const left = Math.min(Math.max(middle, MARGIN), innerWidth - own.width - MARGIN);
    const top = Math.min(Math.max(above, MARGIN), innerHeight - own.height - MARGIN);
    this.label.style.left = `${left}px`;
    this.label.style.top = `${top}px`;
  }
}

/**
 * @param {Garment} garment
 * @param {Words} words
 */
export function nameOf(garment, words) {
  return garment.search_text[words.language] || garment.category;
}

/** @param {Garment} garment */
function outline({ polygons }) {
  return polygons.map((polygon) => `M${polygon.map((point) => point.join(" ")).join("L")}Z`).join("");
}

/**
 * @param {Rect} whole
 * @param {Rect} part
 * @param {string} [corners] Where they are round.
 * @returns {string} For `clip-path`: what leaves that part of the whole.
 */
function inset(whole, part, corners = "") {
  const top = part.y - whole.y;
  const left = part.x - whole.x;
  const right = whole.width - left - part.width;
  const bottom = whole.height - top - part.height;
  return `inset(${top}px ${right}px ${bottom}px ${left}px${corners})`;
}
