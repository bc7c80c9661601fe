/** What is on the screen, and when: from a picture to its offers. */

import { findPictureAt, findPictureByAddress, isHiddenNow, isPlain, pictureAbove, picturesSeen } from "./find.js";
import { Lookup } from "./lookup.js";
import { Card } from "./notice.js";
import { Picker } from "./picker.js";
import { pictureOfPress } from "./pressed.js";
import { heldScreen } from "./screen.js";
import { elementsAt, findRoots } from "./shadow.js";
import { pictureOf } from "./sources.js";
import { Stage } from "./stage.js";
import { Words } from "../ui/words.js";

/** @typedef {import("./messages.js").Opening} Opening */
/** @typedef {import("./messages.js").Allow} Allow */
/** @typedef {import("./messages.js").Picked} Picked */
/** @typedef {import("./messages.js").Removed} Removed */
/** @typedef {import("./messages.js").Screen} Screen */
/** @typedef {import("./sources.js").Picture} Picture */
/** @typedef {import("./stage.js").Memory} Memory */

/** @type {Session | null} */
let current = null;

/**
 * @param {Opening} opening
 * @param {Memory} memory
 */
export async function open(opening, memory) {
  const { press } = memory;
  // Where a page keeps the next one from us, this is not it.
  if (opening.mode === "point") memory.press = null;
  if (opening.mode === "point" && press && current?.takes(press)) return;
  // Picking that begins anew does not end in the page's other frames.
  current?.close(opening.mode === "pick");
  current = new Session(opening, memory, press);
  current.open();
}

class Session {
  /**
   * @param {Opening} opening
   * @param {Memory} memory
   * @param {Memory["press"]} press Of the right button, the last one.
   */
  constructor(opening, memory, press) {
    this.opening = opening;
    this.words = new Words(opening.language, opening.words, "extension");
    this.stage = new Stage(memory, opening.css, this.words);
    this.press = press;
    this.memory = memory;
    /** @type {Lookup | Picker | null} */
    this.part = null;
    this.stage.onOutside = (event) => this.#hearOutside(event);
    this.stage.onLost = () => {
      this.close();
      tell({ type: "removed" });
    };
    this.stage.onEscape = () => this.escape();
  }

  open() {
    const { mode, refused } = this.opening;
    findRoots();
    // Before the overlay is there, so that nothing of ours covers the picture.
    const meant = mode === "point" ? this.#pictureMeant() : null;
    const picture = meant === "unknown" ? null : meant;
    this.stage.open(picture?.element ?? null);
    this.memory.hear = (message) => this.#hear(message);
    if (mode === "screen" && this.opening.screen) void this.#lookAtScreen(this.opening.screen);
    else if (mode === "pick") this.#pick(false);
    else if (refused) this.#showRefused(refused.site, refused.id);
    else if (mode === "frame") this.#showNothingFound();
    else if (meant === "unknown") this.#pick(true);
    else if (picture) this.#lookUp(picture);
    else this.#showNothingFound();
  }

  /**
   * @param {NonNullable<Memory["press"]>} press Of the right button, before the menu's entry was chosen.
   * @returns {boolean} Whether it was on an offer's picture in the overlay: then more of its like are searched.
   */
  takes({ x, y, target }) {
    if (target !== this.stage.host || !(this.part instanceof Lookup)) return false;
    const pressed = this.stage.root.elementFromPoint(x, y);
    return pressed !== null && this.part.likeAt(pressed);
  }

  /** @param {boolean} [isSilent] Whether the page's other frames are left as they are. */
  close(isSilent = false) {
    const { hasFocus } = this.stage;
    const { part } = this;
    part?.close();
    this.stage.close(hasFocus);
    if (part instanceof Picker && !this.opening.refused && !isSilent) tell({ type: "picked" });
    if (current === this) current = null;
  }

