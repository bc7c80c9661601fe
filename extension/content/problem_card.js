/** The card for a problem, with what can be done about it. */

import { NOT_ALLOWED, problemWords } from "../ui/problems.js";
import { requestNotes } from "../ui/request_note.js";
import { Card } from "./notice.js";

/** @typedef {import("./messages.js").Problem} Problem */
/** @typedef {import("../ui/words.js").Words} Words */

/** Neither the server nor the browser got the picture; the server's reason would not help here. */
const OUT_OF_REACH = new Set([
  "no-pixels", "fetch-failed", "fetch-timeout", "not-a-picture", "address-not-allowed",
  "unreadable-picture", "unsupported-picture",
]);
/** Asking once more would end the same way; another picture may not. */
const ABOUT_THE_PICTURE = new Set([
  ...OUT_OF_REACH, "no-garment", "fetch-too-large", "picture-too-large",
]);
/** Only the settings help. */
const ABOUT_THE_SETTINGS = new Set(["no-permission"]);

/**
 * @param {Problem} problem
 * @param {Words} words
 * @param {{retry: () => void, pick: () => void, frame: () => void, options: () => void, pair: () => void, close: () => void}}
 *   actions
 * @returns {Card}
 */
export function problemCard(problem, words, { retry, pick, frame, options, pair, close }) {
  /** @type {[string, () => void][]} */
  let choices = [[words.say("try_again"), retry], [words.say("settings"), options]];
  if (ABOUT_THE_SETTINGS.has(problem.code)) choices.reverse();
  if (NOT_ALLOWED.has(problem.code)) choices.unshift([words.say("pair"), pair]);
  if (ABOUT_THE_PICTURE.has(problem.code)) choices = [[words.say("pick_other"), pick]];
  if (problem.code === "no-garment") choices.unshift([words.say("draw_frame"), frame]);
  const code = OUT_OF_REACH.has(problem.code) ? "no-pixels" : problem.code;
  const [title, advice] = problemWords({ ...problem, code }, words);
  return new Card(title, advice, [...choices, [words.say("close"), close]], requestNotes(problem, words));
}
