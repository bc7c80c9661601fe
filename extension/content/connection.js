/** The port to the worker; it is reopened when the browser has ended the worker. */

import { PORT_NAME } from "./messages.js";

/** @typedef {import("./messages.js").ToPage} ToPage */
/** @typedef {import("./messages.js").ToWorker} ToWorker */

/** Browsers put a worker to sleep after 30 s without a message. */
const ALIVE_MS = 20_000;
/** How often to see whether the extension is still there: its end is not always told. */
const LOOK_MS = 500;

export class Connection {
  /**
   * @param {(message: ToPage) => void} receive
   * @param {() => void} broken What was under way at the worker is lost.
   * @param {() => void} gone The extension itself is gone, or is another one now.
   */
  constructor(receive, broken, gone) {
    this.receive = receive;
    this.broken = broken;
    this.gone = gone;
    this.isOpen = true;
    this.port = this.#connect();
    this.alive = setInterval(() => this.send({ type: "alive" }), ALIVE_MS);
    this.watch = setInterval(() => {
      if (!isThere()) this.#reconnect();
    }, LOOK_MS);
    // A page that was left closes its ports without a word, and may come back as it was.
    this.return = (/** @type {PageTransitionEvent} */ event) => {
      if (event.persisted) this.#reconnect();
    };
    addEventListener("pageshow", this.return);
  }

  /** @param {ToWorker} message */
  send(message) {
    try {
      this.port.postMessage(message);
    } catch (error) {
      console.info("The connection was lost without a word.", error);
      if (this.#reconnect()) this.port.postMessage(message);
    }
  }

  close() {
    this.isOpen = false;
    clearInterval(this.alive);
    clearInterval(this.watch);
    removeEventListener("pageshow", this.return);
    // Once the extension is gone, so is the port.
    if (isThere()) this.port.disconnect();
  }

  #connect() {
    const port = chrome.runtime.connect({ name: PORT_NAME });
    port.onMessage.addListener((/** @type {ToPage} */ message) => this.receive(message));
    port.onDisconnect.addListener(() => {
      if (port === this.port) this.#reconnect();
    });
    return port;
  }

  /** @returns {boolean} Whether there is a worker again. */
  #reconnect() {
    if (!this.isOpen) return false;
    try {
      if (!isThere()) throw new Error("The extension is gone.");
      this.port = this.#connect();
    } catch (error) {
      console.info("The extension was reloaded or removed.", error);
      this.gone();
      return false;
    }
    this.broken();
    return true;
  }
}

/** Return whether the extension is still the one that this part of it came from. */
function isThere() {
  return Boolean(globalThis.chrome?.runtime?.id);
}
