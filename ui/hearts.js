/** Hearts: a garment or an offer is saved on the server by one tap, and removed by the next. */

import { html, icon } from "./build.js";
import { listOf, numberOf, rowOf, textOf } from "./checks.js";

/** @typedef {import("./answers.js").Offer} Offer */
/** @typedef {import("./host.js").Host} Host */
/** @typedef {{garments: number[], offers: string[]}} Marks What of a look is saved: garments by number, offers by id. */

/**
 * @param {unknown} body
 * @returns {Marks}
 */
export function marksOf(body) {
  const row = rowOf(body);
  return { garments: listOf(row.garments).map(numberOf), offers: listOf(row.offers).map(textOf) };
}

/**
 * The request that saves something, or removes it.
 *
 * @param {string} look
 * @param {number} garment
 * @param {string | null} offer Null for the garment itself.
 * @param {boolean} isSaved
 */
export function saveRequest(look, garment, offer, isSaved) {
  const path = `/looks/${encodeURIComponent(look)}/garments/${garment}/saved`;
  return { path, body: { offer_id: offer, saved: isSaved } };
}

export class Hearts {
  /**
   * @param {Host} host
   * @param {string} look Its id.
   * @param {(error: unknown) => void} failed Says what went wrong.
   */
  constructor(host, look, failed) {
    this.host = host;
    this.look = look;
    this.failed = failed;
    /** @type {Set<string> | null} Keys of what is saved; null until the server has said so. */
    this.saved = null;
    /** @type {Map<HTMLElement, string>} */
    this.buttons = new Map();
    /** @type {Promise<unknown>} What is said last is done last. */
    this.doing = Promise.resolve();
    host.saved(look).then(({ garments, offers }) => {
      this.saved = new Set([...garments.map((number) => keyOf(number, null)), ...offers.map((id) => keyOf(0, id))]);
      for (const button of this.buttons.keys()) this.#draw(button);
    }, (error) => {
      // An older server keeps nothing: then there are no hearts.
      console.info("It is not known what is saved.", error);
    });
  }

  /**
   * @param {number} garment
   * @param {Offer | null} offer Null for the garment itself.
   * @param {string} name What is saved.
   */
  button(garment, offer, name) {
    const label = this.host.words.say("save_one", name);
    const button = html("button", { type: "button", class: offer ? "heart" : "heart round", "aria-label": label,
      title: label, hidden: true }, icon("heart"));
    this.buttons.set(button, keyOf(garment, offer?.id ?? null));
    this.host.listen(button, "click", () => void this.#turn(button, garment, offer));
    this.#draw(button);
    return button;
  }

  /** @param {HTMLElement} button */
  #draw(button) {
    button.hidden = this.saved === null;
    button.setAttribute("aria-pressed", String(this.saved?.has(this.buttons.get(button) ?? "") === true));
  }

  /**
   * @param {HTMLElement} button
   * @param {number} garment
   * @param {Offer | null} offer
   */
  async #turn(button, garment, offer) {
    const isSaved = button.getAttribute("aria-pressed") !== "true";
    const key = this.buttons.get(button) ?? "";
    this.#mark(key, isSaved);
    const save = () => this.host.save(this.look, garment, offer?.id ?? null, isSaved);
    const done = this.doing.then(save, save);
    this.doing = done;
    try {
      await done;
    } catch (error) {
      this.#mark(key, !isSaved);
      this.failed(error);
    }
  }

  /**
   * @param {string} key
   * @param {boolean} isSaved
   */
  #mark(key, isSaved) {
    if (isSaved) this.saved?.add(key);
    else this.saved?.delete(key);
    for (const [button, own] of this.buttons) {
      if (own === key) this.#draw(button);
    }
  }
}

/**
 * @param {number} garment
 * @param {string | null} offer
 */
function keyOf(garment, offer) {
  return offer === null ? `garment ${garment}` : `offer ${offer}`;
}
