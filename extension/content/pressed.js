/** What was pressed: a page may move on while its menu is open. */

import { visiblePart } from "./clipping.js";
import { isPlain, usablePicture } from "./find.js";
import { pictureRect } from "./geometry.js";
import { elementsAt } from "./shadow.js";
import { isBehind } from "./sources.js";

/** @typedef {import("./sources.js").Picture} Picture */

/**
 * Return the picture at a point at once: of what the browser itself reports there, which on a large page
 * is found without looking through it.
 *
 * @param {number} x
 * @param {number} y
 * @returns {Picture | null}
 */
export function pictureUnder(x, y) {
  const plain = elementsAt(x, y).map(usablePicture).filter((picture) => picture !== null && isPlain(picture));
  return plain.find((picture) => picture && !isBehind(picture)) ?? plain[0] ?? null;
}

/**
 * Return the picture that a person pressed, where a slide show, say, has another one at the point by now.
 *
 * @param {NonNullable<import("./stage.js").Memory["press"]>} press
 * @param {Picture | null} now What is at the point now.
 * @returns {Picture | "unknown" | null} "unknown" where what was pressed can be seen no longer.
 */
export function pictureOfPress({ x, y, picture: pressed }, now) {
  if (pressed === undefined || !now || isSame(pressed, now)) return now;
  // Of pictures that the browser reports at no point nobody knows where they were.
  if (!elementsAt(x, y).includes(now.element)) return now;
  const still = pressed?.element.isConnected ? usablePicture(pressed.element) : null;
  return still && isSame(pressed, still) && isInSight(still) ? still : "unknown";
}

/** @param {Picture} picture */
function isInSight(picture) {
  const { width, height } = visiblePart(picture.element, pictureRect(picture));
  return isPlain(picture) && width > 0 && height > 0;
}

/**
 * @param {Picture | null} one
 * @param {Picture} other
 */
function isSame(one, other) {
  if (!one) return false;
  // A film shows its poster first; a page that draws itself anew has the same picture in another element.
  if (one.element === other.element && (one.kind === "video" || one.shown === other.shown)) return true;
  return one.shown !== "" && one.shown === other.shown;
}
