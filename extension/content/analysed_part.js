/** Which part of the picture was analysed: all of it, or what a screenshot shows of it. */

import { outerRect } from "./turn.js";

/** @typedef {import("./follow.js").Place} Place */
/** @typedef {import("./messages.js").Rect} Rect */

const WHOLE = { x: 0, y: 0, width: 1, height: 1 };

export class AnalysedPart {
  constructor() {
    /** @type {Rect} In shares of the picture. */
    this.part = WHOLE;
    /** @type {Rect} What the last screenshot shows, in the same. */
    this.captured = WHOLE;
    this.isCaptured = false;
  }

  /** @param {Place} place Where the picture is when a screenshot is taken. */
  noteCapture({ rect: upright, turn, visible }) {
    const rect = outerRect(upright, turn);
    this.captured = {
      x: (visible.x - rect.x) / rect.width,
      y: (visible.y - rect.y) / rect.height,
      width: visible.width / rect.width,
      height: visible.height / rect.height,
    };
  }

  /** @param {boolean} isCaptured Whether the look is of the screenshot. */
  decide(isCaptured) {
    this.isCaptured = isCaptured;
    this.part = isCaptured ? this.captured : WHOLE;
  }

  /**
   * @param {Place} place Of the picture.
   * @returns {Place} Of the part that was analysed.
   */
  placeOf(place) {
    const { visible, corners } = place;
    // What was cut out of the screen is upright, as it was seen there.
    const { turn, content, rect } = this.isCaptured
      ? { turn: null, content: visible, rect: outerRect(place.rect, place.turn) } : place;
    const { part } = this;
    const analysed = {
      x: rect.x + part.x * rect.width,
      y: rect.y + part.y * rect.height,
      width: rect.width * part.width,
      height: rect.height * part.height,
    };
    return { rect: analysed, content, turn, visible, corners };
  }
}
