/** Checks of values that come from outside: a value of another kind is a bad answer. */

import { ProblemError } from "./problems.js";

/** @typedef {Record<string, unknown>} Row */

/**
 * @param {boolean} holds
 * @param {string} what
 */
export function demand(holds, what) {
  if (!holds) throw new ProblemError("bad-answer", what);
}

/**
 * @param {unknown} value
 * @returns {Row}
 */
export function rowOf(value) {
  demand(typeof value === "object" && value !== null && !Array.isArray(value), "not an object");
  return /** @type {Row} */ (value);
}

/**
 * @param {unknown} value
 * @returns {unknown[]}
 */
export function listOf(value) {
  demand(Array.isArray(value), "not a list");
  return /** @type {unknown[]} */ (value);
}

/**
 * @param {unknown} value
 * @returns {number}
 */
export function numberOf(value) {
  demand(typeof value === "number" && Number.isFinite(value), "not a number");
  return /** @type {number} */ (value);
}

/**
 * @param {unknown} value
 * @returns {string}
 */
export function textOf(value) {
  demand(typeof value === "string", "not a text");
  return /** @type {string} */ (value);
}

/**
 * @param {unknown} value
 * @returns {string | null}
 */
export function maybeText(value) {
  return value === null || value === undefined ? null : textOf(value);
}
