/** Menus of the sizes, the brands and for whom, among the filters: each is shown where the offers differ in it. */

import { html, icon } from "./build.js";

/** @typedef {import("./answers.js").Offer} Offer */
/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {import("./host.js").Host} Host */
/** @typedef {"size" | "brand" | "gender"} Name Of what is asked for. */
/** @typedef {{sizes: string[], brands: string[], genders: (string | null)[]}} Values */
/** @typedef {{place: HTMLElement, select: HTMLSelectElement, options: string[]}} Menu */

/** The keys of a menu's name, and of no choice in it. */
const NAMES = /** @type {const} */ ({
  size: ["menu_size", "menu_size_any"], brand: ["menu_brand", "menu_brand_any"],
  gender: ["menu_gender", "menu_gender_any"],
});
/** @type {Record<string, string>} */
const GENDERS = { female: "gender_female", male: "gender_male", unisex: "gender_unisex" };
/** Those that are in the most offers: a longer menu is no help. */
const MOST = 24;
const LETTERS = ["xxxs", "xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"];
/** "2XL" is "XXL". */
const REPEATED = /^(\d)x([sl])$/;
const BETWEEN_SIZES = /[,;|]/;

export class RefineMenus {
  /**
   * @param {Host} host
   * @param {Pick<Choice, "asked">} choice Changed in place.
   * @param {() => void} asked The sources have to be asked again.
   */
  constructor(host, choice, asked) {
    this.host = host;
    this.choice = choice;
    this.asked = asked;
    /** @type {Record<Name, string[]>} What can be chosen. */
    this.values = { size: [], brand: [], gender: [] };
    const { words } = host;
    const names = /** @type {Name[]} */ (Object.keys(NAMES));
    this.menus = new Map(names.map((name) => [name, this.#menu(name)]));
    this.element = html("div", { class: "refine-menus", role: "group", "aria-label": words.say("menus") },
      ...[...this.menus.values()].map(({ place }) => place));
  }

  /** @param {Offer[]} offers Products that came. */
  learn(offers) {
    this.offer({
      sizes: mostOf(offers.map((offer) => [...offer.sizes, ...offer.also_in].flatMap(sizesIn))),
      brands: mostOf(offers.map(({ brand }) => brand ? [brand] : [])),
      genders: offers.map(({ gender }) => gender),
    });
  }

  /** @param {Values} there What there is to choose, at most a menu of each. */
  offer({ sizes, brands, genders: each }) {
    const { language } = this.host.words;
    const genders = new Set(each);
    this.values = {
      size: sizes.length > 1 ? sizes.sort(bySize) : [],
      brand: brands.length > 1 ? brands.sort((one, other) => one.localeCompare(other, language)) : [],
      gender: genders.size > 1 ? ["female", "male"].filter((gender) => genders.has(gender)) : [],
    };
  }

  /** Show what is chosen, and what can be. */
  show() {
    for (const [name, menu] of this.menus) {
      const chosen = [this.choice.asked[name] ?? []].flat();
      const [first] = chosen;
      const values = this.values[name];
      const isKnown = first === undefined || values.some((value) => same(value, first));
      const options = ["", ...isKnown ? values : [first, ...values]];
      menu.place.hidden = options.length === 1;
      menu.place.classList.toggle("is-on", first !== undefined);
      const title = this.host.words.say(NAMES[name][first === undefined ? 0 : 1]);
      // Options that stay the same stay: the menu may be open.
      if (JSON.stringify(menu.options) !== JSON.stringify(options)) {
        menu.options = options;
        menu.select.replaceChildren(...options.map((value) =>
          html("option", { value, dir: "auto" }, value && textOf(name, value, this.host.words))));
      }
      const any = /** @type {HTMLOptionElement} */ (menu.select.options[0]);
      if (any.textContent !== title) any.textContent = title;
      menu.select.selectedIndex = first === undefined ? 0 : options.findIndex((value) => same(value, first));
    }
  }

  /**
   * @param {Name} name
   * @returns {Menu}
   */
  #menu(name) {
    const select = html("select", { "aria-label": this.host.words.say(NAMES[name][0]) });
    const place = html("span", { class: "refine-menu", hidden: true }, select, icon("next"));
    // Not "change", which does not leave the shadow root that the extension draws in.
    this.host.listen(select, "input", () => {
      const value = select.value || null;
      const { asked } = this.choice;
      if (name === "gender") asked.gender = value;
      else asked[name] = value ? [value] : [];
      this.asked();
    });
    return { place, select, options: [] };
  }
}

/**
 * @param {import("./asking.js").Asked} asked
 * @returns {[Name, string][]} What the menus ask for.
 */
export function asksOf(asked) {
  const names = /** @type {Name[]} */ (Object.keys(NAMES));
  return names.flatMap((name) => [asked[name] ?? []].flat().map((value) => /** @type {[Name, string]} */ ([name, value])));
}

/**
 * @param {Name} name
 * @param {string} value
 * @param {import("./words.js").Words} words
 */
export function textOf(name, value, words) {
  return name === "gender" ? words.say(GENDERS[value] ?? value) : value;
}

/**
 * @param {string} text As a shop writes it: "S, M, L".
 * @returns {string[]}
 */
function sizesIn(text) {
  return text.split(BETWEEN_SIZES).map((size) => size.trim()).filter(Boolean);
}

/**
 * @param {string[][]} each What each offer has.
 * @returns {string[]} What most of them have, once however it is written.
 */
function mostOf(each) {
  /** @type {Map<string, {text: string, count: number}>} */
  const counts = new Map();
  for (const texts of each) {
    for (const [key, text] of new Map(texts.map((value) => [value.toLowerCase(), value]))) {
      const known = counts.get(key);
      counts.set(key, { text: known?.text ?? text, count: (known?.count ?? 0) + 1 });
    }
  }
  return [...counts.values()].sort((one, other) => other.count - one.count).slice(0, MOST).map(({ text }) => text);
}

/**
 * Letters from small to large, then numbers, then what is written in any other way.
 *
 * @param {string} one
 * @param {string} other
 */
function bySize(one, other) {
  const [group, place] = rankOf(one);
  const [otherGroup, otherPlace] = rankOf(other);
  return group - otherGroup || place - otherPlace || one.localeCompare(other, undefined, { numeric: true });
}

/**
 * @param {string} size
 * @returns {[number, number]}
 */
function rankOf(size) {
  const plain = size.toLowerCase().replace(REPEATED, (_, times, letter) => `${"x".repeat(Number(times))}${letter}`);
  const place = LETTERS.indexOf(plain);
  if (place !== -1) return [0, place];
  const number = Number.parseFloat(plain.replace(",", "."));
  return Number.isNaN(number) ? [2, 0] : [1, number];
}

/**
 * @param {string} one
 * @param {string} other
 */
function same(one, other) {
  return one.toLowerCase() === other.toLowerCase();
}
