/** What the page's address says: which look, which garment of it, and which offers are wanted. */

import { addressPairs, askedIn } from "./ui/asking.js";

/** @typedef {import("./ui/choice.js").Choice} Choice */
/** @typedef {Pick<Choice, "sort" | "condition" | "sameColour" | "min" | "max" | "currency" | "asked">} Wanted */

/**
 * @param {string} search The part of an address from "?" on.
 * @returns {{look: string | null, garment: number | null, wanted: Wanted}}
 */
export function readAddress(search = location.search) {
  const query = new URLSearchParams(search);
  const garment = Number(query.get("garment"));
  const condition = query.get("condition");
  return {
    look: query.get("look"),
    garment: Number.isInteger(garment) && garment > 0 ? garment : null,
    wanted: {
      sort: query.get("sort") === "price" ? "price" : "similarity",
      condition: condition === "new" || condition === "used" ? condition : null,
      sameColour: query.get("colour") === "same",
      min: amountOf(query.get("min")),
      max: amountOf(query.get("max")),
      // Of both.
      currency: /^[A-Z]{3}$/.exec(query.get("currency") ?? "")?.[0] ?? "",
      asked: askedIn(query),
    },
  };
}

/**
 * @param {string} look
 * @param {number | null} garment Null while none is chosen; then nothing is said of offers either.
 * @param {Wanted} wanted
 */
export function addressOf(look, garment, wanted) {
  const query = new URLSearchParams();
  if (garment !== null) {
    query.set("garment", String(garment));
    if (wanted.sort === "price") query.set("sort", "price");
    if (wanted.condition) query.set("condition", wanted.condition);
    if (wanted.sameColour) query.set("colour", "same");
    if (wanted.min !== null) query.set("min", String(wanted.min));
    if (wanted.max !== null) query.set("max", String(wanted.max));
    if (wanted.min !== null || wanted.max !== null) query.set("currency", wanted.currency);
    for (const [name, value] of addressPairs(wanted.asked)) query.append(name, value);
  }
  query.set("look", look);
  return `/?${query}`;
}

/** @param {string | null} text */
function amountOf(text) {
  const amount = Number(text || NaN);
  return Number.isFinite(amount) && amount >= 0 ? amount : null;
}
