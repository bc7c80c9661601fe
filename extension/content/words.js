/** The words of one language, as the worker sent them. */

export class Words {
  /**
   * @param {"en" | "ko"} language
   * @param {Record<string, string>} words
   */
  constructor(language, words) {
    this.language = language;
    this.words = words;
  }

  /**
   * @param {string} key
   * @param {...(string | number)} parts Put in for $1, $2, ...
   */
  say(key, ...parts) {
    const text = this.words[key] ?? key;
    return text.replace(/\$(\d)/g, (_, number) => String(parts[Number(number) - 1] ?? ""));
  }

  /** @param {string} key */
  has(key) {
    return key in this.words;
  }

  /**
   * @param {string} amount A decimal number.
   * @param {string} currency
   */
  price(amount, currency) {
    const value = Number(amount);
    try {
      // In the user's own locale: 1.299,00 € in Germany, whatever the words speak.
      const options = { style: /** @type {const} */ ("currency"), currency };
      return new Intl.NumberFormat(navigator.language, options).format(value);
    } catch (error) {
      if (error instanceof RangeError) return `${amount} ${currency}`;
      throw error;
    }
  }

  /** @param {string} text A day, "2026-11-24". */
  day(text) {
    const date = new Date(`${text}T12:00:00`);
    if (Number.isNaN(date.getTime())) return text;
    return new Intl.DateTimeFormat(this.language, { dateStyle: "medium" }).format(date);
  }

  /**
   * The server's names of those that are not somebody's brand are in English.
   *
   * @param {{name: string, title: string}} provider
   */
  provider({ name, title }) {
    const key = `provider_${name}`;
    return this.has(key) ? this.say(key) : title;
  }

  /** @param {string[]} names */
  list(names) {
    return new Intl.ListFormat(this.language, { type: "conjunction" }).format(names);
  }
}
