/** Calls to the user's server. Nothing else in the extension calls it. */

import { categoriesOf, likedOf, lookOf, providersOf, testOf } from "../ui/answers.js";
import { queryOf, shadesOf, understoodOf } from "../ui/asking.js";
import { requestOf } from "../ui/changes.js";
import { DEFAULT_SERVER, HEADERS } from "./default_server.js";
import { marksOf, saveRequest } from "../ui/hearts.js";
import { linesOf } from "../ui/lines.js";
import { preparingAlone } from "../ui/preparing.js";
import { ProblemError, problemOfText } from "../ui/problems.js";
import { pairingAnswerOf, pairingOf } from "./pairing_answers.js";
import { searchEventOf } from "../ui/search_events.js";
import { permissionPattern } from "./settings.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("../ui/answers.js").SearchEvent} SearchEvent */

/** One picture takes the server seconds; a full queue takes a minute. */
const LOOK_MS = 90_000;
const SHORT_MS = 10_000;
/** Longest silence within a search; the server cuts off late providers far earlier. */
const SILENCE_MS = 60_000;

export class Server {
  /**
   * @param {Settings} settings
   * @param {AbortSignal} [ended] Of who asks: then nobody waits for what is read any more.
   */
  constructor(settings, ended) {
    this.settings = settings;
    this.ended = ended;
  }

