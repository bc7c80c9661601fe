/** Pictures in CSS: backgrounds, and what `content` puts in an element's place. */

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
  const style = getComputedStyle(element, pseudo || null);
  const { content, backgroundImage } = style;
  // A pseudo-element without content is not drawn.
  if (pseudo && (content === "none" || content === "normal")) return null;
  const own = content.startsWith("url(") || content.startsWith("image-set(") ? addressOf(content) : "";
  if (own) return { address: own, index: 0, isContent: true };
  if (backgroundImage === "none") return null;
  const box = element.getBoundingClientRect();
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
 * @param {DOMRect} box
 * @returns {number} About what share of the box it covers, in steps; 0 for an icon.
 */
function shareOf(size, box) {
  if (WHOLE.test(size)) return 3;
  const [width = "auto", height = "auto"] = size.split(" ");
  const lengths = [pixels(width, box.width), pixels(height, box.height)].filter((one) => one !== null);
  // As large as the picture itself, which nobody knows before it is loaded again.
  if (lengths.length === 0) return 2;
  const shortest = Math.min(...lengths);
  if (shortest < SMALLEST) return 0;
  return shortest >= Math.min(box.width, box.height) / 2 ? 3 : 1;
}

/**
 * @param {string} length
 * @param {number} whole
 */
function pixels(length, whole) {
  if (length === "auto") return null;
  const amount = Number.parseFloat(length);
  return length.endsWith("%") ? (amount / 100) * whole : amount;
}
