/** The garments' outlines, glued to a picture of the page. */

import { html } from "../ui/build.js";
import { Silhouettes } from "../ui/silhouettes.js";

/** @typedef {import("./messages.js").Rect} Rect */

const NOWHERE = { x: 0, y: 0, width: 0, height: 0 };

export class PlacedSilhouettes extends Silhouettes {
  /**
   * @param {import("../ui/host.js").Host} host
   * @param {import("./messages.js").Look} look
   * @param {import("../ui/silhouettes.js").SilhouetteActions} actions
   */
  constructor(host, look, actions) {
    super(host, look, actions);
    /** @type {Rect} */
    this.rect = NOWHERE;
    this.isTurned = false;
    this.frame = html("div", { class: "frame" }, this.drawing);
    this.element.prepend(this.frame);
  }

  /** @param {import("./follow.js").Place} place */
  place(place) {
    this.rect = place.rect;
    this.isTurned = place.turn !== null;
    lay(this.drawing, this.frame, place);
    this.placeLabel();
  }

  /**
   * In the viewport, in which labels are placed as well.
   *
   * @override
   */
  area() {
    return { picture: this.rect, room: windowRect() };
  }

  /**
   * @override
   * @returns {Rect[]}
   */
  boxes() {
    if (!this.isTurned) return super.boxes();
    return this.buttons.map((button) => button.getBoundingClientRect());
  }
}

/**
 * Lay something over a picture, turned and clipped as it is.
 *
 * @param {HTMLElement | SVGElement} layer
 * @param {HTMLElement} frame What it is in.
 * @param {import("./follow.js").Place} place
 */
export function lay({ style }, frame, { rect, content, turn, visible, corners }) {
  const [a, b, c, d] = turn?.matrix ?? [1, 0, 0, 1];
  const { centre } = turn ?? { centre: rect };
  style.transform = `translate(${rect.x}px, ${rect.y}px)` +
    (turn ? ` matrix(${a}, ${b}, ${c}, ${d}, 0, 0)` : "");
  style.transformOrigin = `${centre.x - rect.x}px ${centre.y - rect.y}px`;
  style.width = `${rect.width}px`;
  style.height = `${rect.height}px`;
  // A turned one is clipped twice: along its own sides, and along the window's.
  style.clipPath = inset(rect, turn ? content : visible, corners);
  frame.style.clipPath = turn ? inset(windowRect(), visible) : "none";
}

/** @returns {Rect} */
function windowRect() {
  return { x: 0, y: 0, width: innerWidth, height: innerHeight };
}

/**
 * @param {Rect} whole
 * @param {Rect} part
 * @param {string} [corners] Where they are round.
 * @returns {string} A `clip-path` that leaves that part of the whole.
 */
function inset(whole, part, corners = "") {
  const top = part.y - whole.y;
  const left = part.x - whole.x;
  const right = whole.width - left - part.width;
  const bottom = whole.height - top - part.height;
  return `inset(${top}px ${right}px ${bottom}px ${left}px${corners})`;
}
