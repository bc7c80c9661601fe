/** Where on the screen a CSS background is. */

import { layersOf, rootSource } from "./backgrounds.js";
import { contentBox, paddingBox, scaleOf, windowBox } from "./boxes.js";
import { fitted, partsOf, pixelsOf, placed } from "./fitting.js";
import { parentOf } from "./shadow.js";
import { uprightBox } from "./turn.js";

/** @typedef {import("./messages.js").Rect} Rect */
/** @typedef {import("./fitting.js").Size} Size */

/**
 * @param {Element} element
 * @param {Size | null} natural
 * @param {number} index Of its layer, from the topmost.
 * @returns {Rect} Of the whole picture, or of its first tile.
 */
export function backgroundRect(element, natural, index) {
  const style = getComputedStyle(rootSource(element));
  const layer = (/** @type {string} */ value) => {
    const layers = layersOf(value);
    return layers[index % layers.length] ?? "";
  };
  const isFixed = layer(style.backgroundAttachment) === "fixed" && isFixedToWindow(element);
  const box = isFixed ? windowBox() : originBox(element, layer(style.backgroundOrigin));
  if (!natural) return box;
  const scale = scaleOf(element);
  const fit = layer(style.backgroundSize);
  const size = fit === "cover" || fit === "contain" ? fitted(fit, box, natural, scale)
    : sizeOf(fit, box, natural, scale);
  return placed(box, size, layer(style.backgroundPositionX), layer(style.backgroundPositionY), scale);
}

/**
 * @param {string} lengths As `background-size` has them.
 * @param {Rect} box
 * @param {Size} natural
 * @param {import("./fitting.js").Scale} scale
 * @returns {Size}
 */
function sizeOf(lengths, box, natural, scale) {
  const [across = "auto", down = "auto"] = partsOf(lengths);
  const width = across === "auto" ? null : pixelsOf(across, box.width, scale.x);
  const height = down === "auto" ? null : pixelsOf(down, box.height, scale.y);
  const ratio = (natural.width * scale.x) / (natural.height * scale.y);
  return {
    width: width ?? (height === null ? natural.width * scale.x : height * ratio),
    height: height ?? (width === null ? natural.height * scale.y : width / ratio),
  };
}

/**
 * Return whether a fixed background stays where the window is: within what is transformed, it
 * scrolls with its element.
 *
 * @param {Element} element
 */
function isFixedToWindow(element) {
  for (let one = /** @type {Element | null} */ (element); one; one = parentOf(one)) {
    const { transform, translate, rotate, scale, filter, perspective, willChange } = getComputedStyle(one);
    const all = [transform, translate, rotate, scale, filter, perspective];
    if (all.some((value) => value !== "none") || willChange === "transform") return false;
  }
  return true;
}

/**
 * Return the box that a background is fitted into: the padding box, unless `background-origin` says otherwise.
 *
 * @param {Element} element
 * @param {string} origin
 */
function originBox(element, origin) {
  if (origin.startsWith("border-box")) return uprightBox(element);
  return origin.startsWith("content-box") ? contentBox(element) : paddingBox(element);
}
