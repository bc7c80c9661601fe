/** The picture under a point, through whatever the page has laid over it. */

import { pictureOf } from "./sources.js";
import { allElements, elementsAt } from "./shadow.js";
import { pictureRect } from "./geometry.js";

/** @typedef {import("./sources.js").Picture} Picture */

/** Pictures with a shorter side than this are icons and avatars. */
const SMALLEST = 48;
const DRAWN = "img, video, canvas, image";
/** How many elements are checked for a background where nothing else was found. */
const MOST_BACKGROUNDS = 5000;

/**
 * @param {number} x
 * @param {number} y
 * @param {Element | null} [own] Our own element, which is looked through.
 * @returns {Picture | null}
 */
export function findPictureAt(x, y, own = null) {
  const elements = elementsAt(x, y).filter((element) => element !== own);
  const pictures = elements.map(usablePicture).filter((picture) => picture !== null);
  const drawn = pictures.find((picture) => picture.kind !== "background");
  if (drawn) return drawn;
  // The browser does not report pictures that take no pointer events.
  return lastAt(x, y, allElements(DRAWN)) ?? pictures[0] ?? lastAt(x, y, someOf(allElements("*")));
}

/**
 * Find the picture that the browser itself named, nearest to the pointer.
 *
 * @param {string} address
 * @returns {Picture | null}
 */
export function findPictureByAddress(address) {
  const matching = [];
  for (const element of allElements(DRAWN)) {
    const picture = usablePicture(element);
    if (picture && isShown(picture, address)) matching.push(picture);
  }
  return matching.find(({ element }) => element.matches(":hover")) ?? matching[0] ?? null;
}

/** @returns {Picture | null} The picture under the pointer, as far as the browser still knows. */
export function findHoveredPicture() {
  const hovered = [...document.querySelectorAll(":hover")].at(-1);
  if (!hovered || hovered === document.documentElement || hovered === document.body) return null;
  const own = usablePicture(hovered);
  if (own) return own;
  const box = hovered.getBoundingClientRect();
  return findPictureAt(box.x + box.width / 2, box.y + box.height / 2);
}

/** @returns {Picture[]} Every picture of some size in the window, in document order. */
export function picturesInView() {
  return [...allElements(DRAWN)].map(usablePicture).filter((picture) => {
    if (!picture) return false;
    const rect = pictureRect(picture);
    const right = rect.x + rect.width;
    const bottom = rect.y + rect.height;
    return right > 0 && bottom > 0 && rect.x < innerWidth && rect.y < innerHeight;
  }).filter((picture) => picture !== null);
}

/**
 * @param {Element} element
 * @returns {Picture | null}
 */
function usablePicture(element) {
  const box = element.getBoundingClientRect();
  if (Math.min(box.width, box.height) < SMALLEST) return null;
  const picture = pictureOf(element);
  return picture && isVisible(element) ? picture : null;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {Iterable<Element>} elements In document order: later ones lie above.
 */
function lastAt(x, y, elements) {
  let last = null;
  for (const element of elements) {
    const box = element.getBoundingClientRect();
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) continue;
    last = usablePicture(element) ?? last;
  }
  return last;
}

/** @param {Iterable<Element>} elements */
function* someOf(elements) {
  let count = 0;
  for (const element of elements) {
    if ((count += 1) > MOST_BACKGROUNDS) return;
    yield element;
  }
}

/** @param {Element} element */
function isVisible(element) {
  return element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
}

/**
 * @param {Picture} picture
 * @param {string} address
 */
function isShown(picture, address) {
  return picture.shown === address || (picture.element instanceof HTMLVideoElement &&
    picture.element.currentSrc === address);
}
