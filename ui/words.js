/** The words of one language. */

/** @typedef {import("./answers.js").Failed} Failed */
/** @typedef {import("./answers.js").Garment} Garment */
/** @typedef {import("./answers.js").Provider} Provider */

/** A host within a sentence: "api.ebay.com", "127.0.0.1". */
const HOST = /(?:[a-z\d-]+\.)+[a-z\d-]+/i;
const DAY = /^\d{4}-\d\d-\d\d$/;

export class Words {
  /**
   * @param {string} language A tag: the name of a file in `ui/words`.
   * @param {Record<string, string>} texts By key; `$1`, `$2` are placeholders.
   * @param {string} host "page" or "extension". Where a text differs between the two, `key@host`
   *   says what this one says instead.
   */
  constructor(language, texts, host) {
    this.language = language;
    this.texts = texts;
    this.host = host;
    /** Where most people who speak it are, or nothing where that is no good guess. */
    this.country = texts.country ?? "";
    /** In which it is read: "ltr" or "rtl". */
    this.direction = texts.direction === "rtl" ? "rtl" : "ltr";
  }

  /**
   * @param {string} key
   * @param {...(string | number)} parts Put in for $1, $2, ...
   */
  say(key, ...parts) {
    const text = this.texts[`${key}@${this.host}`] ?? this.texts[key] ?? key;
    return text.replace(/\$(\d)/g, (_, number) => String(parts[Number(number) - 1] ?? ""));
  }

  /** @param {string} key */
  has(key) {
    return key in this.texts;
  }

  /**
   * @param {string} amount A decimal number.
   * @param {string} currency
   * @param {boolean} [isRound] Without decimals that are none.
   */
  price(amount, currency, isRound = false) {
    try {
      // In the user's own locale: 1.299,00 € in Germany, whatever language the words are in.
      const whole = isRound && Number.isInteger(Number(amount)) ? { maximumFractionDigits: 0 } : {};
      const options = { style: /** @type {const} */ ("currency"), currency, ...whole };
      return new Intl.NumberFormat(navigator.language, options).format(Number(amount));
    } catch (error) {
      if (error instanceof RangeError) return `${amount} ${currency}`;
      throw error;
    }
  }

  /** @param {string} moment ISO 8601. */
  moment(moment) {
    const format = new Intl.DateTimeFormat(this.language, { dateStyle: "medium", timeStyle: "short" });
    return format.format(new Date(moment));
  }

  /** @param {string} moment ISO 8601. */
  clock(moment) {
    return new Intl.DateTimeFormat(this.language, { timeStyle: "medium" }).format(new Date(moment));
  }

  /** @param {number} number */
  number(number) {
    return new Intl.NumberFormat(this.language, { maximumFractionDigits: 2 }).format(number);
  }

  /** @param {number} count */
  bytes(count) {
    const isLarge = count >= 1000;
    const unit = isLarge ? "kilobyte" : "byte";
    const format = new Intl.NumberFormat(this.language,
      { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: isLarge ? 1 : 0 });
    return format.format(isLarge ? count / 1000 : count);
  }

  /** @param {string} text A day, "2026-11-24". */
  day(text) {
    const date = new Date(`${text}T12:00:00`);
    if (Number.isNaN(date.getTime())) return text;
    return new Intl.DateTimeFormat(this.language, { dateStyle: "medium" }).format(date);
  }

  /** @param {string[]} names */
  list(names) {
    return new Intl.ListFormat(this.language, { type: "conjunction" }).format(names);
  }

  /** @param {string[]} names Any of which will do. */
  either(names) {
    return new Intl.ListFormat(this.language, { type: "disjunction" }).format(names);
  }

  /** What stands between the parts of an enumeration: ", " in English, "、" in Japanese. */
  get comma() {
    const parts = new Intl.ListFormat(this.language).formatToParts(["a", "b", "c"]);
    return parts.find(({ type }) => type === "literal")?.value ?? ", ";
  }

  /** @param {Garment} garment */
  garment({ category, search_text: texts, rivals }) {
    const name = texts[this.language] || texts.en || (category === "other" ? this.say("framed") : category);
    return rivals.length > 0 ? this.either([name, ...rivals.map((rival) => this.rival(rival))]) : name;
  }

  /** @param {import("./answers.js").Rival} rival */
  rival({ category, words }) {
    return words[this.language] || words.en || category;
  }

  /** @param {string} text The beginning of a heading. */
  capitalised(text) {
    return text.charAt(0).toLocaleUpperCase(this.language) + text.slice(1);
  }

  /** @param {string} name As the server gives it, in English. */
  colour(name) {
    return this.#translated(`colour_${underscored(name)}`) ?? name;
  }

  /**
   * Why a provider has no answer.
   *
   * @param {Failed} failed
   * @param {string} title The provider's, in this language.
   */
  failure({ code, details, reason }, title) {
    return this.#translated(`failed_${underscored(code)}`, title, ...details) ?? reason;
  }

  /** @param {import("./answers.js").RatesProblem} problem Why prices are not converted. */
  noRates({ code, details, text }) {
    return this.#translated(`no_rates_${underscored(code)}`, ...details.map((detail) => this.#dated(detail)))
      ?? text;
  }

  /** @param {string} reason Why an offer is shown, as the server gives it; a newer one has others. */
  reason(reason) {
    return this.#translated(`why_${underscored(reason)}`) ?? reason;
  }

  /**
   * Names that are not brands are in English on the server.
   *
   * @param {{name: string, title: string}} provider
   */
  provider({ name, title }) {
    return this.#translated(`provider_${underscored(name)}`) ?? title;
  }

  /**
   * What leaves the machine when a provider is asked. All catalogues of single shops, "ucp-SHOP",
   * share one text, with the host that the server names; what a provider is given may choose the text.
   *
   * @param {Provider} provider
   */
  discloses({ name, needs, discloses }) {
    const host = HOST.exec(discloses)?.[0];
    const kinds = [name, name.split("-")[0] ?? name].map(underscored);
    const given = needs.map(underscored).join("_");
    const keys = kinds.flatMap((kind) => [`discloses_${kind}_by_${given}`, `discloses_${kind}`]);
    const text = this.texts[keys.find((key) => this.has(key)) ?? ""];
    // Where the host is unknown, no translation is better than one without it.
    if (!text || (text.includes("$1") && !host)) return discloses;
    return text.replaceAll("$1", host ?? "");
  }

  /** @param {string} detail A day is written as this language does. */
  #dated(detail) {
    return DAY.test(detail) ? this.day(detail) : detail;
  }

  /**
   * @param {string} key
   * @param {...string} parts
   * @returns {string | null} Null where the server's own English has to do.
   */
  #translated(key, ...parts) {
    return this.has(key) ? this.say(key, ...parts) : null;
  }
}

/** @param {string} name */
function underscored(name) {
  return name.replaceAll(/[ -]/g, "_");
}
