/** What can go wrong, with the server's stable codes and some of our own. */

/** @typedef {import("./words.js").Words} Words */

/**
 * @typedef {object} Problem
 * @property {string} code
 * @property {string} detail In the server's words; for most codes we have better ones.
 * @property {string} hint
 * @property {string} [request] Under this name the server's log has the request.
 */

/** What a server calls a request. */
const REQUEST = /^[\w.-]{1,64}$/;

/** Codes that say the same to the user. */
const SAME = /** @type {Record<string, string>} */ ({
  "fetch-too-large": "picture-too-large",
  "too-large": "picture-too-large",
  "busy": "queue-full",
  "provider-tests-busy": "queue-full",
  // Of faults that only who runs the server can find and mend.
  "internal-error": "server-failed",
  "bad-language-file": "server-failed",
  "bad-rates": "server-failed",
  "bad-settings": "server-failed",
  "extension-not-built": "server-failed",
  "weights-shelf": "server-failed",
  "analysis-stuck": "server-failed",
  "database-interrupted": "database-unavailable",
  "index-unavailable": "database-unavailable",
  "keeping-not-kept": "database-unavailable",
  "switch-not-kept": "database-unavailable",
  // Of requests that neither web app nor extension makes of a server of their own version.
  "address-too-long": "not-understood",
  "bad-request": "not-understood",
  "garment-not-found": "not-understood",
  "headers-too-large": "not-understood",
  "invalid-request": "not-understood",
  "keeping-fixed": "not-understood",
  "length-required": "not-understood",
  "http-version-not-supported": "not-understood",
  "method-not-allowed": "not-understood",
  "not-found": "not-understood",
  "offer-not-found": "not-understood",
  "provider-not-set-up": "not-understood",
  "unknown-provider": "not-understood",
  "unsupported-media-type": "not-understood",
});

/** What can be done about these is to ask the server to be allowed. */
export const NOT_ALLOWED = new Set(["origin-not-allowed", "unauthorized"]);

export class ProblemError extends Error {
  /**
   * @param {string} code
   * @param {string} [detail]
   * @param {string} [hint]
   * @param {string} [request] Under this name the server's log has the request.
   */
  constructor(code, detail = "", hint = "", request = "") {
    super(detail || code);
    this.name = "ProblemError";
    this.code = code;
    this.hint = hint;
    this.request = request;
  }

  /** @returns {Problem} */
  toProblem() {
    return { code: this.code, detail: this.message, hint: this.hint, request: this.request };
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

/**
 * @param {string} text The body of an answer that is not ok: a problem document, one hopes.
 * @param {number} status
 * @returns {ProblemError}
 */
export function problemOfText(text, status) {
  /** @type {{code?: unknown, detail?: unknown, hint?: unknown, request_id?: unknown} | null} */
  let document = null;
  try {
    document = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const word = (/** @type {unknown} */ value) => (typeof value === "string" ? value : "");
  const code = word(document?.code) || "bad-answer";
  const request = word(document?.request_id);
  const detail = word(document?.detail) || `HTTP ${status}`;
  return new ProblemError(code, detail, word(document?.hint), REQUEST.test(request) ? request : "");
}

/**
 * @param {Problem} problem
 * @param {Words} words
 * @returns {[string, string]} What went wrong, in plain words, and what to do about it.
 */
export function problemWords({ code, detail, hint }, words) {
  // For who is asked about it: the server is more precise than our words.
  if (detail) console.info(code, detail, hint);
  const key = (SAME[code] ?? code).replaceAll("-", "_");
  if (words.has(`${key}_title`)) {
    return [words.say(`${key}_title`, detail), words.say(`${key}_advice`, detail)];
  }
  // A newer server knows more codes; its own words are better than none.
  return [words.say("internal_title"), [detail, hint].filter(Boolean).join(" ")];
}
