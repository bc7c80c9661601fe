/** The card for a problem, with what can be done about it. */

import { Card, problemWords } from "./notice.js";

/** @typedef {import("./protocol.js").Problem} Problem */
/** @typedef {import("./words.js").Words} Words */

/** Asking once more would end the same way; another picture may not. */
const ABOUT_THE_PICTURE = new Set([
  "no-garment", "no-pixels", "fetch-failed", "fetch-timeout", "fetch-too-large", "not-a-picture",
  "address-not-allowed", "unreadable-picture", "unsupported-picture", "picture-too-large",
]);
/** Only the settings help. */
const ABOUT_THE_SETTINGS = new Set(["unauthorized", "no-permission"]);

/**
 * @param {Problem} problem
 * @param {Words} words
 * @param {{retry: () => void, pick: () => void, options: () => void, close: () => void}} actions
 * @returns {Card}
 */
export function problemCard(problem, words, { retry, pick, options, close }) {
  /** @type {[string, () => void][]} */
  let choices = [[words.say("try_again"), retry], [words.say("settings"), options]];
  if (ABOUT_THE_SETTINGS.has(problem.code)) choices.reverse();
  if (ABOUT_THE_PICTURE.has(problem.code)) choices = [[words.say("pick_other"), pick]];
  const [title, advice] = problemWords(problem, words);
  return new Card(title, advice, [...choices, [words.say("close"), close]]);
}
