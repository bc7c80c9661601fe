/** Pictures in CSS: backgrounds, and what `content` puts in an element's place. */

import { windowBox } from "./boxes.js";
import { partsOf, pixelsOf } from "./fitting.js";

/**
 * @typedef {object} Layer
 * @property {string} address Absolute.
 * @property {number} index Of the background's layers, from the topmost; 0 for `content`.
 * @property {boolean} isContent
 */

const URL_IN = /url\("((?:[^"\\]|\\.)*)"\)/;
/** A candidate of `image-set()`: its address, and the density that it is for. */
const CANDIDATES = /url\("((?:[^"\\]|\\.)*)"\)\s*(?:(\d*\.?\d+)(x|dppx|dpi))?/g;
/** Layers that are drawn smaller than this are icons, in CSS pixels. */
const SMALLEST = 48;
const WHOLE = /^(?:cover|contain|100%|100% auto|auto 100%|100% 100%)$/;

/**
 * Return the picture that an element's style draws: the topmost of its largest layers, as icons
 * and patterns lie above photos.
 *
 * @param {Element} element
 * @param {"" | "::before" | "::after"} pseudo
 * @returns {Layer | null}
 */
export function mainLayer(element, pseudo) {
  // The root shows it instead, all over the window.
  if (!pseudo && element === document.body && !hasBackground(document.documentElement)) return null;
  const style = getComputedStyle(pseudo ? element : rootSource(element), pseudo || null);
  const { content, backgroundImage } = style;
  // A pseudo-element without content is not drawn.
  if (pseudo && (content === "none" || content === "normal")) return null;
  const own = content.startsWith("url(") || content.startsWith("image-set(") ? addressOf(content) : "";
  if (own) return { address: own, index: 0, isContent: true };
  if (backgroundImage === "none") return null;
  const box = element === document.documentElement ? windowBox() : element.getBoundingClientRect();
  let best = null;
  let most = 0;
  const sizes = layersOf(style.backgroundSize);
  for (const [index, layer] of layersOf(backgroundImage).entries()) {
    const address = addressOf(layer);
    const share = address ? shareOf(sizes[index % sizes.length] ?? "auto", box) : 0;
    if (share > most) {
      best = { address, index, isContent: false };
      most = share;
    }
  }
  return best;
}

/**
 * @param {Element} element
 * @returns {Element} The one whose style says what background this one shows: a root without one shows the body's.
 */
export function rootSource(element) {
  if (element !== document.documentElement || hasBackground(element)) return element;
  return document.body ?? element;
}

/** @param {Element} element */
function hasBackground(element) {
  const { backgroundImage, backgroundColor } = getComputedStyle(element);
  return backgroundImage !== "none" || !/^(?:transparent|rgba\(0, 0, 0, 0\))$/.test(backgroundColor);
}

/**
 * Split a list of layers at its own commas, not at those within brackets or quotes.
 *
 * @param {string} list
 * @returns {string[]}
 */
export function layersOf(list) {
  const parts = list.match(/(?:\((?:"(?:[^"\\]|\\.)*"|\((?:[^()]|\([^()]*\))*\)|[^()"])*\)|[^,(])+/g);
  return (parts ?? []).map((part) => part.trim());
}

/**
 * @param {string} layer As computed styles have it: addresses are absolute, and in double quotes.
 * @returns {string} Empty for what is no picture, such as a gradient.
 */
function addressOf(layer) {
  const plain = (/** @type {string} */ quoted) => quoted.replace(/\\(.)/g, "$1");
  if (!layer.includes("image-set(")) {
    const found = /^(?:-webkit-cross-fade\()?url\(/.test(layer) ? URL_IN.exec(layer) : null;
    return plain(found?.[1] ?? "");
  }
  const candidates = [...layer.matchAll(CANDIDATES)].map(([, address = "", amount = "1", unit = "x"]) =>
    ({ address, density: unit === "dpi" ? Number(amount) / 96 : Number(amount) }));
  candidates.sort((one, other) => one.density - other.density);
  const chosen = candidates.find(({ density }) => density >= devicePixelRatio) ?? candidates.at(-1);
  return plain(chosen?.address ?? "");
}

/**
 * @param {string} size Of a layer, as `background-size` has it.
 * @param {import("./fitting.js").Size} box
 * @returns {number} About what share of the box it covers, in steps; 0 for an icon.
 */
function shareOf(size, box) {
  if (WHOLE.test(size)) return 3;
  const [width = "auto", height = "auto"] = partsOf(size);
  const lengths = [[width, box.width], [height, box.height]].filter(([length]) => length !== "auto")
    .map(([length, whole]) => pixelsOf(String(length), Number(whole), 1));
  // As large as the picture itself, which nobody knows before it is loaded again.
  if (lengths.length === 0) return 2;
  const shortest = Math.min(...lengths);
  if (shortest < SMALLEST) return 0;
  return shortest >= Math.min(box.width, box.height) / 2 ? 3 : 1;
}
