/** A picture that the page shows no longer, shown in a place of our own. */

import { html } from "../ui/build.js";
import { pictureOf } from "./sources.js";

/** @typedef {import("./messages.js").Rect} Rect */
/** @typedef {import("./sources.js").Picture} Picture */

/** Pixels that stay free around it. */
const EDGE = 24;

/**
 * @param {HTMLElement | null} element The panel, where it is open.
 * @returns {Rect} What it leaves free of the window.
 */
export function besidePanel(element) {
  const panel = element?.getBoundingClientRect();
  const whole = { x: 0, y: 0, width: innerWidth, height: innerHeight };
  if (!panel) return whole;
  if (panel.width > innerWidth / 2) return { ...whole, height: panel.top };
  return panel.left > innerWidth / 2 ? { ...whole, width: panel.left }
    : { ...whole, x: panel.right, width: innerWidth - panel.right };
}

/**
 * @param {Picture} picture As the page showed it.
 * @param {import("./still.js").Still | null} still What was analysed, where that was not the picture itself.
 * @param {Rect} free Where it may be.
 * @returns {{element: HTMLElement, picture: Picture}}
 */
export function shownAgain(picture, still, { x, y, width, height }) {
  const own = still?.picture ?? html("img", { src: picture.shown, alt: "" });
  const found = pictureOf(own);
  own.className = "still";
  own.removeAttribute("style");
  Object.assign(own.style, { left: `${x + EDGE}px`, top: `${y + EDGE}px`,
    width: `${width - 2 * EDGE}px`, height: `${height - 2 * EDGE}px` });
  return {
    element: html("div", { class: "again" }, own),
    picture: found ?? { ...picture, element: own, kind: "img" },
  };
}
