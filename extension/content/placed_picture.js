/** The picture that is looked at: where the page has it, what covers it, and a place of our own once it is gone. */

import { shownAgain } from "./again.js";
import { AnalysedPart } from "./analysed_part.js";
import { drawPixels } from "./draw_pixels.js";
import { holdStill } from "./film.js";
import { Follower } from "./follow.js";
import { naturalSize } from "./geometry.js";
import { stillOfFilm } from "./still.js";

/** @typedef {import("./follow.js").Place} Place */
/** @typedef {import("./messages.js").Rect} Rect */
/** @typedef {import("./sources.js").Picture} Picture */
/** @typedef {import("./still.js").Still} Still */

const NOWHERE = { x: 0, y: 0, width: 0, height: 0 };
/** @type {Place} */
const UNKNOWN = { rect: NOWHERE, content: NOWHERE, turn: null, visible: NOWHERE, corners: "" };

export class PlacedPicture {
  /**
   * @param {Picture} picture
   * @param {HTMLElement} element Of ours, which what covers the picture lies below.
   * @param {{moved: () => void, lost: () => void, close: () => void}} actions `lost`: the page shows it no
   *   longer; `close`: nor do we.
   */
  constructor(picture, element, actions) {
    this.picture = picture;
    this.element = element;
    this.actions = actions;
    this.place = UNKNOWN;
    this.part = new AnalysedPart();
    /** @type {Still | null} */
    this.still = null;
    this.isGone = false;
    this.isPointedAt = false;
    this.follower = new Follower(picture, (place) => this.#move(place), actions.lost, () => this.isPointedAt);
    this.playOn = () => {};
  }

  /** Hold it still while it is looked at. */
  start() {
    this.playOn = holdStill(this.picture.element);
    if (this.picture.kind === "video" && !this.picture.shown) this.cover(stillOfFilm(this.picture.element));
  }

  stop() {
    this.follower.stop();
    this.still?.frame.remove();
    this.playOn();
  }

  /** The part of it that can be seen. */
  get visible() {
    return this.place.visible;
  }

  /** Where what was analysed is. */
  get analysed() {
    return this.part.placeOf(this.place);
  }

  /** @param {Still | null} still Lies over it from now on. */
  cover(still) {
    this.still?.frame.remove();
    this.still = still;
    if (still) this.element.before(still.frame);
    this.follower.refresh();
  }

  pixels() {
    const film = this.still?.picture;
    return drawPixels(this.picture, film instanceof HTMLCanvasElement ? film : null);
  }

  /**
   * Take the size that the server found, where the page could not load the picture once more.
   *
   * @param {import("./messages.js").Look} look
   */
  learnSize({ width, height }) {
    if (!naturalSize(this.picture)) this.picture.loadedSize = { width, height };
  }

  /** @param {Rect} free What is left of the window. */
  leave(free) {
    this.isGone = true;
    if (this.still) this.still.frame.hidden = true;
    this.place = { ...UNKNOWN, visible: free };
  }

  /**
   * Show what was analysed in a place of our own.
   *
   * @param {Rect} free
   */
  showAgain(free) {
    const again = shownAgain(this.picture, this.still, free);
    if (this.still?.isOfScreen) this.part = new AnalysedPart();
    this.still?.frame.remove();
    this.still = null;
    this.element.prepend(again.element);
    this.picture = again.picture;
    this.isGone = false;
  }

  /** Follow it where it is now. */
  followAgain() {
    this.follower.stop();
    this.follower = new Follower(this.picture, (place) => this.#move(place), this.actions.close);
    this.follower.start();
  }

  /** @param {Place} place */
  #move(place) {
    this.place = place;
    this.still?.place(this.still.isOfScreen ? this.analysed : place);
    this.actions.moved();
  }
}