  /**
   * @param {string} imageUrl
   * @param {string} pageUrl
   */
  async lookAtAddress(imageUrl, pageUrl) {
    const body = { image_url: imageUrl, ...(pageUrl && { page_url: pageUrl }) };
    return this.#json("/api/v1/looks", lookOf, { method: "POST", ...json(body) }, LOOK_MS);
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

  /**
   * @param {string} look
   * @param {import("../ui/changes.js").Change} change
   */
  async change(look, change) {
    const { path, method, body } = requestOf(look, change);
    const headers = { "Content-Type": "application/json" };
    return this.#json(`/api/v1${path}`, lookOf, { method, headers, body }, LOOK_MS);
  }

  async categories() {
    return this.#json("/api/v1/categories", categoriesOf, {}, SHORT_MS);
  }

  async colours() {
    return this.#json("/api/v1/asked/colours", shadesOf, {}, SHORT_MS);
  }

  /**
   * @param {string} text
   * @param {Record<string, string>} context
   */
  async understand(text, context) {
    const query = new URLSearchParams({ ...context, text });
    return this.#json(`/api/v1/asked?${query}`, understoodOf, {}, SHORT_MS);
  }

  /**
   * @param {string} look
   * @param {number} garment
   * @param {string} offer
   */
  async like(look, garment, offer) {
    const init = { method: "POST", ...json({ offer_id: offer }) };
    return this.#json(`/api/v1/looks/${look}/garments/${garment}/like`, likedOf, init, LOOK_MS);
  }

  /**
   * @param {string} look
   * @param {number} garment
   * @param {string} offer
   * @param {boolean} isAway
   */
  async putAway(look, garment, offer, isAway) {
    const init = { method: "PATCH", ...json({ offer_id: offer, put_away: isAway }) };
    await this.#checked(await this.#call(`/api/v1/looks/${look}/garments/${garment}/offers`, init,
      AbortSignal.timeout(SHORT_MS)));
  }

  /** @param {string} look */
  async saved(look) {
    return this.#json(`/api/v1/looks/${look}/saved`, marksOf, {}, SHORT_MS);
  }

  /**
   * @param {string} look
   * @param {number} garment
   * @param {string | null} offer Null for the garment itself.
   * @param {boolean} isSaved
   */
  async save(look, garment, offer, isSaved) {
    const { path, body } = saveRequest(look, garment, offer, isSaved);
    const init = { method: "PATCH", ...json(body) };
    // The server may have to fetch the picture first.
    await this.#checked(await this.#call(`/api/v1${path}`, init, AbortSignal.timeout(SHORT_MS * 2)));
  }

  /**
   * @param {string} look
   * @param {number} garment
   */
  async saw(look, garment) {
    const init = { method: "POST", ...json({ look_id: look, garment }) };
    await this.#checked(await this.#call("/api/v1/history/garments", init, AbortSignal.timeout(SHORT_MS)));
  }

  async preparing() {
    return this.#json("/api/v1/catalog/preparing", preparingAlone, {}, SHORT_MS);
  }

  async providers() {
    return this.#json("/api/v1/providers", providersOf, {}, SHORT_MS);
  }

  /**
   * @param {string} name Of a provider.
   * @param {boolean} enabled
   */
  async switchProvider(name, enabled) {
    const init = { method: "PATCH", ...json({ enabled }) };
    await this.#checked(await this.#call(providerPath(name), init, AbortSignal.timeout(SHORT_MS)));
  }

  /**
   * @param {string} name Of a provider.
   * @param {Record<string, string | null>} keys By the setting that each is; null forgets one.
   */
  async enterKeys(name, keys) {
    const given = Object.entries(keys).map(([key, value]) => ({ name: key, value }));
    const init = { method: "POST", ...json({ keys: given }) };
    await this.#checked(await this.#call(`${providerPath(name)}/keys`, init, AbortSignal.timeout(SHORT_MS)));
  }

  /** @param {string} name Of a provider. */
  async testProvider(name) {
    return this.#json(`${providerPath(name)}/test`, testOf, { method: "POST" }, SILENCE_MS);
  }

  /**
   * Ask whether this extension may use the server: as the server answers everybody's reading on its
   * own machine, only this tells.
   */
  async checkAllowed() {
    const signal = AbortSignal.timeout(SHORT_MS);
    await this.#checked(await this.#call("/api/v1/pairings/check", { method: "POST" }, signal));
  }

  /** @param {string} name What the server's page calls this browser. */
  async askToBeAllowed(name) {
    return this.#json("/api/v1/pairings", pairingOf, { method: "POST", ...json({ name }) }, SHORT_MS);
  }

  /**
   * @param {string} id Of the request to be allowed.
   * @param {string} secret
   */
  async claim(id, secret) {
    const path = `/api/v1/pairings/${encodeURIComponent(id)}/token`;
    return this.#json(path, pairingAnswerOf, { method: "POST", ...json({ secret }) }, SHORT_MS);
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
   * @param {import("../ui/asking.js").Parameters} parameters
   * @param {AbortSignal} signal
   * @param {(event: SearchEvent) => void} report
   */
  async offers(look, garment, parameters, signal, report) {
    const path = `/api/v1/looks/${look}/garments/${garment}/offers?${queryOf(parameters)}`;
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
    const body = { look_id: look, garment, offer_id: offer };
    const init = { method: "POST", ...json(body), keepalive: true };
    await this.#checked(await this.#call("/api/v1/clicks", init, AbortSignal.timeout(SHORT_MS)));
  }

  /**
   * @param {string} path Of a picture on the server.
   * @returns {Promise<Blob>}
   */
  async picture(path) {
    const answer = await this.#checked(await this.#call(path, {}, this.#within(SHORT_MS * 2)));
    return answer.blob();
  }

  /** @param {number} milliseconds */
  #within(milliseconds) {
    const signal = AbortSignal.timeout(milliseconds);
    return this.ended ? AbortSignal.any([signal, this.ended]) : signal;
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
    const signal = this.#within(milliseconds);
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
    // A reverse proxy's login goes to no server but the one that it is for.
    const headers = new Headers({ ...(server === DEFAULT_SERVER && HEADERS), ...init.headers });
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

/** @param {string} name */
function providerPath(name) {
  return `/api/v1/providers/${encodeURIComponent(name)}`;
}

/** @param {unknown} body */
function json(body) {
  return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}
