/** What is on the screen, and when: from a picture to its offers. */

import { findHoveredPicture, findPictureAt, findPictureByAddress } from "./find.js";
import { Lookup } from "./lookup.js";
import { Card } from "./notice.js";
import { Picker } from "./picker.js";
import { Stage } from "./stage.js";
import { Words } from "../ui/words.js";

/** @typedef {import("./messages.js").Opening} Opening */
/** @typedef {import("./sources.js").Picture} Picture */
/** @typedef {import("./stage.js").Memory} Memory */

/** @type {Session | null} */
let current = null;

/**
 * @param {Opening} opening
 * @param {Memory} memory
 */
export async function open(opening, memory) {
  current?.close();
  current = new Session(opening, memory);
  current.open();
}

class Session {
  /**
   * @param {Opening} opening
   * @param {Memory} memory
   */
  constructor(opening, memory) {
    this.opening = opening;
    this.words = new Words(opening.language, opening.words, "extension");
    this.stage = new Stage(memory, opening.css, opening.language);
    this.press = memory.press;
    /** @type {Lookup | Picker | null} */
    this.part = null;
    this.stage.onOutside = (event) => this.#hearOutside(event);
    this.stage.onLost = () => this.close();
    this.stage.onEscape = () => this.escape();
  }

  open() {
    // Before the overlay is there, so that nothing of ours covers the picture.
    const picture = this.opening.mode === "point" ? this.#pictureMeant() : null;
    this.stage.open();
    if (this.opening.mode === "pick") this.#pick();
    else if (picture) this.#lookUp(picture);
    else this.#showNothingFound();
  }

  close() {
    const { hasFocus } = this.stage;
    this.part?.close();
    this.stage.close(hasFocus);
    if (current === this) current = null;
  }

  /** @returns {Picture | null} */
  #pictureMeant() {
    const { press } = this;
    const { srcUrl } = this.opening;
    return (press && findPictureAt(press.x, press.y)) ?? (srcUrl ? findPictureByAddress(srcUrl) : null) ??
      (press ? null : findHoveredPicture());
  }

  /** @param {Picture} picture */
  #lookUp(picture) {
    const actions = { close: () => this.close(), pick: () => this.#pick() };
    this.#show(new Lookup(this.stage, this.words, picture, actions));
  }

  #pick() {
    const picked = (/** @type {Picture} */ picture) => this.#lookUp(picture);
    this.#show(new Picker(this.stage, this.words, picked, () => this.close()));
  }

  /** @param {Lookup | Picker} part */
  #show(part) {
    this.part?.close();
    this.part = part;
    this.stage.root.querySelector(".card")?.remove();
    this.stage.root.append(part.element);
    part.open();
  }

  #showNothingFound() {
    const { words } = this;
    const card = new Card(words.say("no_picture_title"), words.say("no_picture_advice"), [
      [words.say("pick_picture"), () => this.#pick()],
      [words.say("close"), () => this.close()],
    ]);
    this.stage.root.append(card.element);
    const { x, y } = this.press ?? { x: innerWidth / 2, y: innerHeight / 2 };
    card.place({ x, y, width: 0, height: 0 });
    card.focus();
  }

  /** @param {Event} event */
  #hearOutside(event) {
    if (event instanceof KeyboardEvent && event.key === "Escape") {
      event.stopImmediatePropagation();
      event.preventDefault();
      if (event.type === "keydown") this.escape();
    } else if (this.part instanceof Lookup) {
      this.part.hearOutside(event);
    }
  }

  escape() {
    if (!(this.part instanceof Lookup && this.part.closePanel())) this.close();
  }
}
