/** The events of a search and the offers in them, checked before anything relies on them. */

import { demand, listOf, maybeText, numberOf, rowOf, textOf } from "./checks.js";
import { preparingOf } from "./preparing.js";
import { ProblemError } from "./problems.js";

/** @typedef {import("./answers.js").Converted} Converted */
/** @typedef {import("./answers.js").Failed} Failed */
/** @typedef {import("./answers.js").Money} Money */
/** @typedef {import("./answers.js").Offer} Offer */
/** @typedef {import("./answers.js").SearchEvent} SearchEvent */
/** @typedef {import("./answers.js").Seller} Seller */
/** @typedef {import("./checks.js").Row} Row */

const GENDERS = /** @type {const} */ (["female", "male", "unisex"]);
const LIKENESSES = /** @type {const} */ (["same", "very similar", "alike"]);

/**
 * @param {string} line Of a search's answer.
 * @returns {SearchEvent}
 */
export function searchEventOf(line) {
  const row = rowOf(parsed(line));
  switch (row.event) {
    case "offers": {
      const offers = soundOf(listOf(row.offers), offerOf);
      return { event: "offers", provider: textOf(row.provider), offers };
    }
    case "failed":
      return failedOf(row);
    case "done":
      return {
        event: "done",
        order: listOf(row.order).map(textOf),
        answered: row.answered === undefined ? null : listOf(row.answered).map(textOf),
        receipt: receiptOf(row.receipt),
        preparing: preparingOf(row.preparing),
      };
    default:
      throw new ProblemError("bad-answer", "an event of an unknown kind");
  }
}

/**
 * @param {unknown} body
 * @returns {import("./answers.js").Receipt | null}
 */
function receiptOf(body) {
  if (body === null || body === undefined) return null;
  const row = rowOf(body);
  return {
    id: textOf(row.id),
    look_id: textOf(row.look_id),
    garment: numberOf(row.garment),
    at: textOf(row.at),
    sendings: listOf(row.sendings).map(sendingOf),
  };
}

/**
 * @param {unknown} body
 * @returns {import("./answers.js").Sending}
 */
function sendingOf(body) {
  const row = rowOf(body);
  return {
    provider: textOf(row.provider),
    title: textOf(row.title),
    host: textOf(row.host),
    method: textOf(row.method),
    at: textOf(row.at),
    what: listOf(row.what).map((part) => /** @type {import("./answers.js").Sending["what"][number]} */ (textOf(part))),
    words: maybeText(row.words),
    crop_bytes: numberOf(row.crop_bytes),
    sent_bytes: numberOf(row.sent_bytes),
    outcome: /** @type {import("./answers.js").Sending["outcome"]} */ (textOf(row.outcome)),
    status: typeof row.status === "number" ? row.status : null,
    answer_bytes: numberOf(row.answer_bytes),
  };
}

/**
 * @param {Row} row
 * @returns {Failed} From an older server without a code: its own words have to do.
 */
function failedOf(row) {
  return {
    event: "failed",
    provider: textOf(row.provider),
    reason: textOf(row.reason),
    code: maybeText(row.code) ?? "",
    details: listOf(row.details ?? []).map(textOf),
  };
}

/**
 * Leave out entries that make no sense; if none of them does, the whole answer does not.
 *
 * @template T
 * @param {unknown[]} rows
 * @param {(row: unknown) => T} read
 * @returns {T[]}
 */
function soundOf(rows, read) {
  const sound = [];
  for (const row of rows) {
    try {
      sound.push(read(row));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      console.info("An offer makes no sense.", error);
    }
  }
  demand(sound.length > 0 || rows.length === 0, "offers without sense");
  return sound;
}

/**
 * @param {unknown} body
 * @returns {Offer}
 */
function offerOf(body) {
  const row = rowOf(body);
  const availability = maybeText(row.availability);
  const condition = maybeText(row.condition);
  return {
    id: textOf(row.id),
    provider: textOf(row.provider),
    type: row.type === "search" ? "search" : "product",
    title: textOf(row.title),
    link: textOf(row.link),
    shop: maybeText(row.shop),
    price: maybeText(row.price),
    currency: maybeText(row.currency),
    list_price: maybeText(row.list_price),
    converted: convertedOf(row.converted),
    availability: isAvailability(availability) ? availability : null,
    condition: isCondition(condition) ? condition : null,
    shipping: moneyOf(row.shipping),
    same_colour: typeof row.same_colour === "boolean" ? row.same_colour : null,
    close: typeof row.close === "boolean" ? row.close : null,
    same_category: typeof row.same_category === "boolean" ? row.same_category : null,
    brand: maybeText(row.brand),
    sizes: listOf(row.sizes ?? []).map(textOf),
    also_in: listOf(row.also_in ?? []).map(textOf),
    gender: GENDERS.find((gender) => gender === row.gender) ?? null,
    sellers: listOf(row.sellers ?? []).map(sellerOf), // an older server names none
    picture: maybeText(row.picture),
    similarity: typeof row.similarity === "number" ? row.similarity : null,
    likeness: LIKENESSES.find((likeness) => likeness === row.likeness) ?? null,
    score: numberOf(row.score),
    partner: row.partner === true,
    why: listOf(row.why).map(textOf),
    against: maybeText(row.against),
  };
}

/**
 * @param {unknown} body
 * @returns {Seller}
 */
function sellerOf(body) {
  const row = rowOf(body);
  const availability = maybeText(row.availability);
  return {
    id: textOf(row.id),
    provider: maybeText(row.provider) ?? "",
    link: textOf(row.link),
    shop: maybeText(row.shop),
    price: moneyOf(row.price),
    converted: convertedOf(row.converted),
    availability: isAvailability(availability) ? availability : null,
  };
}

/**
 * @param {unknown} body
 * @returns {Money | null}
 */
function moneyOf(body) {
  if (body === null || body === undefined) return null;
  const row = rowOf(body);
  return { amount: textOf(row.amount), currency: textOf(row.currency) };
}

/**
 * @param {unknown} body An older server converts nothing.
 * @returns {Converted | null}
 */
function convertedOf(body) {
  if (body === null || body === undefined) return null;
  const row = rowOf(body);
  return {
    price: textOf(row.price),
    currency: textOf(row.currency),
    rate: textOf(row.rate),
    as_of: maybeText(row.as_of),
    // The source of a rate has to be shown: one that is not a bank's was set by the user.
    source: row.source === "ecb" ? "ecb" : "given",
  };
}

/**
 * @param {string | null} value
 * @returns {value is NonNullable<Offer["availability"]>}
 */
function isAvailability(value) {
  return value === "in_stock" || value === "out_of_stock" || value === "preorder";
}

/**
 * @param {string | null} value
 * @returns {value is NonNullable<Offer["condition"]>}
 */
function isCondition(value) {
  return value === "new" || value === "used" || value === "refurbished";
}

/** @param {string} line */
function parsed(line) {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new ProblemError("bad-answer", String(error));
  }
}
