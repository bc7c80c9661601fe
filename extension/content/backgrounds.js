/** Pictures in CSS backgrounds. */

const ADDRESS = /url\("((?:[^"\\]|\\.)*)"\)/g;

/**
 * @param {Element} element
 * @param {"" | "::before" | "::after"} pseudo
 * @returns {string[]} Addresses of its layers, topmost first.
 */
export function backgroundLayers(element, pseudo) {
  const style = getComputedStyle(element, pseudo || null);
  // A pseudo-element without content is not drawn.
  if (pseudo && (style.content === "none" || style.content === "normal")) return [];
  if (style.backgroundImage === "none" && !(pseudo && style.content.includes("url("))) return [];
  const layers = pseudo ? `${style.content},${style.backgroundImage}` : style.backgroundImage;
  // Computed addresses are absolute, and in double quotes.
  return [...layers.matchAll(ADDRESS)].map(([, url = ""]) => url.replace(/\\(.)/g, "$1"));
}
