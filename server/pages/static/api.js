/** The server's HTTP API. */

import { categoriesOf, likedOf, lookOf, looksOf, providersOf, ratesOf, testOf } from "./ui/answers.js";
import { queryOf, shadesOf, understoodOf } from "./ui/asking.js";
import { requestOf } from "./ui/changes.js";
import { searchContext } from "./ui/countries.js";
import { marksOf, saveRequest } from "./ui/hearts.js";
import { linesOf } from "./ui/lines.js";
import { preparingAlone } from "./ui/preparing.js";
import { problemOfText, ProblemError } from "./ui/problems.js";
import { searchEventOf } from "./ui/search_events.js";
import { words } from "./words.js";

/** @typedef {import("./ui/answers.js").Look} Look */
/** @typedef {import("./ui/answers.js").SearchEvent} SearchEvent */

const API = "/api/v1";

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<Response>} One that is ok.
 */
export async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(API + path, options);
  } catch (error) {
    if (error instanceof TypeError) throw new ProblemError("server-unreachable", error.message);
    throw error;
  }
  if (!answer.ok) throw problemOfText(await answer.text(), answer.status);
  return answer;
}

/**
 * @template T
 * @param {(body: unknown) => T} read Checks it.
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<T>}
 */
export async function askFor(read, path, options) {
  return parsed(read, await (await ask(path, options)).text());
}

/**
 * @template T
 * @param {(body: unknown) => T} read
 * @param {string} text
 * @returns {T}
 */
function parsed(read, text) {
  try {
    return read(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new ProblemError("bad-answer", error.message);
    throw error;
  }
}

/** @param {unknown} body */
export function json(body) {
  return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/**
 * @param {string} address Of a picture, or of a page that names its picture.
 * @param {AbortSignal} signal
 * @returns {Promise<Look>}
 */
export async function lookAtAddress(address, signal) {
  return askFor(lookOf, "/looks", { method: "POST", signal, ...json({ image_url: address, may_be_page: true }) });
}

/**
 * Unlike fetch, this reports how much has been sent: a photo from a phone takes its time.
 *
 * @param {Blob} file
 * @param {AbortSignal} signal
 * @param {(share: number) => void} onSent From 0 to 1.
 * @returns {Promise<Look>}
 */
export function lookAtFile(file, signal, onSent) {
  const { promise, resolve, reject } = withResolvers();
  const request = new XMLHttpRequest();
  request.open("POST", `${API}/looks`);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable && event.total > 0) onSent(event.loaded / event.total);
  });
  request.upload.addEventListener("load", () => onSent(1));
  request.addEventListener("load", () => {
    try {
      if (request.status === 201) resolve(parsed(lookOf, request.responseText));
      else reject(problemOfText(request.responseText, request.status));
    } catch (error) {
      reject(error);
    }
  });
  request.addEventListener("error", () => reject(new ProblemError("server-unreachable")));
  request.addEventListener("abort", () => reject(new DOMException("Cancelled", "AbortError")));
  signal.addEventListener("abort", () => request.abort());
  const form = new FormData();
  form.append("image", file, "picture");
  request.send(form);
  return promise;
}

function withResolvers() {
  /** @type {(look: Look) => void} */
  let resolve = () => {};
  /** @type {(error: unknown) => void} */
  let reject = () => {};
  /** @type {Promise<Look>} */
  const promise = new Promise((good, bad) => {
    resolve = good;
    reject = bad;
  });
  return { promise, resolve, reject };
}

/** @param {string} id */
export async function keptLook(id) {
  return askFor(lookOf, `/looks/${encodeURIComponent(id)}`);
}

/** @returns {Promise<boolean>} Whether there is any. */
export async function hasLooks() {
  return (await askFor(looksOf, "/looks?limit=1")).length > 0;
}

/** @param {string} lookId */
export function pictureOf(lookId) {
  return `${API}/looks/${encodeURIComponent(lookId)}/picture.jpg`;
}

/**
 * @param {string} lookId
 * @param {number} garment
 */
export function cropOf(lookId, garment) {
  return `${API}/looks/${encodeURIComponent(lookId)}/garments/${garment}/crop.png?background=white`;
}

/**
 * @param {string} lookId
 * @param {number} garment
 * @param {import("./ui/asking.js").Parameters} wanted
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<SearchEvent, void>} Ends with "done"; throws where it is cut off.
 */
