/** Countries that shops are most often asked for, and their currencies. */

const CURRENCIES = /** @type {Record<string, string>} */ ({
  AU: "AUD", BR: "BRL", CA: "CAD", CH: "CHF", CN: "CNY", CZ: "CZK", DK: "DKK", GB: "GBP",
  HK: "HKD", IN: "INR", JP: "JPY", KR: "KRW", MX: "MXN", NO: "NOK", NZ: "NZD", PL: "PLN",
  SE: "SEK", SG: "SGD", TH: "THB", TR: "TRY", TW: "TWD", US: "USD",
  AT: "EUR", BE: "EUR", DE: "EUR", ES: "EUR", FI: "EUR", FR: "EUR", GR: "EUR", IE: "EUR",
  IT: "EUR", NL: "EUR", PT: "EUR",
});

export const COUNTRIES = Object.keys(CURRENCIES);
export const CURRENCY_CODES = [...new Set(Object.values(CURRENCIES))];

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
