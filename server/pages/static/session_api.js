/** The part of the server's API about signing in. */

import { ask, askFor, json } from "./api.js";
import { listOf, numberOf, rowOf, textOf } from "./ui/checks.js";
import { browserName, systemName } from "./ui/browser_name.js";
import { words } from "./words.js";

/** @typedef {import("./ui/protocol.js").Session} Session */
/** @typedef {import("./ui/protocol.js").Link} Link */

/** @param {string} token */
export async function signIn(token) {
  await ask("/session", { method: "POST", ...json({ token, name: ownName() }) });
}

/** @param {string} link What stands behind the # of a link. */
export async function signInByLink(link) {
  await ask("/session/links/use", { method: "POST", ...json({ link, name: ownName() }) });
}

/** What this browser is called in the list of those that are signed in. */
function ownName() {
  const [browser, system] = [browserName(navigator.userAgent), systemName(navigator.userAgent)];
  return browser && system ? words.say("browser_on", browser, system) : browser || system;
}

export async function signOut() {
  await ask("/session", { method: "DELETE" });
}

/** @returns {Promise<Session[]>} Who is signed in. */
export async function sessions() {
  return askFor((body) => listOf(rowOf(body).sessions).map((entry) => {
    const row = rowOf(entry);
    return { id: textOf(row.id), name: textOf(row.name), since: textOf(row.since), is_own: row.is_own === true };
  }), "/session/all");
}

/** @param {string} id */
export async function endSession(id) {
  await ask(`/session/all/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** @returns {Promise<Link>} That signs one browser in. */
export async function makeLink() {
  return askFor((body) => {
    const row = rowOf(body);
    return { address: textOf(row.address), rows: listOf(row.rows).map(textOf), seconds: numberOf(row.seconds) };
  }, "/session/links", { method: "POST" });
}
