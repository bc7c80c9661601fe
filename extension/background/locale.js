/** Language, country and currency in force, and the words to speak in. */

/** @typedef {import("./settings.js").Settings} Settings */

/** Currencies of the countries that shops are most asked for from. */
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
 * @param {Settings} settings
 * @returns {"en" | "ko"}
 */
export function languageOf(settings) {
  if (settings.language !== "auto") return settings.language;
  return chrome.i18n.getUILanguage().toLowerCase().startsWith("ko") ? "ko" : "en";
}

/**
 * Where nothing was chosen and the browser names no region, the server's own defaults hold.
 *
 * @param {Settings} settings
 * @returns {{language: string, country?: string, currency?: string}}
 */
export function searchContext(settings) {
  const language = languageOf(settings);
  const country = settings.country || new Intl.Locale(navigator.language).region ||
    (language === "ko" ? "KR" : "");
  const currency = settings.currency || CURRENCIES[country] || "";
  return { language, ...(country && { country }), ...(currency && { currency }) };
}

/** @type {Map<string, Record<string, string>>} */
const read = new Map();

/**
 * The words of a language, which need not be the browser's own.
 *
 * @param {"en" | "ko"} language
 * @returns {Promise<Record<string, string>>}
 */
export async function wordsOf(language) {
  const known = read.get(language);
  if (known) return known;
  const answer = await fetch(chrome.runtime.getURL(`_locales/${language}/messages.json`));
  /** @type {Record<string, {message: string}>} */
  const entries = await answer.json();
  const words = Object.fromEntries(
    Object.entries(entries).map(([key, entry]) => [key, entry.message]),
  );
  read.set(language, words);
  return words;
}
