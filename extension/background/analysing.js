/** A picture to its garments: the ways in which the server may get to see it, one after the other. */

import { ProblemError } from "../ui/problems.js";
import { dataUrlOf, fetchPicture, jpegOf } from "./pixels.js";
import { shows } from "./sight.js";

/** @typedef {import("../content/messages.js").PictureRequest} PictureRequest */
/** @typedef {import("../content/messages.js").Seen} Seen */
/** @typedef {import("../ui/answers.js").Look} Look */
/** @typedef {import("./server.js").Server} Server */

/** How long a larger version may take before the one on the screen is asked for as well. */
const PATIENCE_MS = 1500;

/** The server could not get the picture by itself; its pixels can still be sent. */
const NEEDS_PIXELS = new Set([
  "address-not-allowed",
  "fetch-failed",
  "fetch-timeout",
  "fetch-too-large",
  "not-a-picture",
  "unreadable-picture",
  "unsupported-picture",
  "picture-too-large",
  "invalid-request",
]);

/**
 * Have a picture analysed: by its address where the server can download it, by its pixels
 * otherwise, and by those on the screen where the server got to see something else.
 *
 * @param {Server} server
 * @param {PictureRequest} picture
 * @param {Promise<OffscreenCanvas | null>} screen
 * @param {() => Promise<Blob | null>} draw Draws what the page shows; null where the browser protects it.
 * @returns {Promise<{look: Look, captured: boolean, still: string | null}>}
 */
export async function analyse(server, { addresses, pageUrl, seen }, screen, draw) {
  const plain = addresses.at(-1);
  /** @type {Promise<boolean> | null} Whether the pixels that were sent are those on the screen. */
  let isSame = null;
  const upload = async (/** @type {Blob | null} */ blob) => {
    // While the server is at work.
    isSame = blob && isSeen(async () => blob, seen, screen);
    return blob && server.lookAtPixels(blob, plain, pageUrl);
  };
  const larger = addresses.length > 1 ? [() => byAddress(server, addresses, pageUrl)] : [];
  // The page can only draw what it shows: often a smaller size, compressed once more.
  const ways = [...larger, ...addresses.slice(-1).map((url) => () => server.lookAtAddress(url, pageUrl)),
    ...addresses.map((url) => async () => upload(await fetchPicture(url))),
    async () => upload(await draw())];
  /** @type {unknown} */
  let refusal = null;
  for (const [place, way] of seen?.isNeeded && await screen ? [] : ways.entries()) {
    let look;
    try {
      look = await way();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusal = error;
    }
    if (!look) continue;
    const { id } = look;
    isSame ??= isSeen(() => server.picture(`/api/v1/looks/${id}/picture.jpg`), seen, screen);
    if (await isSame) return { look, captured: false, still: null };
    isSame = null;
    if (place >= larger.length) break;
  }
  const canvas = await screen;
  if (!canvas) throw refusal ?? new ProblemError("no-pixels");
  const blob = await jpegOf(canvas);
  const look = await server.lookAtPixels(blob, plain, pageUrl);
  return { look, captured: true, still: await dataUrlOf(blob) };
}

/**
 * Return whether the server analysed what is on the screen, as far as that can be known: it may
 * have been sent a notice instead, or another frame of an animation.
 *
 * @param {() => Promise<Blob>} analysed
 * @param {Seen | null} seen
 * @param {Promise<OffscreenCanvas | null>} screen
 */
async function isSeen(analysed, seen, screen) {
  const canvas = seen?.part ? await screen : null;
  if (!seen?.part || !canvas) return true;
  try {
    return await shows(canvas, await analysed(), seen.part);
  } catch (error) {
    console.info("What was analysed cannot be compared with the screen.", error);
    return true;
  }
}

/**
 * Have the first of some addresses analysed that the server can download, without waiting long for
 * any but the last.
 *
 * @param {Server} server
 * @param {string[]} addresses Best first.
 * @param {string} pageUrl
 * @returns {Promise<Look>}
 */
async function byAddress(server, addresses, pageUrl) {
  /** @type {Promise<Look>[]} */
  const asked = [];
  for (const address of addresses) {
    const answer = server.lookAtAddress(address, pageUrl);
    asked.push(answer);
    const patience = new Promise((resolve) => {
      setTimeout(resolve, PATIENCE_MS);
    });
    try {
      const look = await Promise.race([...asked.slice(0, -1).map(unlessRefused), answer, patience]);
      if (look) return look;
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
  try {
    return await Promise.any(asked);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors.at(-1) : error;
  }
}

/**
 * @param {Promise<Look>} answer
 * @returns {Promise<Look>} Never settles where there is none.
 */
function unlessRefused(answer) {
  return new Promise((resolve) => {
    answer.then(resolve, () => {});
  });
}

/** @param {unknown} error */
function isRefusal(error) {
  return error instanceof ProblemError && NEEDS_PIXELS.has(error.code);
}
