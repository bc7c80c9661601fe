/** The garments' outlines over the picture. Their drawing is as large as the picture is shown. */

import { html, svg } from "./build.js";
import { Framing } from "./framing.js";

/** @typedef {import("./answers.js").Look} Look */
/** @typedef {import("./answers.js").Garment} Garment */
/** @typedef {import("./host.js").Host} Host */
/** @typedef {{x: number, y: number, width: number, height: number}} Rect */
/**
 * @typedef {object} SilhouetteActions
 * @property {(garment: Garment) => void} choose
 * @property {(isFraming: boolean) => void} framing A frame is being drawn, or no longer: its bar has to
 *   be placed anew.
 * @property {(look: Look) => void} framed The look with what was framed.
 */

/** The delay of each outline after the one before, and the longest of all, in milliseconds. */
const DELAY = 110;
const LONGEST_DELAY = 660;
/** How many times larger something is than what lies on it. */
const LARGER = 4;

export class Silhouettes {
  /**
   * @param {Host} host
   * @param {Look} look
   * @param {SilhouetteActions} actions
   */
  constructor(host, look, actions) {
    this.host = host;
    this.look = look;
    this.actions = actions;
    /** @type {Garment | null} Whose label is shown. */
    this.named = null;
    /** @type {SVGGElement[]} */
    this.buttons = [];
    /** @type {SVGPathElement[]} What is around each, below all of them: an edge need not be hit exactly. */
    this.reaches = [];
    const { width, height } = look;
    this.drawing = svg("svg", { class: "drawing", viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: "none", role: "group", "aria-label": host.words.say("garments_in_picture") });
    this.framing = new Framing(host, this.drawing, look,
      { changed: actions.framing, framed: actions.framed });
    this.label = html("div", { class: "label", "aria-hidden": "true" });
    this.element = html("div", { class: "silhouettes" }, this.drawing, this.label, this.framing.place);
    this.#draw();
    const { listen } = host;
    listen(this.element, "click", (_event, target) => {
      const garment = this.#garmentAt(target);
      if (garment && !this.framing.hasDrawn) actions.choose(garment);
    });
    for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
      listen(this.element, type, (event) => this.framing.hear(event));
    }
    for (const type of ["pointermove", "focusin"]) {
      listen(this.element, type, (_event, target) => this.#pointAt(target));
    }
    listen(this.element, "focusout", () => this.#name(null));
    listen(this.element, "keydown", (event, target) => this.#key(event, target));
  }

  /** @param {Look} look The same picture, with other garments. */
  update(look) {
    this.look = look;
    this.named = null;
    this.label.classList.remove("is-shown");
    this.element.classList.add("is-settled");
    this.#draw();
  }

  /** The pointer has left the garments. */
  leave() {
    this.#near(null);
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
    const place = this.buttons.indexOf(/** @type {SVGGElement} */ (button));
    return this.look.garments[place] ?? this.#reachedAt(target);
  }

  /** @param {Element} target */
  #reachedAt(target) {
    return this.look.garments[this.reaches.indexOf(/** @type {SVGPathElement} */ (target))] ?? null;
  }

  /** @param {Element} target */
  #pointAt(target) {
    this.#near(this.#reachedAt(target));
    this.#name(this.#garmentAt(target));
  }

  /** @param {Garment | null} garment Whose edge was just missed: a click there means it. */
  #near(garment) {
    this.buttons.forEach((button, place) => {
      button.classList.toggle("is-near", this.look.garments[place] === garment);
    });
  }

  #focused() {
    const place = this.buttons.findIndex((button) => button.matches(":focus-visible"));
    return this.look.garments[place] ?? null;
  }

  #draw() {
    const { width, height } = this.look;
    this.buttons = this.look.garments.map((garment, place) => this.#button(garment, place));
    const { edge } = this.host.appearance;
    const whole = { x: -edge, y: -edge, width: width + 2 * edge, height: height + 2 * edge };
    const holes = this.look.garments.map((garment) =>
      svg("path", { d: outline(garment), "fill-rule": "evenodd", fill: "#000" }));
    const mask = svg("mask", { id: "around", maskUnits: "userSpaceOnUse", ...whole },
      svg("rect", { ...whole, fill: "#fff" }), ...holes);
    // Without garments, there is nothing that the rest is to stand behind.
    const dim = holes.length ? [mask, svg("rect", { class: "dim", ...whole, mask: "url(#around)" })] : [];
    this.reaches = this.look.garments.map((garment) => svg("path", { class: "reach", d: outline(garment) }));
    this.drawing.replaceChildren(...dim, ...this.#fromBelow(this.reaches), ...this.#fromBelow(this.buttons),
      this.framing.element);
  }

  /**
   * Order what is drawn of each garment. What lies on something much larger, such as a belt on a dress, is
   * drawn after it, or nobody could point at it.
   *
   * @param {SVGElement[]} drawn In the order of the garments.
   */
  #fromBelow(drawn) {
    const { garments } = this.look;
    const under = garments.map((garment) => garments.filter((other) => liesOn(garment, other)).length);
    // As many layers as there are things that lie on others, each in the order of the garments.
    const layers = [...new Set(under)].sort((one, other) => one - other);
    return layers.flatMap((layer) => drawn.filter((_each, place) => under[place] === layer));
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
    else if (event.key === "Enter" || event.key === " ") this.actions.choose(garment);
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

/**
 * @param {Garment} garment
 * @param {Garment} other
 */
function liesOn({ box: [x, y, width, height] }, { box: [left, top, across, down] }) {
  const [centreX, centreY] = [x + width / 2 - left, y + height / 2 - top];
  const inside = centreX > 0 && centreX < across && centreY > 0 && centreY < down;
  return inside && LARGER * width * height < across * down;
}

/** How far from a corner its curve may begin, as a share of the garment's longer side. */
const ROUNDING = 0.015;

/**
 * Round what was sampled from pixels, so that no step or spike is seen at any zoom. Long straight
 * edges stay: only what is near a corner is curved.
 *
 * @param {Garment} garment
 */
function outline({ polygons, box }) {
  const most = ROUNDING * Math.max(box[2], box[3]);
  return polygons.map((polygon) => ring(polygon, most)).join("");
}

/**
 * @param {[number, number][]} corners
 * @param {number} most
 */
function ring(corners, most) {
  const curves = corners.map((corner, place) => {
    const from = towards(corner, corners.at(place - 1) ?? corner, most);
    const to = towards(corner, corners[(place + 1) % corners.length] ?? corner, most);
    return `${from}Q${corner.join(" ")} ${to}`;
  });
  return `M${curves.join("L")}Z`;
}

/**
 * @param {[number, number]} corner
 * @param {[number, number]} other
 * @param {number} most
 */
function towards([x, y], [otherX, otherY], most) {
  const length = Math.hypot(otherX - x, otherY - y);
  const share = length > 0 ? Math.min(0.5, most / length) : 0;
  return [x + (otherX - x) * share, y + (otherY - y) * share].map((value) => value.toFixed(1)).join(" ");
}
