/** Which picture an element shows, and where its best version is. */

import { largerVersions } from "./larger_versions.js";
import { mainLayer } from "./backgrounds.js";
import { addressInBorder, addressInSvg } from "./drawings.js";
import { absolute, largestCandidate } from "./srcset.js";

/**
 * @typedef {"img" | "svg-image" | "canvas" | "video" | "embedded" | "content" | "background" | "drawn" |
 *   "border"} SourceKind "embedded": `<input type=image>`, `<object>` and `<embed>`; "content": the CSS
 *   property; "drawn": by an SVG shape.
 *
 * @typedef {object} Picture
 * @property {Element} element
 * @property {SourceKind} kind
 * @property {string} shown The address shown; empty for canvas and video frames.
 * @property {string[]} addresses What a server may download, best first.
 * @property {"" | "::before" | "::after"} pseudo Where a background is drawn.
 * @property {number} layer Which of several backgrounds it is, from the topmost.
 * @property {{width: number, height: number} | null} loadedSize Of a poster, background or SVG
 *   image, whose element does not have it; null until `measure` is done.
 */

/** Transparent placeholders that are stretched over the real picture are no larger than this. */
const SPACER = 2;

/**
 * @param {Element} element
 * @returns {Picture | null} Null if it shows none.
 */
export function pictureOf(element) {
  if (element instanceof HTMLImageElement) return imgPicture(element);
  if (element instanceof SVGImageElement) {
    return picture(element, "svg-image", absolute(element.href.baseVal), []);
  }
  if (element instanceof HTMLCanvasElement) return picture(element, "canvas", "", []);
  if (element instanceof HTMLVideoElement) return videoPicture(element);
  const embedded = embeddedAddress(element);
  if (embedded) return picture(element, "embedded", embedded, []);
  const drawn = addressInSvg(element);
  if (drawn) return picture(element, "drawn", drawn, []);
  const border = addressInBorder(element);
  return border ? picture(element, "border", border, []) : backgroundPicture(element);
}

/**
 * Return whether a picture lies behind what a page has on it.
 *
 * @param {Picture} picture
 */
export function isBehind({ kind }) {
  return kind === "background" || kind === "border";
}

/** @param {HTMLImageElement} image */
function imgPicture(image) {
  const shown = image.currentSrc || image.src;
  if (!shown || (image.complete && image.naturalWidth <= SPACER)) return null;
  const largest = largestCandidate(image);
  return picture(image, "img", shown, largest ? [largest] : []);
}

/** @param {HTMLVideoElement} video */
function videoPicture(video) {
  const hasFrame = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
  const isAtPoster = Boolean(video.poster) && (!hasFrame || (video.paused && video.currentTime === 0));
  if (isAtPoster) return picture(video, "video", absolute(video.poster), []);
  return hasFrame ? picture(video, "video", "", []) : null;
}

/**
 * @param {Element} frame
 * @returns {Document | null} What it holds, as far as that is of the page's own site.
 */
export function documentIn(frame) {
  if (frame instanceof HTMLEmbedElement) return frame.getSVGDocument();
  return frame instanceof HTMLIFrameElement || frame instanceof HTMLFrameElement || frame instanceof HTMLObjectElement
    ? frame.contentDocument : null;
}

/** @param {Element} element */
function embeddedAddress(element) {
  if (element instanceof HTMLInputElement) return element.type === "image" ? element.src : "";
  const address = element instanceof HTMLObjectElement ? element.data
    : element instanceof HTMLEmbedElement ? element.src : "";
  const kind = element.getAttribute("type") ?? "";
  if (kind) return kind.startsWith("image/") ? address : "";
  // What is in it is seen only where it shows nothing itself.
  if (documentIn(element) || element.firstElementChild?.checkVisibility()) return "";
  return address;
}

/** @param {Element} element */
function backgroundPicture(element) {
  for (const pseudo of /** @type {const} */ (["", "::before", "::after"])) {
    const layer = mainLayer(element, pseudo);
    if (!layer) continue;
    const kind = layer.isContent && !pseudo ? "content" : "background";
    return { ...picture(element, kind, absolute(layer.address), []), pseudo, layer: layer.index };
  }
  return null;
}

/**
 * @param {Element} element
 * @param {SourceKind} kind
 * @param {string} shown
 * @param {string[]} better
 * @returns {Picture}
 */
function picture(element, kind, shown, better) {
  const known = [...better, shown].filter((address) => /^https?:/.test(address));
  const addresses = [...new Set(known.flatMap((address) => [...largerVersions(address), address]))];
  return { element, kind, shown, addresses, pseudo: "", layer: 0, loadedSize: null };
}

/**
 * Load the size of a picture whose element does not have it. The browser has cached the picture.
 *
 * @param {Picture} picture
 */
export async function measure(picture) {
  if (!picture.shown || picture.kind === "img") return;
  const image = new Image();
  image.src = picture.shown;
  try {
    await image.decode();
    picture.loadedSize = { width: image.naturalWidth, height: image.naturalHeight };
  } catch (error) {
    console.debug("The size of this picture stays unknown.", error);
  }
}

/**
 * Return whether the element still shows the same picture.
 *
 * @param {Picture} picture
 */
export function isUnchanged(picture) {
  const now = pictureOf(picture.element);
  if (!now) return false;
  if (now.shown === picture.shown) return true;
  // When zoomed, a browser may choose another size of the same picture.
  return now.addresses.some((address) => picture.addresses.includes(address));
}
