/** The port to the worker; it is reopened when the browser has ended the worker. */

import { PORT_NAME } from "./messages.js";

/** @typedef {import("./messages.js").ToPage} ToPage */
/** @typedef {import("./messages.js").ToWorker} ToWorker */

/** Browsers put a worker to sleep after 30 s without a message. */
const ALIVE_MS = 20_000;

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
  }

  /** @param {ToWorker} message */
  send(message) {
    this.port.postMessage(message);
  }

  close() {
    this.isOpen = false;
    clearInterval(this.alive);
    this.port.disconnect();
  }

  #connect() {
    const port = chrome.runtime.connect({ name: PORT_NAME });
    port.onMessage.addListener((/** @type {ToPage} */ message) => this.receive(message));
    port.onDisconnect.addListener(() => this.#reconnect());
    return port;
  }

  #reconnect() {
    if (!this.isOpen) return;
    if (!globalThis.chrome?.runtime?.id) {
      this.gone();
      return;
    }
    this.port = this.#connect();
    this.broken();
  }
}
