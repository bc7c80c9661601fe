/** One overlay's conversation with the worker, over a port that keeps the worker alive. */

import { LOOK_ID } from "../ui/answers.js";
import { searchContext } from "../ui/countries.js";
import { ProblemError, problemOf } from "../ui/problems.js";
import { analyse } from "./analysing.js";
import { wordsFor } from "./locale.js";
import { openPairing } from "./pages.js";
import { blobOf, capturePicture, dataUrlOf } from "./pixels.js";
import { Server } from "./server.js";
import { readSettings } from "./settings.js";
import { changeWish, keptShops } from "./shops.js";

/** @typedef {import("../content/messages.js").ToWorker} ToWorker */
/** @typedef {import("../content/messages.js").ToPage} ToPage */
/** @typedef {import("../content/messages.js").PictureRequest} PictureRequest */
/** @typedef {import("../content/messages.js").Seen} Seen */

/** The only pictures of the server that a page part may ask for. */
const THUMBNAIL_PATH = /^\/api\/v1\/thumbnails\?[\w.~%&=+-]+$/;
const CROP_PATH = /^\/api\/v1\/looks\/[\w-]+\/garments\/\d+\/crop\.png\?background=white$/;
const THUMBNAIL_BYTES = 2 ** 21;
const SAFE_PICTURE = /^image\/(jpeg|png|webp|gif|avif)$/;

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
      case "change":
        return this.#answer(message.ask, async (server) => {
          if (!LOOK_ID.test(message.look)) throw new ProblemError("look-not-found");
          return server.change(message.look, message.change);
        });
      case "categories?":
        return this.#answer(message.ask, (server) => server.categories());
      case "colours?":
        return this.#answer(message.ask, (server) => server.colours());
      case "preparing?":
        return this.#answer(message.ask, (server) => server.preparing());
      case "understand":
        return this.#answer(message.ask, async (server) => {
          const context = searchContext(await wordsFor(server.settings), server.settings);
          return server.understand(String(message.text), context);
        });
      case "put":
        return this.#answer(message.ask, (server) =>
          server.putAway(lookId(message), number(message), message.offer, message.isAway));
      case "like":
        return this.#answer(message.ask, (server) => server.like(lookId(message), number(message), message.offer));
      case "saved?":
        return this.#answer(message.ask, (server) => server.saved(lookId(message)));
      case "save":
        return this.#answer(message.ask, (server) =>
          server.save(lookId(message), number(message), message.offer, message.isSaved));
      case "thumbnail":
        return this.#sendThumbnail(message.path);
      case "click":
        return this.#noteClick(message);
      case "saw":
        return this.#noteGarment(message);
      case "shops?":
        return this.#send({ type: "shops", shops: await keptShops() });
      case "wish":
        return changeWish(message.name, message.wish);
      case "options":
        return chrome.runtime.openOptionsPage();
      case "pair":
        return openPairing();
      case "pixels":
        return this.waiting.get(message.type)?.(message);
      case "alive":
        return undefined; // that it came is what keeps the worker awake
    }
  }

  /** @param {PictureRequest} picture */
  async #findGarments(picture) {
    // At once: what is on the screen now is what the person means.
    const screen = this.#capture(picture.seen);
    try {
      const server = new Server(await readSettings(), this.ended.signal);
      const found = await analyse(server, picture, screen, () => this.#drawn());
      this.#send({ type: "look", ...found });
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

  /** @returns {Promise<Blob | null>} Null where the browser protects the pixels. */
  async #drawn() {
    const { data } = await this.#ask("pixels?", "pixels");
    return data ? blobOf(data) : null;
  }

  /**
   * @param {Seen | null} seen
   * @returns {Promise<OffscreenCanvas | null>} Null where no screenshot is allowed.
   */
  async #capture(seen) {
    try {
      const windowId = this.port.sender?.tab?.windowId;
      return seen && windowId !== undefined ? await capturePicture(windowId, seen.visible) : null;
    } catch (error) {
      console.info("The screen could not be read.", error);
      return null;
    } finally {
      this.#send({ type: "captured" });
    }
  }

  /** @param {import("../content/messages.js").AskOffers} message */
  async #findOffers({ look, garment, search, isFurther, wanted }) {
    if (!isFurther) {
      this.search.abort();
      this.search = new AbortController();
    }
    const { signal } = this.search;
    try {
      if (!LOOK_ID.test(look) || !Number.isInteger(garment)) throw new ProblemError("look-not-found");
      const settings = await readSettings();
      const report = (/** @type {import("../content/messages.js").SearchEvent} */ event) => {
        if (!signal.aborted) this.#send({ type: "event", search, event });
      };
      const context = searchContext(await wordsFor(settings), settings);
      await new Server(settings).offers(look, garment, { ...context, ...wanted }, signal, report);
    } catch (error) {
      if (signal.aborted) return;
      this.#send({ type: "search-problem", search, problem: problemOf(error) });
    }
  }

  /**
   * @param {number} ask Number of the question.
   * @param {(server: Server) => Promise<unknown>} question
   */
  async #answer(ask, question) {
    try {
      const value = await question(new Server(await readSettings()));
      this.#send({ type: "answer", ask, value });
    } catch (error) {
      this.#send({ type: "no-answer", ask, problem: problemOf(error) });
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

  /** @param {import("../content/messages.js").NoteGarment} message */
  async #noteGarment(message) {
    try {
      await new Server(await readSettings()).saw(lookId(message), number(message));
    } catch (error) {
      console.info("The garment was not noted.", error);
    }
  }

  /**
   * @param {"pixels?"} question
   * @param {"pixels"} answer
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

/**
 * @param {{look: string}} message Of a page part.
 * @throws {ProblemError} It names no look.
 */
function lookId({ look }) {
  if (!LOOK_ID.test(look)) throw new ProblemError("look-not-found");
  return look;
}

/**
 * @param {{garment: number}} message
 * @throws {ProblemError} It names no garment.
 */
function number({ garment }) {
  if (!Number.isInteger(garment)) throw new ProblemError("garment-not-found");
  return garment;
}
