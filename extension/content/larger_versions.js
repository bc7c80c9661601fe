/**
 * Larger versions of a picture, where a network's addresses show how to ask for one.
 *
 * Only where addresses are not signed. Instagram, Facebook, Threads and TikTok sign theirs:
 * with one letter changed, the answer is 403.
 */

const PINTEREST_SIZE = /^\/\d+x\d*(?:_\w+)?\//;
const X_SUFFIX = /:(?:thumb|small|medium|large)$/;

/**
 * @param {string} address
 * @returns {string[]} Best first, without the address itself.
 */
export function largerVersions(address) {
  if (!URL.canParse(address)) return [];
  const url = new URL(address);
  switch (url.hostname) {
    case "i.pinimg.com":
      return pinterest(url);
    case "pbs.twimg.com":
      return x(url);
    default:
      return [];
  }
}

/** @param {URL} url */
function pinterest(url) {
  if (!PINTEREST_SIZE.test(url.pathname)) return [];
  // Originals may have another extension, or be gone; 736 pixels are always there.
  return ["/originals/", "/736x/"]
    .map((size) => new URL(url.pathname.replace(PINTEREST_SIZE, size), url).href)
    .filter((larger) => larger !== url.href);
}

/** @param {URL} url */
function x(url) {
  if (!url.pathname.startsWith("/media/")) return [];
  const larger = new URL(url);
  if (url.searchParams.has("format")) larger.searchParams.set("name", "orig");
  else larger.pathname = `${url.pathname.replace(X_SUFFIX, "")}:orig`;
  return larger.href === url.href ? [] : [larger.href];
}
