/** What can go wrong, with the server's stable codes and some of our own. */

import { has, say } from "./words.js";

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
}

/**
 * @param {Response} answer One that is not ok.
 * @returns {Promise<ProblemError>}
 */
export async function problemOfAnswer(answer) {
  return problemOfText(await answer.text(), answer.status);
}

/**
 * @param {string} text The body of a problem document, it is hoped.
 * @param {number} status
 */
export function problemOfText(text, status) {
  try {
    const { code, detail, hint } = JSON.parse(text);
    if (typeof code === "string") return new ProblemError(code, String(detail), String(hint ?? ""));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return new ProblemError("bad-answer", `HTTP ${status}`);
}

/**
 * @param {unknown} error
 * @returns {[string, string]} What happened, and what to do.
 */
export function problemWords(error) {
  if (!(error instanceof ProblemError)) {
    console.error(error);
    return [say("internal_title"), say("internal_advice", String(error))];
  }
  const key = error.code.replaceAll("-", "_");
  if (has(`${key}_title`)) return [say(`${key}_title`), say(`${key}_advice`, error.message)];
  // A newer server knows more codes; its own words are better than none.
  return [error.message, error.hint || say("try_again")];
}

/** @param {unknown} error */
export function wasCancelled(error) {
  return error instanceof DOMException && error.name === "AbortError";
}
