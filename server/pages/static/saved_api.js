/** The part of the server's API about what is saved. */

import { ask, askFor, json } from "./api.js";
import { savedPageOf } from "./kept_answers.js";

export async function savedPage() {
  return askFor(savedPageOf, "/saved");
}

/**
 * @param {number} id
 * @param {number | null} list
 */
export async function moveSaved(id, list) {
  await ask(`/saved/${id}`, { method: "PATCH", ...json({ list_id: list }) });
}

/** @param {number} id */
export async function removeSaved(id) {
  await ask(`/saved/${id}`, { method: "DELETE" });
}

export async function removeAllSaved() {
  await ask("/saved", { method: "DELETE" });
}

/** @param {string} name */
export async function makeList(name) {
  await ask("/saved/lists", { method: "POST", ...json({ name }) });
}

/**
 * @param {number} id
 * @param {string} name
 */
export async function renameList(id, name) {
  await ask(`/saved/lists/${id}`, { method: "PATCH", ...json({ name }) });
}

/** @param {number} id */
export async function deleteList(id) {
  await ask(`/saved/lists/${id}`, { method: "DELETE" });
}
