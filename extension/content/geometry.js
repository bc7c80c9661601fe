/** Where on the screen a picture's pixels are, however the page fits and clips them. */

import { layersOf } from "./backgrounds.js";
import { parentOf } from "./shadow.js";
import { outerRect, turnOf, uprightBox } from "./turn.js";

/** @typedef {import("./messages.js").Rect} Rect */
/** @typedef {import("./sources.js").Picture} Picture */
/** @typedef {{width: number, height: number}} Size */

/** Values of `overflow` with which an element cuts off what reaches beyond it. */
export const CLIPS = /^(hidden|clip|scroll|auto)$/;
/** Farther than any page reaches, in pixels. */
const FAR = 1e9;

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
  const box = contentBox(element);
  if (pseudo) return box;
  if (element instanceof SVGImageElement) return svgRect(element, box, known);
  const style = getComputedStyle(element);
  if (kind === "background") return backgroundRect(element, style, known, layer);
  if (!known) return box;
  const size = fitted(style.objectFit, box, known, scaleOf(element));
  const [x = "50%", y = "50%"] = style.objectPosition.split(" ");
  return placed(box, size, x, y);
}

/**
 * Return the part of a picture that neither its ancestors nor the window clip away.
 *
 * @param {Element} element
 * @param {Rect} rect As `pictureRect` gives it.
 * @returns {Rect} As on the screen; width or height is 0 where nothing is left.
 */
export function visiblePart(element, rect) {
  // An object-fit of "cover" is clipped by the element's own content box.
  const shown = outerRect(intersection(rect, contentBox(element)), turnOf(element));
  let visible = intersection(shown, { x: 0, y: 0, width: innerWidth, height: innerHeight });
  let { position } = getComputedStyle(element);
  for (let holder = parentOf(element); holder; holder = parentOf(holder)) {
    const style = getComputedStyle(holder);
    if (isPassedBy(position, style)) continue;
    const isWindow = holder === document.body || holder === document.documentElement;
    if (!isWindow) visible = intersection(visible, clipOf(holder, style));
    ({ position } = style);
  }
  return visible;
}

/**
 * Return what an ancestor leaves visible of its content. With `overflow: clip`, one axis may be
 * clipped and the other not.
 *
 * @param {Element} holder
 * @param {CSSStyleDeclaration} style
 * @returns {Rect}
 */
function clipOf(holder, style) {
  const clip = innerRect(holder, style);
  if (!CLIPS.test(style.overflowX)) [clip.x, clip.width] = [-FAR, 2 * FAR];
  if (!CLIPS.test(style.overflowY)) [clip.y, clip.height] = [-FAR, 2 * FAR];
  return clip;
}

/**
 * Return where an element's content can be seen: within its borders, beside its scrollbars.
 *
 * @param {Element} element
 * @param {CSSStyleDeclaration} style
 * @returns {Rect}
 */
function innerRect(element, style) {
  const rect = asRect(element.getBoundingClientRect());
  if (!(element instanceof HTMLElement) || !element.offsetWidth || !element.offsetHeight) return rect;
  const { x, y, width, height } = rect;
  const [across, down] = [width / element.offsetWidth, height / element.offsetHeight];
  const pixels = (/** @type {string} */ side) => Number.parseFloat(side) || 0;
  const [top, bottom] = [pixels(style.borderTopWidth), pixels(style.borderBottomWidth)];
  const [left, right] = [pixels(style.borderLeftWidth), pixels(style.borderRightWidth)];
  // What is left of the rounded sizes are scrollbars; less than a pixel is the rounding.
  const bar = (/** @type {number} */ rest) => (rest >= 1 ? Math.round(rest) : 0);
  const rightBar = bar(element.offsetWidth - element.clientWidth - left - right);
  const bottomBar = bar(element.offsetHeight - element.clientHeight - top - bottom);
  const isBarLeft = rightBar > 0 && element.clientLeft > left + 1;
  return {
    x: x + (left + (isBarLeft ? rightBar : 0)) * across,
    y: y + top * down,
    width: width - (left + right + rightBar) * across,
    height: height - (top + bottom + bottomBar) * down,
  };
}

/**
 * Return whether a positioned element is laid out past an ancestor, which then does not clip it.
 *
 * @param {string} position
 * @param {CSSStyleDeclaration} holder
 */
