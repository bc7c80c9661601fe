/** What is asked for in words and by chips, beyond what a picture shows. */

import { demand, listOf, maybeText, rowOf, textOf } from "./checks.js";

/**
 * @typedef {object} Asked Under the names that the server's parameters have.
 * @property {string[]} colour Names of the palette; any of them will do.
 * @property {string | null} pattern
 * @property {string | null} sleeves
 * @property {string | null} category
 * @property {string[]} word A shop's text has all of them.
 * @property {string[]} only_shop Any of them will do.
 * @property {string[]} brand As shops write them; any of them will do, as of sizes.
 * @property {string[]} size
 * @property {string | null} gender
 * @property {string | null} availability
 *
 * @typedef {{asked: Asked, min: number | null, max: number | null, currency: string | null}} Understood
 * @typedef {{name: string, hex: string}} Shade
 * @typedef {Record<string, string | string[]>} Parameters
 */

const HEX = /^#[0-9a-f]{6}$/i;
/** Names and words that an address may hold: what the server does not know, it refuses. */
const MOST = 6;
const LONGEST = 40;

const GENDERS = ["female", "male", "unisex"];
const AVAILABILITIES = ["in_stock", "preorder", "out_of_stock"];

/** @returns {Asked} */
export function nothing() {
  return { colour: [], pattern: null, sleeves: null, category: null, word: [], only_shop: [],
    brand: [], size: [], gender: null, availability: null };
}

/**
 * @param {Asked} asked
 * @returns {boolean} Whether it asks for anything.
 */
export function asksFor(asked) {
  return Object.keys(parametersOf(asked)).length > 0;
}

/**
 * @param {Asked} asked
 * @returns {Parameters} Of a search for offers; only those that say something.
 */
export function parametersOf(asked) {
  const given = Object.entries(asked).flatMap(([name, value]) => (value?.length ? [/** @type {const} */ ([name, value])] : []));
  return Object.fromEntries(given);
}

/**
 * @param {import("./choice.js").Choice} choice
 * @returns {Parameters} Of a search for what it asks for; what is something else is marked, and comes too.
 */
export function searchParameters({ asked, min, max, currency }) {
  const hasPrice = min !== null || max !== null;
  return {
    mark: "true", ...parametersOf(asked),
    ...min !== null && { min_price: String(min) }, ...max !== null && { max_price: String(max) },
    ...hasPrice && currency && { currency },
  };
}

/**
 * @param {Parameters} parameters
 * @returns {URLSearchParams}
 */
export function queryOf(parameters) {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    [value].flat().map((each) => [name, each]));
  return new URLSearchParams(pairs);
}

/**
 * Put together what was asked for before and what is asked for now.
 *
 * @param {Asked} before
 * @param {Asked} now Wins where only one thing can be asked for.
 * @returns {Asked}
 */
export function both(before, now) {
  return {
    // Who says "red" after "blue" does not want blue any more.
    colour: now.colour.length ? now.colour : before.colour,
    pattern: now.pattern ?? before.pattern,
    sleeves: now.sleeves ?? before.sleeves,
    category: now.category ?? before.category,
    word: [...new Set([...before.word, ...now.word])].slice(-MOST),
    only_shop: now.only_shop.length ? now.only_shop : before.only_shop,
    brand: now.brand.length ? now.brand : before.brand,
    size: now.size.length ? now.size : before.size,
    gender: now.gender ?? before.gender,
    availability: now.availability ?? before.availability,
  };
}

/**
 * @param {URLSearchParams} query Of a page's address.
 * @returns {Asked}
 */
export function askedIn(query) {
  const some = (/** @type {string} */ name, longest = LONGEST) =>
    query.getAll(name).filter((value) => value && value.length <= longest).slice(0, MOST);
  const one = (/** @type {string} */ name) => some(name)[0] ?? null;
  return {
    colour: some("wanted_colour"), pattern: one("pattern"), sleeves: one("sleeves"), category: one("category"),
    word: some("word"), only_shop: some("only_shop", 200),
    brand: some("brand", 100), size: some("size"),
    gender: GENDERS.find((gender) => gender === one("gender")) ?? null,
    availability: AVAILABILITIES.find((each) => each === one("availability")) ?? null,
  };
}

/**
 * @param {Asked} asked
 * @returns {[string, string][]} What `askedIn` reads again: "colour" is taken by the same colour.
 */
export function addressPairs(asked) {
  const { colour, ...others } = asked;
  return [...queryOf(parametersOf({ ...others, colour: [] })),
    ...colour.map((name) => /** @type {[string, string]} */ (["wanted_colour", name]))];
}

/**
 * @param {unknown} body
 * @returns {Understood}
 */
export function understoodOf(body) {
  const row = rowOf(body);
  const amount = (/** @type {unknown} */ value) => {
    const text = maybeText(value);
    demand(text === null || Number.isFinite(Number(text)), "an amount that is none");
    return text === null ? null : Number(text);
  };
  return {
    asked: {
      ...nothing(),
      colour: listOf(row.colour).map(textOf), pattern: maybeText(row.pattern), sleeves: maybeText(row.sleeves),
      category: maybeText(row.category), word: listOf(row.word).map(textOf),
    },
    min: amount(row.min_price), max: amount(row.max_price), currency: maybeText(row.currency),
  };
}

/**
 * @param {unknown} body
 * @returns {Shade[]}
 */
export function shadesOf(body) {
  return listOf(rowOf(body).colours).map((entry) => {
    const row = rowOf(entry);
    const hex = textOf(row.hex);
    demand(HEX.test(hex), "a colour that is not one");
    return { name: textOf(row.name), hex };
  });
}
