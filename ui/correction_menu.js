/** What a garment was taken for, and what it is: a button, the choices below it, and what is in doubt. */

import { html, icon } from "./build.js";
import { problemOf, problemWords } from "./problems.js";

/** @typedef {import("./answers.js").Category} Category */
/** @typedef {import("./answers.js").Garment} Garment */
/** @typedef {import("./answers.js").Look} Look */
/** @typedef {import("./host.js").Host} Host */
/** @typedef {import("./protocol.js").GarmentChange} GarmentChange */

/** Garments that this one may be one with: more would hide the other choices. */
const MOST_PARTNERS = 3;
/** Share of a garment's size that another may be away and still be a part of it. */
const NEAR = 0.1;

export class CorrectionMenu {
  /**
   * @param {Host} host
   * @param {Look} look
   * @param {Garment} garment
   * @param {(look: Look) => void} changed Gets the look as it is then.
   */
  constructor(host, look, garment, changed) {
    this.host = host;
    this.look = look;
    this.garment = garment;
    this.changed = changed;
    const { words, listen } = host;
    const label = words.say("put_right");
    this.opener = html("button", { type: "button", class: "put-right", "aria-label": label,
      title: label, "aria-expanded": "false", "aria-controls": "corrections" }, icon("edit"));
    this.categories = html("div", { class: "choices", role: "group", "aria-labelledby": "this-is" });
    this.fault = html("p", { class: "correction-fault", role: "alert", hidden: true });
    this.element = html("section", { class: "corrections", id: "corrections", "aria-label": label, hidden: true },
      html("div", { class: "choices" },
        this.#choice("not_a_garment", { garment: false }),
        this.#choice("two_garments", { parts: 2 }),
        ...this.#partners().map((other) =>
          this.#choice("one_with", { same_as: other.number }, words.garment(other)))),
      html("h3", { id: "this-is" }, words.say("this_is")), this.categories, this.fault);
    /** What else it was taken for, a tap each: above everything, or absent. */
    this.doubt = garment.rivals.length > 0 ? [this.#doubt()] : [];
    listen(this.opener, "click", () => {
      if (this.element.hidden) void this.#open();
      else this.close();
    });
  }

  #doubt() {
    const { words } = this.host;
    const rivals = this.garment.rivals.map((rival) => {
      const wanted = /** @type {GarmentChange} */ ({ category: rival.category });
      return this.#button(words.capitalised(words.rival(rival)), undefined, () => void this.#put(wanted));
    });
    return html("p", { class: "doubt" }, html("span", {}, words.say("may_be")), ...rivals);
  }

  /** @returns {boolean} Whether it was open. */
  close() {
    if (this.element.hidden) return false;
    this.element.hidden = true;
    this.opener.setAttribute("aria-expanded", "false");
    this.opener.focus({ preventScroll: true });
    return true;
  }

  #show() {
    this.element.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
  }

  async #open() {
    this.#show();
    this.element.querySelector("button")?.focus({ preventScroll: true });
    if (this.categories.childElementCount === 0) {
      try {
        this.#list(await this.host.categories());
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  /** @param {Category[]} categories */
  #list(categories) {
    const { words } = this.host;
    const named = categories.map(({ name, words: own }) =>
      /** @type {const} */ ([name, words.capitalised(own[words.language] ?? own.en ?? name)]));
    const all = [...named, /** @type {const} */ (["other", words.say("something_else")])];
    this.categories.replaceChildren(...all.map(([name, text]) => {
      const isNow = name === this.garment.category;
      const wanted = /** @type {GarmentChange} */ ({ category: name });
      return this.#button(text, isNow, () => (isNow ? this.close() : void this.#put(wanted)));
    }));
  }

  /**
   * @param {string} key
   * @param {GarmentChange} wanted
   * @param {...string} parts
   */
  #choice(key, wanted, ...parts) {
    return this.#button(this.host.words.say(key, ...parts), undefined, () => void this.#put(wanted));
  }

  /**
   * @param {string} text
   * @param {boolean | undefined} isNow Undefined where there is nothing to be on.
   * @param {() => void} act
   */
  #button(text, isNow, act) {
    const pressed = isNow === undefined ? {} : { "aria-pressed": isNow ? "true" : "false" };
    const button = html("button", { type: "button", class: "toggle", ...pressed }, text);
    this.host.listen(button, "click", act);
    return button;
  }

  /** @param {GarmentChange} wanted */
  async #put(wanted) {
    if (this.element.classList.contains("is-busy")) return;
    this.element.classList.add("is-busy");
    this.fault.hidden = true;
    try {
      const change = { garment: this.garment.number, wanted };
      this.changed(await this.host.change(this.look.id, change));
    } catch (error) {
      this.#fail(error);
    } finally {
      this.element.classList.remove("is-busy");
    }
  }

  /** @param {unknown} error */
  #fail(error) {
    if (this.element.hidden) this.#show();
    this.fault.hidden = false;
    this.fault.textContent = problemWords(problemOf(error), this.host.words).join(". ");
  }

  /** Garments that touch this one, nearest in size first. */
  #partners() {
    const [x, y, width, height] = this.garment.box;
    const near = NEAR * Math.max(width, height);
    const touches = (/** @type {Garment} */ { box: [left, top, across, down] }) =>
      left < x + width + near && x < left + across + near && top < y + height + near && y < top + down + near;
    return this.look.garments.filter((other) => other.number !== this.garment.number && touches(other))
      .slice(0, MOST_PARTNERS);
  }
}
