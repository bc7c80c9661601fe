/** The part of the server's API about who may use it. */

import { ask, askFor, json } from "./api.js";
import { listOf, numberOf, rowOf, textOf } from "./ui/checks.js";

/** @typedef {import("./ui/protocol.js").Device} Device */
/** @typedef {import("./ui/protocol.js").Pairings} Pairings */

/**
 * @param {unknown} body
 * @returns {Pairings}
 */
function pairingsOf(body) {
  const { waiting, allowed } = rowOf(body);
  return {
    waiting: listOf(waiting).map((entry) => {
      const row = rowOf(entry);
      return { id: textOf(row.id), name: textOf(row.name), origin: textOf(row.origin),
        code: textOf(row.code), seconds: numberOf(row.seconds) };
    }),
    allowed: listOf(allowed).map((entry) => {
      const row = rowOf(entry);
      return { id: textOf(row.id), name: textOf(row.name), origin: textOf(row.origin), since: textOf(row.since) };
    }),
  };
}

export async function pairings() {
  return askFor(pairingsOf, "/pairings");
}

/**
 * @param {string} id
 * @param {boolean} allow
 */
export async function answerPairing(id, allow) {
  await ask(`/pairings/${encodeURIComponent(id)}`, { method: "PATCH", ...json({ allow }) });
}

/** @param {string} id */
export async function removeDevice(id) {
  await ask(`/pairings/${encodeURIComponent(id)}`, { method: "DELETE" });
}
