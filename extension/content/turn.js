/** How a page has turned or mirrored a picture, which its box on the screen does not show. */

import { parentOf } from "./shadow.js";

/** @typedef {import("./messages.js").Rect} Rect */

/**
 * @typedef {object} Turn
 * @property {[number, number, number, number]} matrix The first four of a CSS `matrix()`, which
 *   keep lengths along the picture's own sides.
 * @property {{x: number, y: number}} centre Of the element, in CSS pixels of the viewport.
 * @property {number} width Of the element along its own sides, in CSS pixels of the screen.
 * @property {number} height
 */

/** Anything less was not intended. */
const HARDLY = 1e-3;

/**
 * @param {Element} element
 * @returns {Turn | null} Null if it is upright, at whatever size, or turned out of the screen's
 *   plane.
 */
export function turnOf(element) {
  if (!(element instanceof HTMLElement)) return null;
  const whole = wholeTransform(element);
  const { a, b, c, d } = whole;
  const [across, down] = [Math.hypot(a, b), Math.hypot(c, d)];
  if (!whole.is2D || !across || !down) return null;
  const isUpright = a > 0 && d > 0 && Math.abs(b) < HARDLY * across && Math.abs(c) < HARDLY * down;
  if (isUpright) return null;
  const box = element.getBoundingClientRect();
  const zoom = element.currentCSSZoom ?? 1;
  return {
    matrix: [a / across, b / across, c / down, d / down],
    centre: { x: box.x + box.width / 2, y: box.y + box.height / 2 },
    width: element.offsetWidth * across * zoom,
    height: element.offsetHeight * down * zoom,
  };
}

/**
 * Return whether a page shows a picture in a way whose geometry cannot be known: turned out of the
 * screen's plane, or only a part of it.
 *
 * @param {Element} element
 */
export function isBeyondGeometry(element) {
  if (!(element instanceof HTMLElement)) return false;
  const { objectViewBox } = /** @type {any} */ (getComputedStyle(element));
  if (objectViewBox && objectViewBox !== "none") return true;
  const { is2D, m11, m12, m13, m14, m21, m22, m23, m24, m31, m32 } = wholeTransform(element);
  if (is2D) return false;
  const outside = [m12, m13, m14, m21, m23, m24, m31, m32];
  return m11 < 0 || m22 < 0 || outside.some((share) => Math.abs(share) > HARDLY);
}

/**
 * @param {HTMLElement} element
 * @returns {DOMMatrix} Of it and all that it is in, without translations.
 */
function wholeTransform(element) {
  let whole = new DOMMatrix();
  for (let one = /** @type {Element | null} */ (element); one; one = parentOf(one)) {
    const style = getComputedStyle(one);
    const isTransformed = style.transform !== "none" || style.rotate !== "none" || style.scale !== "none";
    // Inline boxes are not transformed, whatever their style says.
    if (isTransformed && (one === element || style.display !== "inline")) {
      whole = transformOf(style).multiply(whole);
    }
    // In the top layer, only an element's own transforms apply.
    if (one.matches(":modal, :popover-open, :fullscreen")) break;
  }
  return whole;
}

/**
 * @param {CSSStyleDeclaration} style
 * @returns {DOMMatrix} Without its translation, which has no effect on angles.
 */
function transformOf({ rotate, scale, transform }) {
  const [x = 1, y = x, z = 1] = scale === "none" ? [] : scale.split(" ").map(Number.parseFloat);
  // "30deg", or with an axis before it: "1 0 0 30deg".
  const [angle = "0", ...axis] = rotate === "none" ? [] : rotate.split(" ").reverse();
  const turned = new DOMMatrix();
  const degrees = Number.parseFloat(angle);
  if (axis.length === 0) turned.rotateSelf(degrees);
  else {
    const [along = 0, up = 0, out = 0] = axis.reverse().flatMap(axisOf);
    turned.rotateAxisAngleSelf(along, up, out, degrees);
  }
  return turned.scaleSelf(x, y, z).multiplySelf(new DOMMatrix(transform));
}

/**
 * @param {string} part
 * @returns {number[]}
 */
function axisOf(part) {
  const named = { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] };
  return named[/** @type {"x" | "y" | "z"} */ (part)] ?? [Number.parseFloat(part)];
}

/**
 * Return the box of an element as if it were upright around the same centre.
 *
 * @param {Element} element
 * @returns {Rect}
 */
export function uprightBox(element) {
  const turn = turnOf(element);
  if (!turn) {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x, y, width, height };
  }
  const { centre, width, height } = turn;
  return { x: centre.x - width / 2, y: centre.y - height / 2, width, height };
}

/**
 * Return the smallest upright box around what was turned.
 *
 * @param {Rect} rect As if it were upright.
 * @param {Turn | null} turn
 * @returns {Rect}
 */
export function outerRect(rect, turn) {
  if (!turn) return rect;
  const { matrix: [a, b, c, d], centre } = turn;
  const [left, top] = [rect.x - centre.x, rect.y - centre.y];
  const corners = [[left, top], [left + rect.width, top], [left, top + rect.height],
    [left + rect.width, top + rect.height]];
  const xs = corners.map(([x = 0, y = 0]) => centre.x + a * x + c * y);
  const ys = corners.map(([x = 0, y = 0]) => centre.y + b * x + d * y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
