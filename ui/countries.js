/** Countries that shops are most often asked for, and where and in which currency to search. */

import { CURRENCIES } from "./currencies.js";

export const COUNTRIES = [
  "AT", "AU", "BE", "BR", "CA", "CH", "CN", "CZ", "DE", "DK", "ES", "FI", "FR", "GB", "GR", "HK",
  "IE", "IN", "IT", "JP", "KR", "MX", "NL", "NO", "NZ", "PL", "PT", "SE", "SG", "TH", "TR", "TW",
  "US",
];
export const CURRENCY_CODES = [
  ...new Set(COUNTRIES.map((country) => CURRENCIES[country] ?? "").filter(Boolean)),
];

/**
 * Return where the shops should be, and in which currency prices should be given. Where nothing
 * was chosen and the browser names no region, the server's own defaults hold.
 *
 * @param {import("./words.js").Words} words
 * @param {{country: string, currency: string}} [chosen] Empty where nothing was chosen.
 * @returns {{language: string, country?: string, currency?: string}}
 */
export function searchContext({ language, country: likely }, chosen = { country: "", currency: "" }) {
  const region = new Intl.Locale(navigator.language).region ?? likely;
  // A region may also be a number, such as 419 for Latin America.
  const country = chosen.country || (/^[A-Z]{2}$/.test(region) ? region : "");
  const currency = chosen.currency || CURRENCIES[country] || "";
  return { language, ...(country && { country }), ...(currency && { currency }) };
}
