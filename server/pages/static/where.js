/** For whom shops are asked: language, country and currency. */

import { language } from "./words.js";

/** Currencies of the countries that shops are most asked for from. */
const CURRENCIES = /** @type {Record<string, string>} */ ({
  AU: "AUD", BR: "BRL", CA: "CAD", CH: "CHF", CN: "CNY", CZ: "CZK", DK: "DKK", GB: "GBP",
  HK: "HKD", IN: "INR", JP: "JPY", KR: "KRW", MX: "MXN", NO: "NOK", NZ: "NZD", PL: "PLN",
  SE: "SEK", SG: "SGD", TH: "THB", TR: "TRY", TW: "TWD", US: "USD",
  AT: "EUR", BE: "EUR", DE: "EUR", ES: "EUR", FI: "EUR", FR: "EUR", GR: "EUR", IE: "EUR",
  IT: "EUR", NL: "EUR", PT: "EUR",
});

/**
 * Where the browser names no region, the server's own defaults hold.
 *
 * @returns {Record<string, string>}
 */
export function searchContext() {
  const country = new Intl.Locale(navigator.language).region ?? (language === "ko" ? "KR" : "");
  const currency = CURRENCIES[country];
  // A region may also be a number, such as 419 for Latin America.
  return { language, ...(/^[A-Z]{2}$/.test(country) && { country }), ...(currency && { currency }) };
}
