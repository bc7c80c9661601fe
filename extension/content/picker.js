/** "Pick a picture": the pointer lights up pictures, a click chooses one. */

import { html } from "../ui/build.js";
import { findHoveredPicture, findPictureAt, picturesInView } from "./find.js";
import { intersection } from "./boxes.js";
import { pictureRect } from "./geometry.js";
import { elementsAt, findRoots, knownElements } from "./shadow.js";
import { documentIn, pictureOf } from "./sources.js";
import { outerRect, turnOf } from "./turn.js";
import { Bar } from "./notice.js";
import { on } from "./stage.js";

/** @typedef {import("./messages.js").Rect} Rect */
/** @typedef {import("./sources.js").Picture} Picture */
/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {import("../ui/words.js").Words} Words */

/** Smaller frames hold buttons and counters, in CSS pixels. */
const SMALLEST_FRAME = 96;
/** What may hold a document of its own. */
const FRAMES = "iframe, frame, object, embed";

/**
 * @typedef {object} PickerActions
 * @property {(picture: Picture) => void} picked
 * @property {(site: string) => void} refused A frame that may not be entered, of that site.
 * @property {() => void} closed A frame that nobody can allow us to enter.
 * @property {() => void} leave
 * @property {(() => void) | null} always Where the person may want to be asked no more.
 *
 * @typedef {object} PickerWays
 * @property {boolean} isAsking Whether a picture was pressed, and nobody knows which.
 * @property {boolean} isInner Whether this is one of the page's frames, picked in together.
 * @property {string[]} entered Origins of those.
 */

export class Picker {
  /**
   * @param {Stage} stage
   * @param {Words} words
   * @param {PickerWays} ways
   * @param {PickerActions} actions
   */
  constructor(stage, words, ways, actions) {
    this.stage = stage;
    this.ways = ways;
    this.actions = actions;
    /** @type {Picture | null} */
    this.picture = null;
    /** @type {Element | null} A frame that may not be entered, under the pointer. */
    this.wall = null;
    this.at = { x: 0, y: 0 };
    this.next = 0;
    this.frame = html("div", { class: "picked", hidden: true });
    this.bar = new Bar(words, { close: actions.leave });
    const says = words.say(ways.isAsking ? "which_picture" : "pick_hint");
    if (actions.always) this.bar.showLink(says, words.say("always_here"), actions.always);
    else this.bar.show(says, false);
    this.bar.element.hidden = ways.isInner;
    this.cover = html("div", {
      class: "cover", tabindex: 0, role: "application", "aria-label": says,
    }, this.frame);
    this.element = html("div", { class: "picking" }, this.cover, this.bar.element);
    on(this.cover, "pointermove", (event) => this.#point(event.clientX, event.clientY));
    on(this.cover, "pointerout", () => this.#show(null));
    on(this.cover, "click", (event) => this.#choose(event));
    on(this.element, "keydown", (event) => this.#key(event));
    this.redraw = () => {
      this.#letThrough();
      this.#show(this.picture);
    };
  }

  open() {
    findRoots();
    this.bar.place({ x: 0, y: 0, width: innerWidth, height: innerHeight });
    this.#letThrough();
    // Where it was not heard, the pointer is over the menu's entry, not over what was pressed.
    if (!this.ways.isAsking && !this.ways.isInner) this.#show(findHoveredPicture());
    addEventListener("scroll", this.redraw, { capture: true, passive: true });
    addEventListener("resize", this.redraw);
    if (!this.ways.isInner) this.cover.focus({ preventScroll: true });
  }

  close() {
    cancelAnimationFrame(this.next);
    removeEventListener("scroll", this.redraw, { capture: true });
    removeEventListener("resize", this.redraw);
    this.element.remove();
  }

  /** Frames that are picked in themselves get the pointer. */
  #letThrough() {
    const holes = framesOf().filter((frame) => this.#isEntered(frame)).map((frame) => {
      const { left, top, right, bottom } = frame.getBoundingClientRect();
      return `M${left} ${top}H${right}V${bottom}H${left}Z`;
    });
    const whole = `M0 0H${innerWidth}V${innerHeight}H0Z`;
    this.cover.style.clipPath = holes.length ? `path(evenodd, "${whole}${holes.join("")}")` : "";
  }

  /** @param {Element} frame */
  #isEntered(frame) {
    return documentIn(frame) !== null || this.ways.entered.includes(originOf(frame));
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #point(x, y) {
    this.at = { x, y };
    // At most once a frame, however often the mouse reports.
    this.next ||= requestAnimationFrame(() => {
      this.next = 0;
      this.#find(true);
    });
  }

  /** @param {boolean} isQuick */
  #find(isQuick) {
    const { x, y } = this.at;
    const picture = findPictureAt(x, y, { own: this.stage.host, isQuick });
    this.wall = null;
    if (picture) {
      this.#show(picture);
      return;
    }
    const wall = elementsAt(x, y).find((one) => one !== this.stage.host);
    if (wall?.matches(FRAMES) && !this.#isEntered(wall) && isLarge(wall)) this.wall = wall;
    this.#show(null);
  }

  /** @param {MouseEvent} event */
  #choose(event) {
    cancelAnimationFrame(this.next);
    this.next = 0;
    if (event.clientX || event.clientY) {
      this.at = { x: event.clientX, y: event.clientY };
      this.#find(false);
    }
    if (this.picture) this.actions.picked(this.picture);
    else if (this.wall && originOf(this.wall) !== "null") this.actions.refused(originOf(this.wall));
    else if (this.wall) this.actions.closed();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape") this.actions.leave();
    else if (this.stage.root.activeElement !== this.cover) return;
    else if ((event.key === "Enter" || event.key === " ") && this.picture) this.actions.picked(this.picture);
    else if (event.key === "ArrowRight" || event.key === "ArrowDown") this.#next(1);
    else if (event.key === "ArrowLeft" || event.key === "ArrowUp") this.#next(-1);
    else return;
    event.preventDefault();
  }