export async function* searchOffers(lookId, garment, wanted, signal) {
  const query = queryOf({ ...searchContext(words), ...wanted });
  const answer = await ask(`/looks/${lookId}/garments/${garment}/offers?${query}`, {
    signal,
    headers: { Accept: "application/x-ndjson" },
  });
  try {
    for await (const line of linesOf(answer)) {
      const event = searchEventOf(line);
      yield event;
      if (event.event === "done") return;
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw new ProblemError("cut-off");
}

/**
 * Note that an offer was opened. The page may be left at the same moment, so the request outlives
 * it. A click that cannot be noted never keeps the offer from opening.
 *
 * @param {string} lookId
 * @param {number} garment
 * @param {string} offer
 */
export function noteClick(lookId, garment, offer) {
  const body = { look_id: lookId, garment, offer_id: offer };
  ask("/clicks", { method: "POST", keepalive: true, ...json(body) }).catch((error) => {
    console.warn("The click was not noted:", error.message);
  });
}

/**
 * @param {string} look Its id.
 * @param {import("./ui/changes.js").Change} change
 * @returns {Promise<Look>}
 */
export async function changeLook(look, change) {
  const { path, method, body } = requestOf(look, change);
  return askFor(lookOf, path, { method, headers: { "Content-Type": "application/json" }, body });
}

export async function categories() {
  return askFor(categoriesOf, "/categories");
}

export async function colours() {
  return askFor(shadesOf, "/asked/colours");
}

/** @param {string} text */
export async function understand(text) {
  return askFor(understoodOf, `/asked?${new URLSearchParams({ ...searchContext(words), text })}`);
}

/**
 * @param {string} look
 * @param {number} garment
 * @param {string} offer
 * @param {boolean} isAway
 */
export async function putAway(look, garment, offer, isAway) {
  await ask(`/looks/${encodeURIComponent(look)}/garments/${garment}/offers`,
    // Who leaves the page right after has said so nevertheless.
    { method: "PATCH", keepalive: true, ...json({ offer_id: offer, put_away: isAway }) });
}

/**
 * @param {string} look
 * @param {number} garment
 * @param {string} offer
 */
export async function likeOffer(look, garment, offer) {
  return askFor(likedOf, `/looks/${encodeURIComponent(look)}/garments/${garment}/like`,
    { method: "POST", ...json({ offer_id: offer }) });
}

/** @param {string} look */
export async function savedMarks(look) {
  return askFor(marksOf, `/looks/${encodeURIComponent(look)}/saved`);
}

/**
 * @param {string} look
 * @param {number} garment
 * @param {string | null} offer Null for the garment itself.
 * @param {boolean} isSaved
 */
export async function save(look, garment, offer, isSaved) {
  const { path, body } = saveRequest(look, garment, offer, isSaved);
  // Who leaves the page right after has said so nevertheless.
  await ask(path, { method: "PATCH", keepalive: true, ...json(body) });
}

/**
 * Note that the offers for a garment are looked at; nobody waits for it.
 *
 * @param {string} look
 * @param {number} garment
 */
export function noteGarment(look, garment) {
  const body = { look_id: look, garment };
  ask("/history/garments", { method: "POST", keepalive: true, ...json(body) }).catch((error) => {
    console.warn("The garment was not noted:", error.message);
  });
}

export async function preparing() {
  return askFor(preparingAlone, "/catalog/preparing");
}

export async function providers() {
  return askFor(providersOf, "/providers");
}

/**
 * @param {string} name
 * @param {boolean} enabled
 */
export async function switchProvider(name, enabled) {
  const options = { method: "PATCH", ...json({ enabled }) };
  await ask(`/providers/${encodeURIComponent(name)}`, options);
}

/**
 * @param {string} name Of a provider.
 * @param {Record<string, string | null>} keys By the setting that each is; null forgets one.
 */
export async function enterKeys(name, keys) {
  const given = Object.entries(keys).map(([key, value]) => ({ name: key, value }));
  await ask(`/providers/${encodeURIComponent(name)}/keys`, { method: "POST", ...json({ keys: given }) });
}

/** @param {string} name */
export async function testProvider(name) {
  return askFor(testOf, `/providers/${encodeURIComponent(name)}/test`, { method: "POST" });
}

export async function rates() {
  return askFor(ratesOf, "/rates");
}

/** @param {unknown} error */
export function wasCancelled(error) {
  return error instanceof DOMException && error.name === "AbortError";
}
