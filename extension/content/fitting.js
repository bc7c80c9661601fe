/** How styles fit a picture into a box: their lengths and positions, in pixels of the screen. */

/** @typedef {import("./messages.js").Rect} Rect */
/** @typedef {{width: number, height: number}} Size */
/** @typedef {{x: number, y: number}} Scale How many pixels of the screen a CSS pixel of the element is. */

/** One part of a list that is separated by spaces; those within brackets separate nothing. */
const PART = /(?:\((?:[^()]|\([^()]*\))*\)|[^\s(])+/g;
const AMOUNT = /([+-]?)\s*(\d*\.?\d+(?:e[+-]?\d+)?)(%|px)/g;

/**
 * @param {string} list Such as "50% calc(100% - 20px)".
 * @returns {string[]}
 */
export function partsOf(list) {
  return list.match(PART) ?? [];
}

/**
 * @param {string} value A percentage, pixels, or a sum of both, as computed styles have it.
 * @param {number} whole What percentages are of.
 * @param {number} scale
 */
export function pixelsOf(value, whole, scale) {
  let sum = 0;
  for (const [, sign, amount = "0", unit] of value.matchAll(AMOUNT)) {
    const size = unit === "%" ? (Number(amount) / 100) * whole : Number(amount) * scale;
    sum += sign === "-" ? -size : size;
  }
  return sum;
}

/**
 * @param {string} fit
 * @param {Size} box
 * @param {Size} natural
 * @param {Scale} scale
 * @returns {Size}
 */
export function fitted(fit, box, natural, scale) {
  const contain = Math.min(box.width / natural.width, box.height / natural.height);
  switch (fit) {
    case "contain":
      return scaled(natural, contain);
    case "cover":
      return scaled(natural, Math.max(box.width / natural.width, box.height / natural.height));
    case "none":
      return { width: natural.width * scale.x, height: natural.height * scale.y };
    case "scale-down":
      return scaled(natural, Math.min(contain, scale.x));
    default:
      return { width: box.width, height: box.height };
  }
}

/**
 * @param {Size} size
 * @param {number} factor
 */
function scaled(size, factor) {
  return { width: size.width * factor, height: size.height * factor };
}

/**
 * @param {Rect} box
 * @param {Size} size
 * @param {string} x
 * @param {string} y
 * @param {Scale} [scale]
 * @returns {Rect}
 */
export function placed(box, size, x, y, scale = { x: 1, y: 1 }) {
  return {
    ...size,
    x: box.x + pixelsOf(x, box.width - size.width, scale.x),
    y: box.y + pixelsOf(y, box.height - size.height, scale.y),
  };
}
