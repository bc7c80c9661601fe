/** What can go wrong, with the server's stable codes and some of our own. */

/** @typedef {import("./words.js").Words} Words */

/**
 * @typedef {object} Problem
 * @property {string} code
 * @property {string} detail In the server's words; for most codes we have better ones.
 * @property {string} hint
 */

/** Codes that say the same to the user. */
const SAME = /** @type {Record<string, string>} */ ({
  "fetch-too-large": "picture-too-large",
  "too-large": "picture-too-large",
});

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

/**
 * @param {string} text The body of an answer that is not ok: a problem document, one hopes.
 * @param {number} status
 * @returns {ProblemError}
 */
export function problemOfText(text, status) {
  /** @type {{code?: unknown, detail?: unknown, hint?: unknown} | null} */
  let document = null;
  try {
    document = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const word = (/** @type {unknown} */ value) => (typeof value === "string" ? value : "");
  const code = word(document?.code) || "bad-answer";
  return new ProblemError(code, word(document?.detail) || `HTTP ${status}`, word(document?.hint));
}

/**
 * @param {Problem} problem
 * @param {Words} words
 * @returns {[string, string]} What went wrong, in plain words, and what to do about it.
 */
export function problemWords({ code, detail, hint }, words) {
  const key = (SAME[code] ?? code).replaceAll("-", "_");
  if (words.has(`${key}_title`)) {
    return [words.say(`${key}_title`, detail), words.say(`${key}_advice`, detail)];
  }
  // A newer server knows more codes; its own words are better than none.
  return [words.say("internal_title"), [detail, hint].filter(Boolean).join(" ")];
}
