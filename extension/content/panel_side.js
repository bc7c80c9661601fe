/** On which side of the window the panel covers the least: of the picture first, then of the page. */

import { intersection } from "./boxes.js";

/** @typedef {import("./messages.js").Rect} Rect */

const WIDTH = 392;
const MARGIN = 14;
/** Share of the panel that may lie on the picture and still count as beside it. */
const HARDLY = 0.04;
/** Shares of the page's content no further apart count as equal: then the panel takes its usual side. */
const EQUAL = 0.08;
/** Points at which the page is sampled, across and down. */
const GRID = /** @type {const} */ ([7, 16]);
const CONTENT = "img, picture, video, canvas, svg, iframe, input, textarea, select, button, a";

/**
 * @param {Rect} picture The part of it that can be seen.
 * @param {Element} own The element that we draw in: not the page's.
 * @returns {"left" | "right"}
 */
export function quieterSide(picture, own) {
  const width = Math.min(WIDTH, innerWidth - 2 * MARGIN);
  const area = { y: MARGIN, width, height: innerHeight - 2 * MARGIN };
  const left = { ...area, x: MARGIN };
  const right = { ...area, x: innerWidth - width - MARGIN };
  const overPicture = (/** @type {Rect} */ side) => {
    const common = intersection(side, picture);
    return (common.width * common.height) / (side.width * side.height);
  };
  const [onLeft, onRight] = [overPicture(left), overPicture(right)];
  if (Math.max(onLeft, onRight) > HARDLY && Math.abs(onLeft - onRight) > HARDLY) {
    return onLeft < onRight ? "left" : "right";
  }
  return contentIn(left, own) < contentIn(right, own) - EQUAL ? "left" : "right";
}

/**
 * @param {Rect} side
 * @param {Element} own
 * @returns {number} Share of its points that show text, pictures or controls of the page.
 */
function contentIn(side, own) {
  const [across, down] = GRID;
  let count = 0;
  for (let column = 0; column < across; column += 1) {
    for (let row = 0; row < down; row += 1) {
      const x = side.x + ((column + 0.5) / across) * side.width;
      const y = side.y + ((row + 0.5) / down) * side.height;
      const element = document.elementsFromPoint(x, y).find((found) => found !== own);
      if (element && isContent(element, x, y)) count += 1;
    }
  }
  return count / (across * down);
}

/**
 * @param {Element} element The topmost one at a point.
 * @param {number} x
 * @param {number} y
 */
function isContent(element, x, y) {
  if (element.matches(CONTENT)) return true;
  const range = document.createRange();
  return [...element.childNodes].some((node) => {
    if (node.nodeType !== Node.TEXT_NODE || !node.nodeValue?.trim()) return false;
    range.selectNodeContents(node);
    // A line of text counts with its whole box: there is no room between two words either.
    const box = range.getBoundingClientRect();
    return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
  });
}
