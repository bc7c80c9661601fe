/** The words of the page's language, which the server put into the page. */

/** @typedef {import("./protocol.js").Garment} Garment */

/** @type {Record<string, string>} */
const WORDS = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

/** @type {"en" | "ko"} */
export const language = document.documentElement.lang === "ko" ? "ko" : "en";

/**
 * @param {string} key
 * @param {...(string | number)} parts Put in for $1, $2, ...
 */
export function say(key, ...parts) {
  const text = WORDS[key] ?? key;
  return text.replace(/\$(\d)/g, (_, number) => String(parts[Number(number) - 1] ?? ""));
}

/** @param {string} key */
export function has(key) {
  return key in WORDS;
}

/**
 * @param {string} amount A decimal number.
 * @param {string} currency
 */
export function price(amount, currency) {
  try {
    // In the user's own locale: 1.299,00 € in Germany, whatever the words speak.
    const options = { style: /** @type {const} */ ("currency"), currency };
    return new Intl.NumberFormat(navigator.language, options).format(Number(amount));
  } catch (error) {
    if (error instanceof RangeError) return `${amount} ${currency}`;
    throw error;
  }
}

/** @param {string} moment ISO 8601. */
export function date(moment) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(moment),
  );
}

/** @param {string} text A day, "2026-11-24". */
export function day(text) {
  const date = new Date(`${text}T12:00:00`);
  if (Number.isNaN(date.getTime())) return text;
  return new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(date);
}

/**
 * A provider under its name in the page's language; one that is newer than the page, under
 * the title that it gives itself.
 *
 * @param {{name: string, title: string}} provider
 */
export function titleOf({ name, title }) {
  return has(`provider ${name}`) ? say(`provider ${name}`) : title;
}

/** @param {string[]} names */
export function list(names) {
  return new Intl.ListFormat(language, { type: "conjunction" }).format(names);
}

/** @param {Garment} garment */
export function nameOf(garment) {
  const name = garment.search_text[language] || garment.category;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}
