/** A still of what was seen, over a picture that moves on or whose place cannot be known. */

import { html } from "../ui/build.js";
import { lay } from "./placed_silhouettes.js";

/** @typedef {import("./follow.js").Place} Place */

export class Still {
  /**
   * @param {HTMLImageElement | HTMLCanvasElement} picture
   * @param {boolean} isOfScreen Whether it shows the part that was seen, rather than all.
   */
  constructor(picture, isOfScreen) {
    this.picture = picture;
    this.isOfScreen = isOfScreen;
    picture.className = "still";
    this.frame = html("div", { class: "frame" }, picture);
  }

  /** @param {Place} place Of what it shows. */
  place(place) {
    lay(this.picture, this.frame, place);
  }
}

/**
 * @param {string} data A data: URL.
 * @returns {Still}
 */
export function stillOfScreen(data) {
  return new Still(html("img", { src: data, alt: "" }), true);
}

/**
 * Take the frame that a film shows now. It may be shown again, even where its pixels are protected.
 *
 * @param {Element} element
 * @returns {Still | null} Null where it is no film, or shows nothing yet.
 */
export function stillOfFilm(element) {
  if (!(element instanceof HTMLVideoElement) || !element.videoWidth) return null;
  const canvas = html("canvas", {});
  canvas.width = element.videoWidth;
  canvas.height = element.videoHeight;
  canvas.getContext("2d")?.drawImage(element, 0, 0);
  return new Still(canvas, false);
}
