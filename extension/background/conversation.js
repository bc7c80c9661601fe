/** One overlay's conversation with the worker, over a port that keeps the worker alive. */

import { LOOK_ID } from "../ui/answers.js";
import { searchContext } from "../ui/countries.js";
import { ProblemError, problemOf } from "../ui/problems.js";
import { wordsFor } from "./locale.js";
import { blobOf, capturePicture, dataUrlOf, fetchPicture } from "./pixels.js";
import { Server } from "./server.js";
import { readSettings } from "./settings.js";
import { changeWish, keptShops } from "./shops.js";

/** @typedef {import("../content/messages.js").ToWorker} ToWorker */
/** @typedef {import("../content/messages.js").ToPage} ToPage */
/** @typedef {import("../content/messages.js").PictureRequest} PictureRequest */

/** The only pictures of the server that a page part may ask for. */
const THUMBNAIL_PATH = /^\/api\/v1\/thumbnails\?[\w.~%&=+-]+$/;
const CROP_PATH = /^\/api\/v1\/looks\/[\w-]+\/garments\/\d+\/crop\.png\?background=white$/;
const THUMBNAIL_BYTES = 2 ** 21;
const SAFE_PICTURE = /^image\/(jpeg|png|webp|gif|avif)$/;

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

export class Conversation {
  /** @param {chrome.runtime.Port} port */
  constructor(port) {
    this.port = port;
    this.ended = new AbortController();
    this.search = new AbortController();
    /** @type {Map<string, (message: any) => void>} Who waits for which kind of message. */
    this.waiting = new Map();
    port.onMessage.addListener((message) => void this.#receive(message));
    port.onDisconnect.addListener(() => {
      this.ended.abort();
      this.search.abort();
    });
  }

  /** @param {ToWorker} message */
  async #receive(message) {
    switch (message.type) {
      case "look":
        return this.#findGarments(message.picture);
      case "offers":
        return this.#findOffers(message);
      case "thumbnail":
        return this.#sendThumbnail(message.path);
      case "click":
        return this.#noteClick(message);
      case "shops?":
        return this.#send({ type: "shops", shops: await keptShops() });
      case "wish":
        return changeWish(message.name, message.wish);
      case "options":
        return chrome.runtime.openOptionsPage();
      case "pixels":
      case "visible":
        return this.waiting.get(message.type)?.(message);
      case "alive":
        return undefined; // that it came is what keeps the worker awake
    }
  }

  /** @param {PictureRequest} picture */
  async #findGarments(picture) {
    try {
      const server = new Server(await readSettings());
      const { look, captured } = await this.#lookAt(server, picture);
      this.#send({ type: "look", look, captured });
      await this.#nameProviders(server);
    } catch (error) {
      this.#send({ type: "problem", problem: problemOf(error) });
    }
  }

  /**
   * Send the names of the providers. They are fetched each time: the user may have switched one off
   * on the server.
   *
   * @param {Server} server
   */
  async #nameProviders(server) {
    let providers = null;
    try {
      providers = await server.providers();
    } catch (error) {
      // The garments are shown anyway; only the providers' names are missing.
      console.info("The server does not list its providers.", error);
    }
    this.#send({ type: "providers", providers });
  }

  /**
   * Have a picture analysed: by its address where the server can download it, by its pixels otherwise.
   *
   * @param {Server} server
   * @param {PictureRequest} picture
   */
  async #lookAt(server, { addresses, pageUrl }) {
    /** @type {ProblemError | null} */
    let refusal = null;
    for (const address of addresses) {
      try {
        return { look: await server.lookAtAddress(address, pageUrl), captured: false };
      } catch (error) {
        if (!(error instanceof ProblemError) || !NEEDS_PIXELS.has(error.code)) throw error;
        refusal = error;
      }
    }
    const plain = addresses.at(-1);
    // The page can only draw what it shows: often a smaller size, compressed once more.
    const ways = [...addresses.map((url) => () => fetchPicture(url)), () => this.#drawn()];
    for (const pixels of ways) {
      const blob = await pixels();
      if (!blob) continue;
      try {
        return { look: await server.lookAtPixels(blob, plain, pageUrl), captured: false };
      } catch (error) {
        if (!(error instanceof ProblemError) || !NEEDS_PIXELS.has(error.code)) throw error;
        refusal = error;
      }
    }
    const screenshot = await this.#capture();
    if (!screenshot) throw refusal ?? new ProblemError("no-pixels");
    return { look: await server.lookAtPixels(screenshot, plain, pageUrl), captured: true };
  }

  /** @returns {Promise<Blob | null>} Null where the browser protects the pixels. */
  async #drawn() {
    const { data } = await this.#ask("pixels?", "pixels");
    return data ? blobOf(data) : null;
  }

  async #capture() {
    const { visible } = await this.#ask("visible?", "visible");
    try {
      const windowId = this.port.sender?.tab?.windowId;
      return visible && windowId !== undefined ? await capturePicture(windowId, visible) : null;
    } finally {
      this.#send({ type: "captured" });
    }
  }

  /** @param {import("../content/messages.js").AskOffers} message */
  async #findOffers({ look, garment, search }) {
    this.search.abort();
    this.search = new AbortController();
    const { signal } = this.search;
    try {
      if (!LOOK_ID.test(look) || !Number.isInteger(garment)) throw new ProblemError("look-not-found");
      const settings = await readSettings();
      const report = (/** @type {import("../content/messages.js").SearchEvent} */ event) => {
        if (!signal.aborted) this.#send({ type: "event", search, event });
      };
      const context = searchContext(await wordsFor(settings), settings);
      await new Server(settings).offers(look, garment, context, signal, report);
    } catch (error) {
      if (signal.aborted) return;
      this.#send({ type: "search-problem", search, problem: problemOf(error) });
    }
  }

  /** @param {string} path */
  async #sendThumbnail(path) {
    let data = null;
    if (CROP_PATH.test(path) || THUMBNAIL_PATH.test(path)) {
      try {
        const blob = await new Server(await readSettings()).picture(path);
        const fits = SAFE_PICTURE.test(blob.type) && blob.size <= THUMBNAIL_BYTES;
        data = fits ? await dataUrlOf(blob) : null;
      } catch (error) {
        console.info("A small picture is missing.", error);
      }
    }
    this.#send({ type: "thumbnail", path, data });
  }

  /** @param {import("../content/messages.js").NoteClick} message */
  async #noteClick({ look, garment, offer }) {
    try {
      await new Server(await readSettings()).click(look, garment, offer);
    } catch (error) {
      // The shop opens anyway; only a line in the user's own history is missing.
      console.warn("The click was not recorded.", error);
    }
  }

  /**
   * @param {"pixels?" | "visible?"} question
   * @param {"pixels" | "visible"} answer
   * @returns {Promise<any>}
   */
  #ask(question, answer) {
    const { promise, resolve, reject } = Promise.withResolvers();
    this.waiting.set(answer, resolve);
    this.ended.signal.addEventListener("abort", () => reject(new ProblemError("closed")));
    this.#send({ type: question });
    return promise;
  }

  /** @param {ToPage} message */
  #send(message) {
    if (!this.ended.signal.aborted) this.port.postMessage(message);
  }
}
