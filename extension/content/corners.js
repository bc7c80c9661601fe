/** The round corners that pages give their pictures: nothing of ours is drawn outside them. */

import { clips } from "./clipping.js";
import { parentOf } from "./shadow.js";

/** @typedef {import("./messages.js").Rect} Rect */

/** Corners no further apart than this are the same one. In CSS pixels. */
const SAME = 1;
const CORNERS = /** @type {const} */ ([
  ["top", "left"], ["top", "right"], ["bottom", "right"], ["bottom", "left"],
]);

/**
 * @param {Element} element
 * @param {Rect} visible The part of it that can be seen.
 * @returns {string} What `inset()` takes after its edges; empty where no corner is round.
 */
export function roundCorners(element, visible) {
  const radii = CORNERS.map(() => /** @type {[number, number]} */ ([0, 0]));
  for (let one = /** @type {Element | null} */ (element); one; one = parentOf(one)) {
    const box = one.getBoundingClientRect();
    const common = CORNERS.map(([down, across]) => isSame(box, visible, down, across));
    if (!common.some(Boolean)) break;
    const style = getComputedStyle(one);
    if (one !== element && !clips(style).across) continue;
    CORNERS.forEach(([down, across], place) => {
      const own = radii[place];
      if (!own || !common[place]) return;
      const [x = "0", y = x] = style.getPropertyValue(`border-${down}-${across}-radius`).split(" ");
      own[0] = Math.max(own[0], inPixels(x, box.width, one, "offsetWidth"));
      own[1] = Math.max(own[1], inPixels(y, box.height, one, "offsetHeight"));
    });
  }
  if (radii.every(([x, y]) => x === 0 || y === 0)) return "";
  const list = (/** @type {0 | 1} */ axis) => radii.map((radius) => `${radius[axis]}px`).join(" ");
  return ` round ${list(0)} / ${list(1)}`;
}

/**
 * @param {DOMRect} box
 * @param {Rect} visible
 * @param {"top" | "bottom"} down
 * @param {"left" | "right"} across
 */
function isSame(box, visible, down, across) {
  const x = across === "left" ? visible.x : visible.x + visible.width;
  const y = down === "top" ? visible.y : visible.y + visible.height;
  return Math.abs(box[across] - x) <= SAME && Math.abs(box[down] - y) <= SAME;
}

/**
 * @param {string} length A percentage or pixels, as computed styles have it.
 * @param {number} whole As large as the element is on the screen.
 * @param {Element} element
 * @param {"offsetWidth" | "offsetHeight"} side
 */
function inPixels(length, whole, element, side) {
  const amount = Number.parseFloat(length);
  if (length.endsWith("%")) return (amount / 100) * whole;
  const scale = element instanceof HTMLElement && element[side] ? whole / element[side] : 1;
  return amount * scale;
}
