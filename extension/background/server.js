/** Calls to the user's server. Nothing else in the extension calls it. */

import { lookOf, providersOf, searchEventOf } from "../ui/answers.js";
import { linesOf } from "../ui/lines.js";
import { ProblemError, problemOfText } from "../ui/problems.js";
import { permissionPattern } from "./settings.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("../ui/answers.js").SearchEvent} SearchEvent */

/** One picture takes the server seconds; a full queue takes a minute. */
const LOOK_MS = 90_000;
const SHORT_MS = 10_000;
/** Longest silence within a search; the server cuts off late providers far earlier. */
const SILENCE_MS = 60_000;

export class Server {
  /** @param {Settings} settings */
  constructor(settings) {
    this.settings = settings;
  }

  /**
   * @param {string} imageUrl
   * @param {string} pageUrl
   */
  async lookAtAddress(imageUrl, pageUrl) {
    const body = JSON.stringify({ image_url: imageUrl, ...(pageUrl && { page_url: pageUrl }) });
    const headers = { "Content-Type": "application/json" };
    return this.#json("/api/v1/looks", lookOf, { method: "POST", headers, body }, LOOK_MS);
  }

  /**
   * @param {Blob} picture
   * @param {string | undefined} imageUrl
   * @param {string} pageUrl
   */
  async lookAtPixels(picture, imageUrl, pageUrl) {
    const body = new FormData();
    body.append("image", picture, "picture");
    if (imageUrl) body.append("image_url", imageUrl);
    if (pageUrl) body.append("page_url", pageUrl);
    return this.#json("/api/v1/looks", lookOf, { method: "POST", body }, LOOK_MS);
  }

  async providers() {
    return this.#json("/api/v1/providers", providersOf, {}, SHORT_MS);
  }

  /** @returns {Promise<boolean>} Whether it is ready; false while it loads its models. */
  async isReady() {
    const answer = await this.#call("/readyz", {}, AbortSignal.timeout(SHORT_MS));
    return answer.ok;
  }

  /**
   * Search for offers, and report each event as it comes in.
   *
   * @param {string} look
   * @param {number} garment
   * @param {Record<string, string>} context
   * @param {AbortSignal} signal
   * @param {(event: SearchEvent) => void} report
   */
  async offers(look, garment, context, signal, report) {
    const path = `/api/v1/looks/${look}/garments/${garment}/offers?${new URLSearchParams(context)}`;
    const silence = new AbortController();
    const both = AbortSignal.any([signal, silence.signal]);
    let timer = setTimeout(() => silence.abort(), SILENCE_MS);
    try {
      const headers = { Accept: "application/x-ndjson" };
      const answer = await this.#checked(await this.#call(path, { headers }, both));
      let isDone = false;
      for await (const line of linesOf(answer)) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS);
        const event = searchEventOf(line);
        isDone ||= event.event === "done";
        report(event);
      }
      if (!isDone) throw new ProblemError("cut-off");
    } catch (error) {
      if (error instanceof ProblemError || signal.aborted) throw error;
      throw new ProblemError(silence.signal.aborted ? "no-answer" : "cut-off", String(error));
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * @param {string} look
   * @param {number} garment
   * @param {string} offer
   */
  async click(look, garment, offer) {
    const body = JSON.stringify({ look_id: look, garment, offer_id: offer });
    const headers = { "Content-Type": "application/json" };
    const init = { method: "POST", headers, body, keepalive: true };
    await this.#checked(await this.#call("/api/v1/clicks", init, AbortSignal.timeout(SHORT_MS)));
  }

  /**
   * @param {string} path Of a picture on the server.
   * @returns {Promise<Blob>}
   */
  async picture(path) {
    const signal = AbortSignal.timeout(SHORT_MS * 2);
    const answer = await this.#checked(await this.#call(path, {}, signal));
    return answer.blob();
  }

  /**
   * @template T
   * @param {string} path
   * @param {(body: unknown) => T} read
   * @param {RequestInit} init
   * @param {number} milliseconds
   * @returns {Promise<T>}
   */
  async #json(path, read, init, milliseconds) {
    const signal = AbortSignal.timeout(milliseconds);
    const answer = await this.#checked(await this.#call(path, init, signal));
    try {
      return read(await answer.json());
    } catch (error) {
      if (signal.aborted) throw new ProblemError("no-answer");
      throw error instanceof ProblemError ? error : new ProblemError("bad-answer", String(error));
    }
  }

  /**
   * @param {string} path
   * @param {RequestInit} init
   * @param {AbortSignal} signal
   */
  async #call(path, init, signal) {
    const { server, token } = this.settings;
    const headers = new Headers(init.headers);
    if (token) headers.set("Authorization", `Bearer ${token}`);
    try {
      // No redirects: a token must not follow one.
      const guards = { credentials: "omit", redirect: "error", cache: "no-store" };
      return await fetch(server + path, /** @type {RequestInit} */ ({ ...init, ...guards, headers, signal }));
    } catch (error) {
      const late = error instanceof DOMException && error.name === "TimeoutError";
      if (late) throw new ProblemError("no-answer");
      const isAllowed = await chrome.permissions.contains({ origins: [permissionPattern(server)] });
      throw new ProblemError(isAllowed ? "server-unreachable" : "no-permission", server);
    }
  }

  /**
   * @param {Response} answer
   * @returns {Promise<Response>}
   */
  async #checked(answer) {
    if (answer.ok) return answer;
    throw problemOfText(await answer.text().catch(() => ""), answer.status);
  }
}
