/** The bar over the picture, and the card that says what went wrong and what to do. */

import { html, icon } from "../ui/build.js";
import { intersection } from "./boxes.js";
import { on } from "./stage.js";

/** @typedef {import("./messages.js").Rect} Rect */
/** @typedef {import("../ui/words.js").Words} Words */

const MARGIN = 12;

/** A short line over the picture's lower edge, with a button that closes the overlay. */
export class Bar {
  /**
   * @param {Words} words
   * @param {{close: () => void, frame?: (() => void) | undefined, outfit?: () => void}} actions Without `frame`, no
   *   frame can be drawn.
   */
  constructor(words, { close, frame, outfit }) {
    this.spinner = html("span", { class: "spinner", "aria-hidden": "true" });
    this.text = html("span", { role: "status" });
    const label = words.say("close");
    const button = html("button", { type: "button", class: "round", "aria-label": label, title: label },
      icon("close"));
    on(button, "click", close);
    const draw = words.say("draw_frame");
    this.frame = html("button", { type: "button", class: "round draw-frame", "aria-label": draw, title: draw,
      hidden: true }, icon("frame"));
    on(this.frame, "click", () => frame?.());
    const all = words.say("outfit");
    this.outfit = html("button", { type: "button", class: "round", "aria-label": all, title: all, hidden: true },
      icon("outfit"));
    on(this.outfit, "click", () => outfit?.());
    this.canFrame = frame !== undefined;
    this.link = html("button", { type: "button", class: "link", hidden: true });
    on(this.link, "click", () => this.follow());
    /** @type {() => void} */
    this.follow = () => {};
    this.element = html("div", { class: "notice" }, this.spinner, this.text, this.link,
      html("span", { class: "tools" }, this.outfit, this.frame, button));
  }

  /**
   * @param {string} text
   * @param {boolean} isBusy
   */
  show(text, isBusy) {
    this.text.textContent = text;
    this.spinner.hidden = !isBusy;
    this.frame.hidden = isBusy || !this.canFrame;
    this.outfit.hidden = true;
    this.link.hidden = true;
    this.element.classList.toggle("is-busy", isBusy);
  }

  /**
   * @param {string} text
   * @param {string} label Of a link beside it.
   * @param {() => void} follow
   */
  showLink(text, label, follow) {
    this.show(text, false);
    this.link.textContent = label;
    this.link.hidden = false;
    this.follow = follow;
  }

  /**
   * @param {Rect} visible The part of the picture that can be seen.
   * @param {Rect[]} [garments] What it would rather not lie on.
   * @param {HTMLElement} [element] Another bar that takes this one's place.
   */
  place(visible, garments = [], element = this.element) {
    const { height } = element.getBoundingClientRect();
    const below = { ...visible, y: visible.y + visible.height, height: height + 2 * MARGIN };
    const hasRoom = below.y + below.height <= innerHeight;
    const places = /** @type {[Rect, number][]} */ ([[visible, 1], [visible, 0]]);
    if (hasRoom) places.splice(1, 0, [below, 1]);
    const isFree = (/** @type {[Rect, number]} */ [area, down]) => {
      placeIn(element, area, down);
      const own = element.getBoundingClientRect();
      return garments.every((garment) => isEmpty(intersection(garment, own)));
    };
    if (!places.some(isFree)) placeIn(element, visible, 1);
  }
}

export class Card {
  /**
   * @param {string} title
   * @param {string} advice
   * @param {[string, () => void][]} actions The first is the one to try first.
   * @param {HTMLElement[]} [notes] Below them.
   */
  constructor(title, advice, actions, notes = []) {
    const buttons = actions.map(([label, act], place) => {
      const look = place === 0 ? "button is-first" : "button";
      const button = html("button", { type: "button", class: look }, label);
      on(button, "click", act);
      return button;
    });
    this.element = html("div", { class: "card", role: "alertdialog", "aria-labelledby": "card-title", "aria-describedby": "card-advice" },
      html("h2", { id: "card-title" }, title), html("p", { id: "card-advice" }, advice),
      html("div", { class: "actions" }, ...buttons), ...notes);
  }

  focus() {
    this.element.querySelector("button")?.focus({ preventScroll: true });
  }

  /** @param {Rect} visible */
  place(visible) {
    placeIn(this.element, visible, 0.5);
  }
}

/** @param {Rect} rect */
function isEmpty({ width, height }) {
  return width === 0 || height === 0;
}

/**
 * Place an element centred across the picture, within the window.
 *
 * @param {HTMLElement} element
 * @param {Rect} visible
 * @param {number} down 0 at its upper edge, 1 at its lower.
 */
function placeIn(element, visible, down) {
  const own = element.getBoundingClientRect();
  const left = visible.x + (visible.width - own.width) / 2;
  const top = visible.y + MARGIN + (visible.height - own.height - 2 * MARGIN) * down;
  const keep = (/** @type {number} */ value, /** @type {number} */ most) =>
    Math.max(MARGIN, Math.min(value, most - MARGIN));
  element.style.left = `${keep(left, innerWidth - own.width)}px`;
  element.style.top = `${keep(top, innerHeight - own.height)}px`;
}
