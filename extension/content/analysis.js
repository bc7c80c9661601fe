/** What the worker is asked of a picture, and whether what it found is of what is shown. */

import { naturalSize } from "./geometry.js";
import { measure } from "./sources.js";
import { isBeyondGeometry, outerRect } from "./turn.js";
import { inTab } from "./viewport.js";

/** @typedef {import("./follow.js").Place} Place */
/** @typedef {import("./messages.js").Look} Look */
/** @typedef {import("./sources.js").Picture} Picture */

/** A picture this many times as long as wide is many pictures, */
const STRIP = 2.5;
/** if no more than this share of it can be seen at once. */
const LITTLE = 0.4;
/** How long to wait for the size of a background, and for a screenshot, in milliseconds. */
const SIZE_MS = 200;
const SCREENSHOT_MS = 1500;
/** Ratios further apart than this are of two pictures, not of two sizes of one. */
const SAME_RATIO = 0.02;

export class Analysis {
  /**
   * @param {import("./stage.js").Stage} stage Hidden while the screen is read.
   * @param {(message: import("./messages.js").ToWorker) => void} send
   */
  constructor(stage, send) {
    this.stage = stage;
    this.send = send;
    this.isPlainOnly = false;
    this.unhide = 0;
  }

  /**
   * @param {Picture} picture
   * @param {import("./analysed_part.js").AnalysedPart} part
   * @param {import("./follow.js").Follower} follower Of the picture.
   * @param {() => Place} place Where the picture is now.
   */
  async ask(picture, part, follower, place) {
    const { addresses, shown } = picture;
    const usable = this.isPlainOnly ? addresses.filter((address) => address === shown) : addresses;
    const pageUrl = /^https?:/.test(location.href) ? location.href : "";
    const measured = measure(picture).then(() => follower.refresh());
    if (!naturalSize(picture)) {
      await Promise.race([measured, new Promise((resolve) => { setTimeout(resolve, SIZE_MS); })]);
      follower.look();
    }
    const seen = seenOf(picture, part, place());
    this.stage.hide(seen !== null);
    this.unhide = setTimeout(() => this.stage.hide(false), SCREENSHOT_MS);
    this.send({ type: "look", picture: { addresses: usable, pageUrl, seen } });
  }

  /**
   * Return whether another picture was analysed, which must not happen again: a "larger version" may
   * be cropped differently from what is shown.
   *
   * @param {Look} look
   * @param {Picture} picture What is shown.
   */
  isOfAnother(look, picture) {
    if (this.isPlainOnly) return false;
    const natural = naturalSize(picture);
    const { addresses, shown } = picture;
    if (!natural || addresses.length < 2 || !addresses.includes(shown)) return false;
    const ratio = look.width / look.height / (natural.width / natural.height);
    this.isPlainOnly = Math.abs(ratio - 1) > SAME_RATIO;
    return this.isPlainOnly;
  }

  end() {
    clearTimeout(this.unhide);
  }
}

/**
 * @param {Picture} picture
 * @param {import("./analysed_part.js").AnalysedPart} part
 * @param {Place} place
 * @returns {import("./messages.js").Seen | null} What of the picture is on the screen.
 */
function seenOf(picture, part, place) {
  const visible = inTab(place.visible);
  if (!visible || !place.visible.width || !place.visible.height) return null;
  part.noteCapture(place);
  const rect = outerRect(place.rect, place.turn);
  const share = (place.visible.width * place.visible.height) / (rect.width * rect.height);
  const length = Math.max(rect.width, rect.height) / Math.min(rect.width, rect.height);
  const isDrawn = picture.kind === "drawn" || picture.kind === "border";
  const isBeyond = isDrawn || isBeyondGeometry(picture.element);
  const isComparable = !place.turn && !isBeyond && naturalSize(picture) !== null;
  return {
    visible,
    part: isComparable ? part.captured : null,
    isNeeded: isBeyond || (length > STRIP && share < LITTLE),
  };
}
