/** Pictures that an SVG shape or a border draws: what they show is known, where its pixels are is not. */

import { absolute } from "./srcset.js";

const REFERENCE = /url\("?[^"#)]*#([^")]+)"?\)/;
const ADDRESS = /^url\("((?:[^"\\]|\\.)*)"\)$/;

/**
 * @param {Element} element
 * @returns {string} The address of the picture in what a shape is filled with, or of what `<use>` repeats; empty
 *   where there is none.
 */
export function addressInSvg(element) {
  if (!(element instanceof SVGGraphicsElement)) return "";
  const id = element instanceof SVGUseElement ? element.href.baseVal.split("#")[1]
    : REFERENCE.exec(getComputedStyle(element).fill)?.[1];
  const root = /** @type {Document | ShadowRoot} */ (element.getRootNode());
  const target = id ? root.getElementById(decodeURIComponent(id)) : null;
  const image = target instanceof SVGImageElement ? target : target?.querySelector("image");
  return image instanceof SVGImageElement ? absolute(image.href.baseVal) : "";
}

/**
 * @param {Element} element
 * @returns {string} The address of the picture that is stretched over all of an element as its border; empty
 *   where there is none.
 */
export function addressInBorder(element) {
  const { borderImageSource, borderImageSlice } = getComputedStyle(element);
  if (borderImageSource === "none" || !borderImageSlice.includes("fill")) return "";
  const address = ADDRESS.exec(borderImageSource)?.[1];
  return address ? absolute(address.replace(/\\(.)/g, "$1")) : "";
}
