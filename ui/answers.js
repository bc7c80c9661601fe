/**
 * What the server answers, checked before anything relies on it.
 *
 * The server may be of another version than what asks it, or another program altogether. Of its
 * types, made from the OpenAPI document, these are the parts that are read.
 */

import { ProblemError } from "./problems.js";

/** @typedef {import("./protocol.js").Colour} Colour */
/** @typedef {import("./protocol.js").Converted} Converted */
/** @typedef {import("./protocol.js").Money} Money */
/** @typedef {import("./protocol.js").Failed} Failed */
/** @typedef {import("./protocol.js").Seller} Seller */
/**
 * @typedef {Pick<import("./protocol.js").Garment,
 *   "number" | "box" | "polygons" | "colours" | "search_text" | "crop">
 *   & {category: string}} Garment
 * @typedef {Pick<import("./protocol.js").Look, "id" | "width" | "height" | "created_at">
 *   & {garments: Garment[]}} Look
 * @typedef {Omit<import("./protocol.js").Offer, "gtin" | "kind">} Offer
 * @typedef {{event: "offers", provider: string, offers: Offer[]}} Offers
 * @typedef {Pick<import("./protocol.js").Done, "event" | "order">} Done
 * @typedef {Offers | Failed | Done} SearchEvent
 * @typedef {Omit<import("./protocol.js").Provider, "cost" | "quota">} Provider
 * @typedef {Pick<import("./protocol.js").Click, "look_id" | "garment" | "title" | "link" | "shop" |
 *   "price" | "currency" | "created_at">} Click
 * @typedef {Omit<import("./protocol.js").Rates, "currencies">} Rates
 */
/** @typedef {Record<string, unknown>} Row */

export const LOOK_ID = /^[0-9A-Za-z_-]{1,64}$/;
const HEX = /^#[0-9a-f]{6}$/i;

/**
 * @param {unknown} body
 * @returns {Look}
 */
export function lookOf(body) {
  const row = rowOf(body);
  const id = textOf(row.id);
  demand(LOOK_ID.test(id), "a look without a usable id");
  const width = numberOf(row.width);
  const height = numberOf(row.height);
  demand(width > 0 && height > 0, "a look without a size");
  const garments = listOf(row.garments).map(garmentOf);
  return { id, width, height, created_at: textOf(row.created_at), garments };
}

/**
 * @param {unknown} body
 * @returns {Look[]}
 */
export function looksOf(body) {
  return listOf(rowOf(body).looks).map(lookOf);
}

/**
 * @param {unknown} body
 * @returns {Garment}
 */
function garmentOf(body) {
  const row = rowOf(body);
  const box = listOf(row.box).map(numberOf);
  demand(box.length === 4, "a box that is not one");
  const texts = Object.entries(rowOf(row.search_text));
  return {
    number: numberOf(row.number),
    category: textOf(row.category),
    box: /** @type {[number, number, number, number]} */ (box),
    polygons: listOf(row.polygons).map((polygon) => listOf(polygon).map(pointOf)),
    colours: listOf(row.colours).map(colourOf),
    search_text: Object.fromEntries(texts.map(([language, text]) => [language, textOf(text)])),
    crop: textOf(row.crop),
  };
}

/**
 * @param {unknown} body
 * @returns {[number, number]}
 */
function pointOf(body) {
  const [x, y] = listOf(body);
  return [numberOf(x), numberOf(y)];
}

/**
 * @param {unknown} body
 * @returns {Colour}
 */
function colourOf(body) {
  const row = rowOf(body);
  const hex = textOf(row.hex);
  demand(HEX.test(hex), "a colour that is not one");
  return { name: textOf(row.name), hex, share: numberOf(row.share) };
}

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
      return { event: "failed", provider: textOf(row.provider), reason: textOf(row.reason) };
    case "done":
      return { event: "done", order: listOf(row.order).map(textOf) };
    default:
      throw new ProblemError("bad-answer", "an event of an unknown kind");
  }
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
    sellers: listOf(row.sellers ?? []).map(sellerOf), // an older server names none
    picture: maybeText(row.picture),
    similarity: typeof row.similarity === "number" ? row.similarity : null,
    score: numberOf(row.score),
    partner: row.partner === true,
    why: listOf(row.why).map(textOf),
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
 * @param {unknown} body
 * @returns {Provider[]}
 */
export function providersOf(body) {
  return listOf(rowOf(body).providers).map((entry) => {
    const row = rowOf(entry);
    return {
      name: textOf(row.name),
      title: textOf(row.title),
      enabled: row.enabled === true,
      switch: maybeText(row.switch),
      needs: listOf(row.needs).map(textOf),
      runs_early: row.runs_early === true,
      discloses: textOf(row.discloses),
    };
  });
}

/**
 * @param {unknown} body
 * @returns {Click[]}
 */
export function clicksOf(body) {
  return listOf(rowOf(body).clicks).map((entry) => {
    const row = rowOf(entry);
    return {
      look_id: maybeText(row.look_id),
      garment: typeof row.garment === "number" ? row.garment : null,
      title: textOf(row.title),
      link: textOf(row.link),
      shop: maybeText(row.shop),
      price: maybeText(row.price),
      currency: maybeText(row.currency),
      created_at: textOf(row.created_at),
    };
  });
}

/**
 * @param {unknown} body
 * @returns {Rates}
 */
export function ratesOf(body) {
  const row = rowOf(body);
  const source = row.source === "ecb" || row.source === "given" ? row.source : null;
  return { source, as_of: maybeText(row.as_of), problem: maybeText(row.problem) };
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

/**
 * @param {boolean} holds
 * @param {string} what
 */
function demand(holds, what) {
  if (!holds) throw new ProblemError("bad-answer", what);
}

/**
 * @param {unknown} value
 * @returns {Row}
 */
function rowOf(value) {
  demand(typeof value === "object" && value !== null && !Array.isArray(value), "not an object");
  return /** @type {Row} */ (value);
}

/**
 * @param {unknown} value
 * @returns {unknown[]}
 */
function listOf(value) {
  demand(Array.isArray(value), "not a list");
  return /** @type {unknown[]} */ (value);
}

/**
 * @param {unknown} value
 * @returns {number}
 */
function numberOf(value) {
  demand(typeof value === "number" && Number.isFinite(value), "not a number");
  return /** @type {number} */ (value);
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function textOf(value) {
  demand(typeof value === "string", "not a text");
  return /** @type {string} */ (value);
}

/**
 * @param {unknown} value
 * @returns {string | null}
 */
function maybeText(value) {
  return value === null || value === undefined ? null : textOf(value);
}
