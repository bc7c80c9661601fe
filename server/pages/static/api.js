/** The server's HTTP API. */

import { problemOfAnswer, problemOfText, ProblemError } from "./problems.js";
import { searchContext } from "./where.js";

/** @typedef {import("./protocol.js").Look} Look */
/** @typedef {import("./protocol.js").Click} Click */
/** @typedef {import("./protocol.js").Provider} Provider */
/** @typedef {import("./protocol.js").SearchEvent} SearchEvent */

const API = "/api/v1";

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<Response>} One that is ok.
 */
async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(API + path, options);
  } catch (error) {
    if (error instanceof TypeError) throw new ProblemError("server-unreachable", error.message);
    throw error;
  }
  if (!answer.ok) throw await problemOfAnswer(answer);
  return answer;
}

/** @param {unknown} body */
function json(body) {
  return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/**
 * @param {string} address
 * @param {AbortSignal} signal
 * @returns {Promise<Look>}
 */
export async function lookAtAddress(address, signal) {
  const answer = await ask("/looks", { method: "POST", signal, ...json({ image_url: address }) });
  return answer.json();
}

/**
 * Unlike fetch, this tells how much has been sent: a phone's photo takes its time.
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
    if (request.status === 201) resolve(JSON.parse(request.responseText));
    else reject(problemOfText(request.responseText, request.status));
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

/**
 * @param {string} id
 * @returns {Promise<Look>}
 */
export async function keptLook(id) {
  return (await ask(`/looks/${encodeURIComponent(id)}`)).json();
}

/** @returns {Promise<Look[]>} Newest first. */
export async function keptLooks() {
  return (await (await ask("/looks")).json()).looks;
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
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<SearchEvent, void>} Ends with "done"; throws where it is cut off.
 */
export async function* searchOffers(lookId, garment, signal) {
  const query = new URLSearchParams(searchContext());
  const answer = await ask(`/looks/${lookId}/garments/${garment}/offers?${query}`, {
    signal,
    headers: { Accept: "application/x-ndjson" },
  });
  try {
    for await (const line of lines(answer)) {
      /** @type {SearchEvent} */
      const event = JSON.parse(line);
      yield event;
      if (event.event === "done") return;
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw new ProblemError("bad-answer", error.message);
    if (!(error instanceof TypeError)) throw error;
  }
  throw new ProblemError("cut-off");
}

/**
 * @param {Response} answer
 * @returns {AsyncGenerator<string, void>} Whole lines, as soon as they are there.
 */
async function* lines(answer) {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value = "" } = (await reader?.read()) ?? { done: true };
    const parts = (rest + value).split("\n");
    rest = parts.pop() ?? "";
    yield* parts.filter((line) => line.trim());
    if (done) break;
  }
  if (rest.trim()) yield rest;
}

/**
 * The page may be left in the same moment, so the request outlives it. A click that cannot
 * be noted never stands in the way of opening the offer.
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

/** @returns {Promise<Provider[]>} */
export async function providers() {
  return (await (await ask("/providers")).json()).providers;
}

/** @returns {Promise<{source: "ecb" | "given" | null, as_of: string | null, problem: string | null}>} */
export async function rates() {
  return (await ask("/rates")).json();
}

/** @returns {Promise<Click[]>} Newest first. */
export async function clicks() {
  return (await (await ask("/history")).json()).clicks;
}

/** Delete what was opened and what was looked at. */
export async function forgetAll() {
  await ask("/history", { method: "DELETE" });
  await ask("/looks", { method: "DELETE" });
}

/** @param {string} token */
export async function signIn(token) {
  await ask("/session", { method: "POST", ...json({ token }) });
}

export async function signOut() {
  await ask("/session", { method: "DELETE" });
}
