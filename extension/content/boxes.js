/** The boxes of elements and of the window, in CSS pixels of the viewport. */

import { uprightBox } from "./turn.js";

/** @typedef {import("./messages.js").Rect} Rect */

/**
 * @param {Rect} one
 * @param {Rect} other
 * @returns {Rect}
 */
export function intersection(one, other) {
  const x = Math.max(one.x, other.x);
  const y = Math.max(one.y, other.y);
  const right = Math.min(one.x + one.width, other.x + other.width);
  const bottom = Math.min(one.y + one.height, other.y + other.height);
  return { x, y, width: Math.max(0, right - x), height: Math.max(0, bottom - y) };
}

/**
 * @returns {Rect} What of the window is seen: two fingers may have enlarged a part of it.
 */
export function windowSeen() {
  const { offsetLeft = 0, offsetTop = 0, scale = 1 } = globalThis.visualViewport ?? {};
  return { x: offsetLeft, y: offsetTop, width: innerWidth / scale, height: innerHeight / scale };
}

/** @returns {Rect} What `background-attachment: fixed` is fitted into: the window without its scrollbars. */
export function windowBox() {
  // Without a doctype it is the body that knows.
  const root = document.compatMode === "BackCompat" && document.body || document.documentElement;
  return { x: 0, y: 0, width: root.clientWidth || innerWidth, height: root.clientHeight || innerHeight };
}

/**
 * Return an element's box without border and padding, as large as transforms make it.
 *
 * @param {Element} element
 * @returns {Rect}
 */
export function contentBox(element) {
  // What the root shows is not kept to its box.
  if (element === document.documentElement) return { x: 0, y: 0, width: innerWidth, height: innerHeight };
  const box = uprightBox(element);
  if (!(element instanceof HTMLElement)) return box;
  const style = getComputedStyle(element);
  const scale = scaleOf(element);
  const edge = (/** @type {string} */ side) => pixels(style, `border-${side}-width`) + pixels(style, `padding-${side}`);
  return within(box, scale, edge);
}

/**
 * Return an element's box without its border.
 *
 * @param {Element} element
 * @returns {Rect}
 */
export function paddingBox(element) {
  const style = getComputedStyle(element);
  return within(uprightBox(element), scaleOf(element), (side) => pixels(style, `border-${side}-width`));
}

/**
 * @param {Rect} box
 * @param {{x: number, y: number}} scale
 * @param {(side: "left" | "top" | "right" | "bottom") => number} edge In CSS pixels of the element.
 * @returns {Rect}
 */
function within(box, scale, edge) {
  const [left, top] = [edge("left") * scale.x, edge("top") * scale.y];
  return {
    x: box.x + left,
    y: box.y + top,
    width: Math.max(0, box.width - left - edge("right") * scale.x),
    height: Math.max(0, box.height - top - edge("bottom") * scale.y),
  };
}

/**
 * @param {CSSStyleDeclaration} style
 * @param {string} name
 */
function pixels(style, name) {
  return Number.parseFloat(style.getPropertyValue(name)) || 0;
}

/** @param {Element} element */
export function scaleOf(element) {
  if (!(element instanceof HTMLElement) || !element.offsetWidth || !element.offsetHeight) {
    return { x: 1, y: 1 };
  }
  const box = uprightBox(element);
  return { x: box.width / element.offsetWidth, y: box.height / element.offsetHeight };
}