  /**
   * Return the picture that was pressed; "unknown" where nobody heard the press, and there are
   * several. What is under the pointer now is under the menu's entry: often another picture.
   *
   * @returns {Picture | "unknown" | null}
   */
  #pictureMeant() {
    const { press } = this;
    const { srcUrl } = this.opening;
    const named = srcUrl ? findPictureByAddress(srcUrl) : null;
    // A page may keep a press from us; then the last that was heard is of another time.
    if (press && (!named || isAt(press.x, press.y, named))) {
      return pictureOfPress(press, findPictureAt(press.x, press.y) ?? named);
    }
    // It may have been seen while it was pointed at, and not now; or never.
    if (srcUrl && (named ? !isPlain(named) : isHiddenNow(srcUrl))) return "unknown";
    if (named) return pictureAbove(named);
    const seen = picturesSeen();
    return seen.length > 1 ? "unknown" : seen[0] ?? null;
  }

  /** @param {Picture} picture */
  #lookUp(picture) {
    const actions = { close: () => this.close(), pick: () => this.#pick(false) };
    this.#show(new Lookup(this.stage, this.words, picture, actions));
  }

  /** @param {string} data */
  async #lookAtScreen(data) {
    const { element, canvas } = await heldScreen(data);
    const picture = pictureOf(canvas);
    if (!picture || current !== this) return;
    this.stage.root.append(element);
    this.#lookUp(picture);
  }

  /** Whatever draws it: once nothing of ours is on the screen any more. */
  #askAboutScreen() {
    this.close();
    requestAnimationFrame(() => requestAnimationFrame(() => tell({ type: "screen" })));
  }

  /** @param {boolean} isAsking */
  #pick(isAsking) {
    const { entered, frameId, mode, isAlways } = this.opening;
    const ways = { isAsking, isInner: mode === "pick" && frameId !== 0, entered };
    const always = isAsking && !isAlways && /^https?:/.test(location.origin);
    this.#show(new Picker(this.stage, this.words, ways, {
      picked: (picture) => {
        if (mode === "pick") tell({ type: "picked" });
        this.#lookUp(picture);
      },
      refused: (site) => {
        tell({ type: "picked" });
        this.#showRefused(site, null);
      },
      closed: () => {
        tell({ type: "picked" });
        this.part?.close();
        this.part = null;
        this.#showNothingFound();
      },
      leave: () => this.close(),
      always: always ? () => tell({ type: "allow", site: location.origin, frame: null }) : null,
    }));
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
    this.#showCard(new Card(words.say("no_picture_title"), words.say("no_picture_advice"), [
      [words.say("pick_picture"), () => this.#pick(false)],
      [words.say("ask_screen"), () => this.#askAboutScreen()],
      [words.say("close"), () => this.close()],
    ]));
  }

  /**
   * @param {string} site An origin.
   * @param {number | null} id The browser's number of the frame, if it is known.
   */
  #showRefused(site, id) {
    const { words } = this;
    const { host } = new URL(site);
    const { srcUrl } = this.opening;
    this.part?.close();
    this.part = null;
    this.#showCard(new Card(words.say("frame_title", host), words.say("frame_advice", host), [
      [words.say("allow_site", host), () => {
        tell({ type: "allow", site, frame: { id: id ?? -1, srcUrl } });
        this.close();
      }],
      [words.say("close"), () => this.close()],
    ]));
  }

  /** @param {Card} card */
  #showCard(card) {
    this.stage.root.append(card.element);
    const { x, y } = this.press ?? { x: innerWidth / 2, y: innerHeight / 2 };
    card.place({ x, y, width: 0, height: 0 });
    card.focus();
  }

  /** @param {import("./messages.js").EndPick} message */
  #hear(message) {
    if (message.except !== this.opening.frameId && this.part instanceof Picker) {
      this.part.close();
      this.stage.close(false);
      if (current === this) current = null;
    }
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

/**
 * Return whether a picture is among what is at a point.
 *
 * @param {number} x
 * @param {number} y
 * @param {Picture} named
 */
function isAt(x, y, named) {
  return elementsAt(x, y).some((element) => element === named.element ||
    pictureOf(element)?.shown === named.shown);
}

/** @param {Allow | Picked | Removed | Screen} message */
function tell(message) {
  // An extension that was reloaded hears nothing, and needs not.
  if (globalThis.chrome?.runtime?.id) void chrome.runtime.sendMessage(message).catch(() => {});
}
