/** What is said while the catalogue's pictures are prepared anew, after an update of the server. */

import { html } from "./build.js";
import { numberOf, rowOf } from "./checks.js";

/** @typedef {import("./protocol.js").Preparing} Preparing */
/** @typedef {import("./words.js").Words} Words */

const AGAIN_MS = 4000;

/**
 * @param {unknown} body
 * @returns {Preparing | null} Null where nothing is prepared; an older server says nothing of it.
 */
export function preparingOf(body) {
  if (body === null || body === undefined) return null;
  const row = rowOf(body);
  return {
    left: numberOf(row.left), hidden: numberOf(row.hidden), total: numberOf(row.total),
    going: row.going === true,
    seconds_left: typeof row.seconds_left === "number" ? row.seconds_left : null,
  };
}

/** @param {unknown} body Of the answer to a question for it alone. */
export function preparingAlone(body) {
  return preparingOf(rowOf(body).preparing);
}

/**
 * @param {Preparing} preparing
 * @param {Words} words
 * @returns {string}
 */
export function preparingText({ left, hidden, total, going, seconds_left: seconds }, words) {
  const number = (/** @type {number} */ count) => words.number(count);
  if (!going) return words.say(hidden ? "prepare_stuck" : "prepare_stuck_before", number(left), number(total));
  return [
    words.say("prepare_going", number(left), number(total)),
    words.say(hidden ? "prepare_hidden" : "prepare_as_before"),
    ...seconds === null ? [] : [words.say("minutes_left", number(Math.max(1, Math.round(seconds / 60))))],
  ].join(" ");
}

/**
 * What a search says that found nothing close, while some products cannot be found.
 *
 * @param {Preparing | null | undefined} preparing
 * @returns {string | null} The key of its words; null where everything can be found.
 */
export function nothingYet(preparing) {
  if (!preparing?.hidden) return null;
  return preparing.going ? "prepare_nothing" : "prepare_nothing_else";
}

export class PreparingNote {
  /** @param {Words} words */
  constructor(words) {
    this.words = words;
    this.text = html("p");
    this.bar = html("progress", { "aria-label": words.say("prepare_share") });
    this.about = html("div", { class: "preparing-about", hidden: true }, this.text, this.bar);
    // Read out when it ends, and not at each step.
    this.end = html("p", { role: "status" });
    this.done = html("div", { class: "preparing-done" });
    this.element = html("div", { class: "preparing is-empty" }, this.about, this.end, this.done);
  }

  /** @param {Preparing | null} preparing */
  show(preparing) {
    this.about.hidden = preparing === null;
    this.element.classList.toggle("is-empty", preparing === null);
    this.end.textContent = "";
    this.done.replaceChildren();
    this.text.textContent = preparing ? preparingText(preparing, this.words) : "";
    if (!preparing) return;
    this.bar.hidden = !preparing.going;
    this.bar.max = Math.max(1, preparing.total);
    this.bar.value = preparing.total - preparing.left;
  }

  /**
   * @param {Preparing | null} rest What could not be prepared.
   * @param {...Node} more What can be done now.
   */
  finish(rest, ...more) {
    this.about.hidden = true;
    this.text.textContent = "";
    this.element.classList.remove("is-empty");
    this.end.replaceChildren(this.words.say("prepare_done"), ...rest ? [" ", preparingText(rest, this.words)] : []);
    this.done.replaceChildren(...more);
  }
}

/**
 * Ask again until it has ended.
 *
 * @param {() => Promise<Preparing | null>} ask
 * @param {(preparing: Preparing | null) => boolean} told Returns whether to go on.
 */
export async function follow(ask, told) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    if (!told(await ask())) return;
  }
}