  /** @param {1 | -1} step */
  #next(step) {
    const pictures = picturesInView();
    const place = pictures.findIndex(({ element }) => element === this.picture?.element);
    const from = place < 0 && step < 0 ? 0 : place;
    this.#show(pictures.at((from + step) % Math.max(1, pictures.length)) ?? null);
  }

  /** @param {Picture | null} picture */
  #show(picture) {
    this.picture = picture;
    if (picture) this.wall = null;
    const lit = picture?.element ?? this.wall;
    this.frame.hidden = lit === null;
    this.cover.classList.toggle("has-picture", lit !== null);
    if (!lit) return;
    const window = { x: 0, y: 0, width: innerWidth, height: innerHeight };
    const box = picture ? outerRect(pictureRect(picture), turnOf(lit)) : lit.getBoundingClientRect();
    const { x, y, width, height } = intersection(box, window);
    Object.assign(this.frame.style, {
      transform: `translate(${x}px, ${y}px)`, width: `${width}px`, height: `${height}px`,
    });
  }
}

/** @returns {Element[]} Frames that are large enough for a picture. */
function framesOf() {
  return knownElements(FRAMES).filter((frame) => isLarge(frame) && !pictureOf(frame));
}

/**
 * @param {Element} frame
 * @returns {string} Of what it shows, as long as that has not gone elsewhere; "null" for one that is of no site.
 */
function originOf(frame) {
  if (frame instanceof HTMLIFrameElement && frame.hasAttribute("sandbox") &&
    !frame.sandbox.contains("allow-same-origin")) return "null";
  const address = frame.getAttribute(frame instanceof HTMLObjectElement ? "data" : "src");
  return address && URL.canParse(address, document.baseURI) ? new URL(address, document.baseURI).origin : "null";
}

/** @param {Element} frame */
function isLarge(frame) {
  const { width, height } = frame.getBoundingClientRect();
  return Math.min(width, height) >= SMALLEST_FRAME;
}
