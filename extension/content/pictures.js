/** Small pictures of the server. A page's policy may forbid them; their bytes come by the worker. */

export class Pictures {
  /** @param {(path: string) => void} ask The worker, which answers with `receive`. */
  constructor(ask) {
    this.ask = ask;
    /** @type {Map<string, PromiseWithResolvers<string | null>>} By path. */
    this.waiting = new Map();
  }

  /**
   * @param {string} path
   * @returns {Promise<string | null>} A data: URL; null where the picture cannot be had.
   */
  get(path) {
    const asked = this.waiting.get(path);
    if (asked) return asked.promise;
    /** @type {PromiseWithResolvers<string | null>} */
    const waiting = Promise.withResolvers();
    this.waiting.set(path, waiting);
    this.ask(path);
    return waiting.promise;
  }

  /**
   * @param {string} path
   * @param {string | null} data
   */
  receive(path, data) {
    this.waiting.get(path)?.resolve(data);
    this.waiting.delete(path);
  }

  /** Pictures that were asked for will no longer come. */
  forget() {
    for (const { resolve } of this.waiting.values()) resolve(null);
    this.waiting.clear();
  }
}