function isPassedBy(position, holder) {
  const holdsAll = holder.transform !== "none" || holder.filter !== "none" ||
    holder.perspective !== "none" || /paint|layout|strict|content/.test(holder.contain);
  if (position === "fixed") return !holdsAll;
  return position === "absolute" && holder.position === "static" && !holdsAll;
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
 * Return an element's box without border and padding, as large as transforms make it.
 *
 * @param {Element} element
 * @returns {Rect}
 */
export function contentBox(element) {
  const box = uprightBox(element);
  if (!(element instanceof HTMLElement)) return box;
  const style = getComputedStyle(element);
  const scale = scaleOf(element);
  const edge = (/** @type {string} */ side) => {
    const border = Number.parseFloat(style.getPropertyValue(`border-${side}-width`));
    return border + Number.parseFloat(style.getPropertyValue(`padding-${side}`)) || 0;
  };
  const [left, top] = [edge("left") * scale.x, edge("top") * scale.y];
  return {
    x: box.x + left,
    y: box.y + top,
    width: Math.max(0, box.width - left - edge("right") * scale.x),
    height: Math.max(0, box.height - top - edge("bottom") * scale.y),
  };
}

/** @param {Element} element */
function scaleOf(element) {
  if (!(element instanceof HTMLElement) || !element.offsetWidth || !element.offsetHeight) {
    return { x: 1, y: 1 };
  }
  const box = uprightBox(element);
  return { x: box.width / element.offsetWidth, y: box.height / element.offsetHeight };
}

/**
 * @param {string} fit
 * @param {Size} box
 * @param {Size} natural
 * @param {{x: number, y: number}} scale
 * @returns {Size}
 */
function fitted(fit, box, natural, scale) {
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
 * @param {string} x A percentage or pixels, as computed styles have it.
 * @param {string} y
 * @returns {Rect}
 */
function placed(box, size, x, y) {
  return {
    ...size,
    x: box.x + offset(x, box.width - size.width),
    y: box.y + offset(y, box.height - size.height),
  };
}

/**
 * @param {string} value
 * @param {number} room
 */
function offset(value, room) {
  const parts = value.match(/-?[\d.]+(?:e-?\d+)?(?:%|px)/g) ?? [];
  const shares = parts.map((part) => {
    const amount = Number.parseFloat(part);
    return part.endsWith("%") ? (amount / 100) * room : amount;
  });
  return shares.reduce((sum, share) => sum + share, 0);
}

/**
 * @param {Element} element
 * @param {CSSStyleDeclaration} style
 * @param {Size | null} natural
 * @param {number} index Of its layer.
 */
function backgroundRect(element, style, natural, index) {
  const layer = (/** @type {string} */ value) => {
    const layers = layersOf(value);
    return layers[index % layers.length] ?? "";
  };
  const isFixed = layer(style.backgroundAttachment) === "fixed" && isFixedToWindow(element);
  const box = isFixed ? windowBox() : paddingBox(element, layer(style.backgroundOrigin), style);
  if (!natural) return box;
  const fit = layer(style.backgroundSize);
  const x = layer(style.backgroundPositionX);
  const y = layer(style.backgroundPositionY);
  if (fit === "cover" || fit === "contain") {
    return placed(box, fitted(fit, box, natural, scaleOf(element)), x, y);
  }
  const ratio = natural.width / natural.height;
  const [width, height] = /** @type {[number | null, number | null]} */ (
    [0, 1].map((axis) => {
      const part = fit.split(" ")[axis] ?? "auto";
      return part === "auto" ? null : offset(part, axis ? box.height : box.width);
    })
  );
  const size = {
    width: width ?? (height === null ? natural.width : height * ratio),
    height: height ?? (width === null ? natural.height : width / ratio),
  };
  return placed(box, size, x, y);
}

/** @returns {Rect} What `background-attachment: fixed` is fitted into. */
function windowBox() {
  const { clientWidth, clientHeight } = document.documentElement;
  return { x: 0, y: 0, width: clientWidth || innerWidth, height: clientHeight || innerHeight };
}

/**
 * Return whether a fixed background stays where the window is: within what is transformed, it
 * scrolls with its element.
 *
 * @param {Element} element
 */
function isFixedToWindow(element) {
  for (let one = /** @type {Element | null} */ (element); one; one = parentOf(one)) {
    const { transform, filter, perspective, willChange } = getComputedStyle(one);
    if (transform !== "none" || filter !== "none" || perspective !== "none" || willChange === "transform") return false;
  }
  return true;
}

/**
 * Return the box that backgrounds are fitted into: the padding box, unless background-origin says otherwise.
 *
 * @param {Element} element
 * @param {string} origin
 * @param {CSSStyleDeclaration} style
 */
function paddingBox(element, origin, style) {
  if (origin.startsWith("content-box")) return contentBox(element);
  const box = uprightBox(element);
  if (origin.startsWith("border-box")) return box;
  const scale = scaleOf(element);
  const border = (/** @type {string} */ side) =>
    Number.parseFloat(style.getPropertyValue(`border-${side}-width`)) || 0;
  return {
    x: box.x + border("left") * scale.x,
    y: box.y + border("top") * scale.y,
    width: box.width - (border("left") + border("right")) * scale.x,
    height: box.height - (border("top") + border("bottom")) * scale.y,
  };
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

/**
 * @param {Rect} one
 * @param {Rect} other
 * @returns {Rect}
 */
export function intersection(one, other) {
  const x = Math.max(one.x, other.x);
  const y = Math.max(one.y, other.y);
  const right = Math.min(one.x + one.width, other.x + other.width);
  const bottom = Math.min(one.y + one.height, other.y + other.height);
  return { x, y, width: Math.max(0, right - x), height: Math.max(0, bottom - y) };
}

/**
 * @param {DOMRect} box
 * @returns {Rect}
 */
function asRect({ x, y, width, height }) {
  return { x, y, width, height };
}
