/** The picture under a point, through whatever the page has laid over it. */

import { isBehind, pictureOf } from "./sources.js";
import { allElements, elementsAt, knownElements, parentOf } from "./shadow.js";
import { intersection, windowBox, windowSeen } from "./boxes.js";
import { visiblePart } from "./clipping.js";
import { pictureRect } from "./geometry.js";

/** @typedef {import("./sources.js").Picture} Picture */

/** Pictures with a shorter side than this are icons and avatars. */
const SMALLEST = 48;
const DRAWN = "img, video, canvas, image, input[type=image], object, embed";
/** How many elements are checked for a background where nothing else was found. */
const MOST_BACKGROUNDS = 5000;
/** With less, what lies below is what a person sees. */
const OPAQUE = 0.5;
/** A blur of so many pixels leaves colours only: it is there for what lies above it. */
const BLUR = /blur\((?:[89]|\d{2,})/;
/** Points at which the window is searched for pictures, each way. */
const GRID = 12;
/** How long a list of elements is good enough to follow the pointer with, in milliseconds. */
const RECENT_MS = 300;
/** Share of a picture that another has to cover to hide it. */
const HIDDEN = 0.95;

/**
 * @param {number} x
 * @param {number} y
 * @param {object} [how]
 * @param {Element | null} [how.own] Our own element, which is looked through.
 * @param {boolean} [how.isQuick] Whether to leave out what takes long on a large page.
 * @returns {Picture | null}
 */
export function findPictureAt(x, y, { own = null, isQuick = false } = {}) {
  const everyPicture = isQuick ? recentPictures() : knownElements(DRAWN);
  const elements = elementsSeenAt(x, y, everyPicture).filter((element) => element !== own);
  const all = elements.map(usablePicture).filter((picture) => picture !== null);
  const plain = all.filter(isPlain);
  const drawn = plain.find((picture) => !isBehind(picture));
  if (drawn) return drawn;
  // Nor does it report those that are inert.
  const inert = lastAt(x, y, everyPicture);
  const found = inert ?? plain[0] ?? all[0] ?? null;
  return found ?? (isQuick ? null : lastAt(x, y, someOf(allElements("*"))));
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
  return matching.find(({ element }) => element.matches(":hover")) ?? matching.find(isInWindow) ??
    matching[0] ?? null;
}

/**
 * Return whether a picture is in the page, but cannot be seen now: cards of shops show another picture while
 * they are pointed at, and slide shows stack theirs.
 *
 * @param {string} address
 */
export function isHiddenNow(address) {
  for (const element of allElements(DRAWN)) {
    const picture = isVisible(element) ? null : pictureOf(element);
    if (picture && isShown(picture, address) && element.checkVisibility()) return true;
  }
  return false;
}

/**
 * Return what a person sees where a picture is: itself, or one that lies above it and hides it.
 *
 * @param {Picture} picture
 * @returns {Picture}
 */
export function pictureAbove(picture) {
  const own = visiblePart(picture.element, pictureRect(picture));
  const above = findPictureAt(own.x + own.width / 2, own.y + own.height / 2);
  if (!above || above.element === picture.element) return picture;
  const other = intersection(own, visiblePart(above.element, pictureRect(above)));
  const covered = (other.width * other.height) / (own.width * own.height || 1);
  return covered >= HIDDEN ? above : picture;
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

/** @returns {Picture[]} Every picture that is seen in the window, backgrounds included. */
export function picturesSeen() {
  /** @type {Map<Element, Picture>} */
  const seen = new Map();
  for (let row = 0; row < GRID; row += 1) {
    for (let column = 0; column < GRID; column += 1) {
      const x = ((column + 0.5) / GRID) * innerWidth;
      const picture = findPictureAt(x, ((row + 0.5) / GRID) * innerHeight, { isQuick: true });
      if (picture) seen.set(picture.element, picture);
    }
  }
  return [...seen.values()];
}

/** @returns {Picture[]} Every picture of some size in the window, in document order. */
export function picturesInView() {
  const all = [...allElements(DRAWN)].map(usablePicture).filter((picture) => picture !== null);
  return all.filter(isInWindow);
}

/** @param {Picture} picture */
function isInWindow(picture) {
  const { width, height } = intersection(pictureRect(picture), windowSeen());
  return width > 0 && height > 0;
}

let recent = { time: -Infinity, elements: /** @type {Element[]} */ ([]) };

/** @returns {Element[]} What may be a picture, as of a moment ago: a page may have 30,000 nodes. */
function recentPictures() {
  const now = performance.now();
  if (now - recent.time > RECENT_MS) recent = { time: now, elements: knownElements(DRAWN) };
  return recent.elements;
}

/**
 * Return all elements that are seen at a point, topmost first: also those pictures that take no
 * pointer events, which the browser does not report.
 *
 * @param {number} x
 * @param {number} y
 * @param {Element[]} everyPicture
 */
function elementsSeenAt(x, y, everyPicture) {
  const deaf = /** @type {(HTMLElement | SVGElement)[]} */ (everyPicture.filter((element) =>
    isAt(element, x, y) && getComputedStyle(element).pointerEvents === "none"));
  if (deaf.length === 0) return elementsAt(x, y);
  const before = deaf.map((element) => element.getAttribute("style"));
  for (const element of deaf) element.style.setProperty("pointer-events", "auto", "important");
  try {
    return elementsAt(x, y);
  } finally {
    deaf.forEach((element, place) => {
      const style = before[place];
      if (style === null || style === undefined) element.removeAttribute("style");
      else element.setAttribute("style", style);
    });
  }
}

/**
 * @param {Element} element
 * @returns {Picture | null} Null where it shows none that is of some size and can be seen.
 */
export function usablePicture(element) {
  const box = element === document.documentElement ? windowBox() : element.getBoundingClientRect();
  if (Math.min(box.width, box.height) < SMALLEST) return null;
  const picture = pictureOf(element);
  return picture && isVisible(element) ? picture : null;
}

/**
 * Return whether a picture hides what is below it.
 *
 * @param {Picture} picture
 */
export function isPlain({ element }) {
  let opacity = 1;
  for (let one = /** @type {Element | null} */ (element); one; one = parentOf(one)) {
    const style = getComputedStyle(one);
    opacity *= Number(style.opacity);
    if (opacity < OPAQUE || BLUR.test(style.filter)) return false;
  }
  return true;
}

/**
 * @param {Element} element
 * @param {number} x
 * @param {number} y
 */
function isAt(element, x, y) {
  const box = element.getBoundingClientRect();
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {Iterable<Element>} elements In document order: later ones lie above.
 */
function lastAt(x, y, elements) {
  let last = null;
  for (const element of elements) {
    if (!isAt(element, x, y)) continue;
    const picture = usablePicture(element);
    if (!picture || !isPlain(picture)) continue;
    const { x: left, y: top, width, height } = visiblePart(element, pictureRect(picture));
    // A carousel's other pictures are at the point, but clipped away.
    if (x >= left && x <= left + width && y >= top && y <= top + height) last = picture;
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
