/** What can go wrong, with the server's stable codes and some of our own. */

/** @typedef {import("../content/protocol.js").Problem} Problem */

export class ProblemError extends Error {
  /**
   * @param {string} code
   * @param {string} [detail]
   * @param {string} [hint]
   */
  constructor(code, detail = "", hint = "") {
    super(detail || code);
    this.name = "ProblemError";
    this.code = code;
    this.hint = hint;
  }

  /** @returns {Problem} */
  toProblem() {
    return { code: this.code, detail: this.message, hint: this.hint };
  }
}

/**
 * @param {unknown} error
 * @returns {Problem}
 */
export function problemOf(error) {
  if (error instanceof ProblemError) return error.toProblem();
  console.error(error);
  return { code: "internal", detail: String(error), hint: "" };
}

/** The server could not get the picture by itself; its pixels can still be sent. */
export const NEEDS_PIXELS = new Set([
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
