/** Where on the screen a picture's pixels are, however the page fits them. */

import { contentBox, scaleOf } from "./boxes.js";
import { backgroundRect } from "./background_place.js";
import { fitted, partsOf, placed } from "./fitting.js";

/** @typedef {import("./messages.js").Rect} Rect */
/** @typedef {import("./sources.js").Picture} Picture */
/** @typedef {import("./fitting.js").Size} Size */

/**
 * Return where the whole picture is, in CSS pixels of the viewport, as if nothing clipped it, and
 * as if it were upright where the page has turned it (see turn.js).
 *
 * @param {Picture} picture
 * @returns {Rect}
 */
export function pictureRect(picture) {
  const { element, kind, pseudo, layer } = picture;
  const known = naturalSize(picture);
  if (kind === "background" && !pseudo) return backgroundRect(element, known, layer);
  const box = contentBox(element);
  if (pseudo) return box;
  if (element instanceof SVGImageElement) return svgRect(element, box, known);
  if (!known) return box;
  const style = getComputedStyle(element);
  const scale = scaleOf(element);
  const size = fitted(style.objectFit, box, known, scale);
  const [x = "50%", y = "50%"] = partsOf(style.objectPosition);
  return placed(box, size, x, y, scale);
}

/**
 * Return the width and height of a picture in its own pixels.
 *
 * @param {Picture} picture
 * @returns {Size | null} Null where they are unknown until the picture is loaded once more.
 */
export function naturalSize({ element, shown, loadedSize }) {
  if (element instanceof HTMLImageElement) {
    return sizeOf(element.naturalWidth, element.naturalHeight);
  }
  if (element instanceof HTMLCanvasElement) return sizeOf(element.width, element.height);
  if (element instanceof HTMLVideoElement && !shown) {
    return sizeOf(element.videoWidth, element.videoHeight);
  }
  return loadedSize;
}

/**
 * @param {number} width
 * @param {number} height
 */
function sizeOf(width, height) {
  return width > 0 && height > 0 ? { width, height } : null;
}

/**
 * @param {SVGImageElement} element
 * @param {Rect} box
 * @param {Size | null} natural
 */
function svgRect(element, box, natural) {
  const { align, meetOrSlice } = element.preserveAspectRatio.baseVal;
  const ratio = SVGPreserveAspectRatio;
  if (!natural || align === ratio.SVG_PRESERVEASPECTRATIO_NONE) return box;
  const isSlice = meetOrSlice === ratio.SVG_MEETORSLICE_SLICE;
  const size = fitted(isSlice ? "cover" : "contain", box, natural, { x: 1, y: 1 });
  // The nine alignments are numbered from xMinYMin row by row.
  const cell = Math.max(0, align - ratio.SVG_PRESERVEASPECTRATIO_XMINYMIN);
  return placed(box, size, `${(cell % 3) * 50}%`, `${Math.floor(cell / 3) * 50}%`);
}
