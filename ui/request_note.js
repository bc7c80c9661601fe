/** Under which name the server's log has a request that failed: for who is asked about it. */

import { html } from "./build.js";

/** @typedef {import("./problems.js").Problem} Problem */
/** @typedef {import("./words.js").Words} Words */

/**
 * @param {Problem} problem
 * @param {Words} words
 * @returns {HTMLElement[]} One line, of which a click selects the name; none where no server answered.
 */
export function requestNotes({ request }, words) {
  if (!request) return [];
  return [html("p", { class: "request" }, `${words.say("request_id")} `, html("code", {}, request))];
}
