/** The card that says what went wrong, and what to do. */

import { html } from "./ui/build.js";
import { problemOf, problemWords } from "./ui/problems.js";
import { requestNotes } from "./ui/request_note.js";
import { button } from "./host.js";
import { say, words } from "./words.js";

/**
 * @param {unknown} error
 * @param {() => void} [retry]
 */
export function troubleCard(error, retry) {
  const problem = problemOf(error);
  const [title, advice] = problemWords(problem, words);
  const card = noticeCard(title, advice, ...(retry ? [button(say("try_again"), "button", retry)] : []));
  card.append(...requestNotes(problem, words));
  return card;
}

/**
 * @param {string} title
 * @param {string} advice
 * @param {...HTMLElement} actions
 */
export function noticeCard(title, advice, ...actions) {
  const card = html("div", { class: "trouble", role: "alert" },
    html("h2", {}, title), html("p", {}, advice));
  if (actions.length) card.append(html("div", { class: "actions" }, ...actions));
  return card;
}
