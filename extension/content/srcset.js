/** The largest of the sizes that a page offers for an image. */

/**
 * @typedef {object} Candidate
 * @property {string} url
 * @property {number} size Width in pixels, or density; a srcset has only one of the two.
 */

// HTML standard, 4.8.4.2.1: an address may contain commas, but not end with one.
const CANDIDATE = /[\s,]*([^\s,]\S*[^\s,]|[^\s,])(?:\s+(\d+(?:\.\d+)?)[wx][^,]*)?\s*(?:,|$)/g;

/**
 * @param {string} srcset
 * @returns {Candidate[]}
 */
export function candidatesOf(srcset) {
  return [...srcset.matchAll(CANDIDATE)].map(([, url = "", size]) => ({
    url,
    size: size ? Number(size) : 1,
  }));
}

/**
 * Return the largest candidate of those that the browser chose from.
 *
 * In a `picture`, the first source that fits the window may show another picture than the rest.
 *
 * @param {HTMLImageElement} image
 * @returns {string | null} An address, or null where there is no choice.
 */
export function largestCandidate(image) {
  const sources = image.parentElement instanceof HTMLPictureElement
    ? [...image.parentElement.querySelectorAll("source")].filter(isInForce)
    : [];
  const sets = [...sources.map((source) => source.srcset), image.srcset].map(candidatesOf);
  // The browser chose from the set that contains what is shown.
  const chosen = sets.find((set) => set.some(({ url }) => absolute(url) === image.currentSrc));
  const best = chosen?.reduce((one, other) => (other.size > one.size ? other : one));
  return best ? absolute(best.url) : null;
}

/** @param {HTMLSourceElement} source */
function isInForce(source) {
  return source.srcset !== "" && (!source.media || matchMedia(source.media).matches);
}

/**
 * Return an address as an absolute one; empty if it is none.
 *
 * @param {string} address
 */
export function absolute(address) {
  return URL.canParse(address, document.baseURI) ? new URL(address, document.baseURI).href : "";
}
