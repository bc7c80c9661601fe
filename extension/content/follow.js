/** Keeping up with a picture that scrolls, grows, is swapped, or goes away. */

import { pictureRect, visiblePart } from "./geometry.js";
import { findPictureByAddress } from "./find.js";
import { isUnchanged } from "./sources.js";

/** @typedef {import("./protocol.js").Rect} Rect */
/** @typedef {import("./sources.js").Picture} Picture */

/** Asking for the source in every frame would be waste. */
const FRAMES_A_LOOK = 6;

export class Follower {
  /**
   * @param {Picture} picture
   * @param {(rect: Rect, visible: Rect) => void} moved
   * @param {() => void} lost
   */
  constructor(picture, moved, lost) {
    this.picture = picture;
    this.moved = moved;
    this.lost = lost;
    this.last = "";
    this.frame = 0;
    this.count = 0;
  }

  start() {
    this.#step();
  }

  stop() {
    cancelAnimationFrame(this.frame);
  }

  /** Tell where the picture is, also if it has not moved. */
  refresh() {
    this.last = "";
  }

  #step() {
    if (!this.#isThere()) {
      this.lost();
      return;
    }
    const rect = pictureRect(this.picture);
    const visible = visiblePart(this.picture.element, rect);
    const now = JSON.stringify([rect, visible, innerWidth, innerHeight]);
    if (now !== this.last) {
      this.last = now;
      this.moved(rect, visible);
    }
    this.frame = requestAnimationFrame(() => this.#step());
  }

  #isThere() {
    const { picture } = this;
    if (!picture.element.isConnected) {
      // Applications redraw: the same picture may already be there in a new element.
      const again = picture.shown ? findPictureByAddress(picture.shown) : null;
      if (!again) return false;
      picture.element = again.element;
    }
    this.count += 1;
    if (this.count % FRAMES_A_LOOK) return true;
    const isSeen = picture.element.checkVisibility({ visibilityProperty: true });
    return isSeen && isUnchanged(picture) && !this.#isClippedAway();
  }

  /** A carousel has moved on: within the window, yet nothing of it can be seen. */
  #isClippedAway() {
    const rect = pictureRect(this.picture);
    const isInWindow = rect.x < innerWidth && rect.y < innerHeight && rect.x + rect.width > 0 &&
      rect.y + rect.height > 0;
    const { width, height } = visiblePart(this.picture.element, rect);
    return isInWindow && (width === 0 || height === 0);
  }
}
