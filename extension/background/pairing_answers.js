/** What the server answers whoever asks to be allowed. */

import { demand, maybeText, numberOf, rowOf, textOf } from "../ui/checks.js";

const ID = /^[0-9a-f]{16,64}$/;

/**
 * @param {unknown} body
 * @returns {import("../ui/protocol.js").Pairing}
 */
export function pairingOf(body) {
  const row = rowOf(body);
  const id = textOf(row.id);
  // It becomes part of an address.
  demand(ID.test(id), "an id that is not one");
  return { id, secret: textOf(row.secret), code: textOf(row.code), seconds: numberOf(row.seconds) };
}

/**
 * @param {unknown} body
 * @returns {import("../ui/protocol.js").PairingAnswer}
 */
export function pairingAnswerOf(body) {
  const row = rowOf(body);
  const state = row.state === "allowed" || row.state === "refused" ? row.state : "waiting";
  return { state, token: maybeText(row.token) };
}
