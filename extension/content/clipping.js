/** What a page leaves visible of a picture. */

import { contentBox, intersection, windowSeen } from "./boxes.js";
import { parentOf } from "./shadow.js";
import { outerRect, turnOf } from "./turn.js";

/** @typedef {import("./messages.js").Rect} Rect */

/** Values of `overflow` with which an element cuts off what reaches beyond it. */
const CLIPS = /^(hidden|clip|scroll|auto)$/;
/** Boxes to which `overflow` and `contain` do not apply, whatever the style says. */
const NEVER_CLIPS = /^(inline|contents)$/;
const CONTAINS_PAINT = /paint|strict|content/;
const MOVES = /transform|perspective|filter|translate|rotate|scale/;
/** Farther than any page reaches, in pixels. */
const FAR = 1e9;

/**
 * Return the part of a picture that neither its ancestors nor the window clip away.
 *
 * @param {Element} element
 * @param {Rect} rect As `pictureRect` gives it.
 * @returns {Rect} As on the screen; width or height is 0 where nothing is left.
 */
export function visiblePart(element, rect) {
  // An object-fit of "cover" is clipped by the element's own content box.
  const shown = outerRect(intersection(rect, contentBox(element)), turnOf(element));
  let visible = intersection(shown, windowSeen());
  let { position } = getComputedStyle(element);
  for (let holder = parentOf(element); holder; holder = parentOf(holder)) {
    const style = getComputedStyle(holder);
    if (isPassedBy(position, style)) continue;
    const isWindow = holder === document.body || holder === document.documentElement;
    if (!isWindow) visible = intersection(visible, clipOf(holder, style));
    ({ position } = style);
  }
  return visible;
}

/**
 * Return in which directions an element cuts off what reaches beyond it.
 *
 * @param {CSSStyleDeclaration} style
 * @returns {{across: boolean, down: boolean}}
 */
export function clips({ display, overflowX, overflowY, contain, contentVisibility }) {
  if (NEVER_CLIPS.test(display)) return { across: false, down: false };
  const isAll = CONTAINS_PAINT.test(contain) || contentVisibility === "auto" || contentVisibility === "hidden";
  return { across: isAll || CLIPS.test(overflowX), down: isAll || CLIPS.test(overflowY) };
}

/**
 * Return what an ancestor leaves visible of its content. With `overflow: clip`, one axis may be
 * clipped and the other not.
 *
 * @param {Element} holder
 * @param {CSSStyleDeclaration} style
 * @returns {Rect}
 */
function clipOf(holder, style) {
  const { across, down } = clips(style);
  if (!across && !down) return { x: -FAR, y: -FAR, width: 2 * FAR, height: 2 * FAR };
  const clip = innerRect(holder, style);
  if (!across) [clip.x, clip.width] = [-FAR, 2 * FAR];
  if (!down) [clip.y, clip.height] = [-FAR, 2 * FAR];
  return clip;
}

/**
 * Return where an element's content can be seen: within its borders, beside its scrollbars.
 *
 * @param {Element} element
 * @param {CSSStyleDeclaration} style
 * @returns {Rect}
 */
function innerRect(element, style) {
  const { x, y, width, height } = element.getBoundingClientRect();
  if (!(element instanceof HTMLElement) || !element.offsetWidth || !element.offsetHeight) return { x, y, width, height };
  const [across, down] = [width / element.offsetWidth, height / element.offsetHeight];
  const pixels = (/** @type {string} */ side) => Number.parseFloat(side) || 0;
  const [top, bottom] = [pixels(style.borderTopWidth), pixels(style.borderBottomWidth)];
  const [left, right] = [pixels(style.borderLeftWidth), pixels(style.borderRightWidth)];
  // What is left of the rounded sizes are scrollbars; less than a pixel is the rounding.
  const bar = (/** @type {number} */ rest) => (rest >= 1 ? Math.round(rest) : 0);
  const rightBar = bar(element.offsetWidth - element.clientWidth - left - right);
  const bottomBar = bar(element.offsetHeight - element.clientHeight - top - bottom);
  const isBarLeft = rightBar > 0 && element.clientLeft > left + 1;
  return {
    x: x + (left + (isBarLeft ? rightBar : 0)) * across,
    y: y + top * down,
    width: width - (left + right + rightBar) * across,
    height: height - (top + bottom + bottomBar) * down,
  };
}

/**
 * Return whether a positioned element is laid out past an ancestor, which then does not clip it.
 *
 * @param {string} position
 * @param {CSSStyleDeclaration} holder
 */
function isPassedBy(position, holder) {
  if (position === "fixed") return !holdsFixed(holder);
  return position === "absolute" && holder.position === "static" && !holdsFixed(holder);
}

/**
 * Return whether what is fixed in an element stays within it, instead of where the window is.
 *
 * @param {CSSStyleDeclaration} style
 */
function holdsFixed(style) {
  if (NEVER_CLIPS.test(style.display)) return false;
  const { transform, translate, rotate, scale, perspective, filter, backdropFilter } = style;
  const all = [transform, translate, rotate, scale, perspective, filter, backdropFilter ?? "none"];
  return all.some((value) => value !== "none") || MOVES.test(style.willChange) ||
    /paint|layout|strict|content/.test(style.contain) || /^(auto|hidden)$/.test(style.contentVisibility);
}
