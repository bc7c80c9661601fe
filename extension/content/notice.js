/** The bar over the picture, and the card that says what went wrong and what to do. */

import { html, icon } from "../ui/build.js";
import { intersection } from "./geometry.js";
import { on } from "./stage.js";

/** @typedef {import("./messages.js").Rect} Rect */
/** @typedef {import("../ui/words.js").Words} Words */

const MARGIN = 12;

/** A short line over the picture's lower edge, with a button that closes the overlay. */
export class Bar {
  /**
   * @param {Words} words
   * @param {() => void} close
   */
  constructor(words, close) {
    this.spinner = html("span", { class: "spinner", "aria-hidden": "true" });
    this.text = html("span", { role: "status" });
    const label = words.say("close");
    const button = html("button", { type: "button", class: "round", "aria-label": label, title: label },
      icon("close"));
    on(button, "click", close);
    this.element = html("div", { class: "notice" }, this.spinner, this.text, button);
  }

  /**
   * @param {string} text
   * @param {boolean} isBusy
   */
  show(text, isBusy) {
    this.text.textContent = text;
    this.spinner.hidden = !isBusy;
    this.element.classList.toggle("is-busy", isBusy);
  }

  /**
   * @param {Rect} visible The part of the picture that can be seen.
   * @param {Rect[]} [garments] What it would rather not lie on.
   */
  place(visible, garments = []) {
    const { height } = this.element.getBoundingClientRect();
    const below = { ...visible, y: visible.y + visible.height, height: height + 2 * MARGIN };
    const hasRoom = below.y + below.height <= innerHeight;
    const places = /** @type {[Rect, number][]} */ ([[visible, 1], [visible, 0]]);
    if (hasRoom) places.splice(1, 0, [below, 1]);
    const isFree = (/** @type {[Rect, number]} */ [area, down]) => {
      placeIn(this.element, area, down);
      const own = this.element.getBoundingClientRect();
      return garments.every((garment) => isEmpty(intersection(garment, own)));
    };
    if (!places.some(isFree)) placeIn(this.element, visible, 1);
  }
}

export class Card {
  /**
   * @param {string} title
   * @param {string} advice
   * @param {[string, () => void][]} actions The first is the one to try first.
   */
  constructor(title, advice, actions) {
    const buttons = actions.map(([label, act], place) => {
      const look = place === 0 ? "button is-first" : "button";
      const button = html("button", { type: "button", class: look }, label);
      on(button, "click", act);
      return button;
    });
    this.element = html("div", { class: "card", role: "alertdialog", "aria-labelledby": "card-title", "aria-describedby": "card-advice" },
      html("h2", { id: "card-title" }, title), html("p", { id: "card-advice" }, advice),
      html("div", { class: "actions" }, ...buttons));
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
