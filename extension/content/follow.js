/** Follows a picture that scrolls, grows, is swapped, or goes away. */

import { roundCorners } from "./corners.js";
import { contentBox, intersection, windowSeen } from "./boxes.js";
import { visiblePart } from "./clipping.js";
import { pictureRect } from "./geometry.js";
import { findPictureByAddress, isPlain } from "./find.js";
import { isUnchanged } from "./sources.js";
import { turnOf } from "./turn.js";

/** @typedef {import("./messages.js").Rect} Rect */
/** @typedef {import("./sources.js").Picture} Picture */
/** @typedef {import("./turn.js").Turn} Turn */

/**
 * @typedef {object} Place Where a picture is on the screen.
 * @property {Rect} rect All of it, as if it were upright.
 * @property {Rect} content The part of it that its element has room for.
 * @property {Turn | null} turn
 * @property {Rect} visible The part that can be seen, as on the screen.
 * @property {string} corners The round corners of that part, for `inset()`.
 */

/** Checking the source in every frame would be wasteful. */
const FRAMES_A_LOOK = 6;

export class Follower {
  /**
   * @param {Picture} picture
   * @param {(place: Place) => void} moved
   * @param {() => void} lost
   * @param {() => boolean} [isPointedAt] Whether the page knows that the pointer is on the picture.
   */
  constructor(picture, moved, lost, isPointedAt = () => false) {
    this.picture = picture;
    this.moved = moved;
    this.lost = lost;
    this.isPointedAt = isPointedAt;
    this.last = "";
    this.frame = 0;
    this.count = 0;
    /** Whether it has hidden what is below it; some never do. */
    this.wasPlain = false;
  }

  start() {
    // It may fade before it is first looked at.
    this.wasPlain = isPlain(this.picture);
    this.#step();
  }

  stop() {
    cancelAnimationFrame(this.frame);
  }

  /** Report where the picture is, even if it has not moved. */
  refresh() {
    this.last = "";
  }

  #step() {
    if (!this.#isThere()) {
      this.lost();
      return;
    }
    this.look();
    this.frame = requestAnimationFrame(() => this.#step());
  }

  /** Say where the picture is, if it has moved. */
  look() {
    const { element } = this.picture;
    const rect = pictureRect(this.picture);
    const visible = visiblePart(element, rect);
    const turn = turnOf(element);
    const corners = turn ? "" : roundCorners(element, visible);
    /** @type {Place} */
    const place = { rect, content: contentBox(element), turn, visible, corners };
    const now = JSON.stringify([place, innerWidth, innerHeight]);
    if (now !== this.last) {
      this.last = now;
      this.moved(place);
    }
  }

  #isThere() {
    const { picture } = this;
    if (!picture.element.isConnected) {
      // Applications redraw: the same picture may be there already, in a new element.
      const again = picture.shown ? findPictureByAddress(picture.shown) : null;
      if (!again) return false;
      picture.element = again.element;
    }
    this.count += 1;
    if (this.count % FRAMES_A_LOOK) return true;
    const isSeen = picture.element.checkVisibility({ visibilityProperty: true });
    return isSeen && isUnchanged(picture) && !this.#isClippedAway() && !this.#isFaded();
  }

  /** A slide show has faded it out. What is hidden while it is pointed at comes back, and is not gone. */
  #isFaded() {
    const isThere = isPlain(this.picture);
    this.wasPlain ||= isThere;
    return this.wasPlain && !isThere && !this.isPointedAt();
  }

  /** A carousel has moved on: the picture is within the window, yet nothing of it can be seen. */
  #isClippedAway() {
    const rect = pictureRect(this.picture);
    const inWindow = intersection(rect, windowSeen());
    const { width, height } = visiblePart(this.picture.element, rect);
    return isAny(inWindow) && !isAny({ width, height });
  }
}

/** @param {{width: number, height: number}} size */
function isAny({ width, height }) {
  return width > 0 && height > 0;
}
