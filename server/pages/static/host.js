/** What of the shared interface is the web app's own. */

import {
  categories, changeLook, colours, likeOffer, noteGarment, preparing, putAway, save, savedMarks, understand,
} from "./api.js";
import { html } from "./ui/build.js";
import { keepShops } from "./shops.js";
import { say, words } from "./words.js";

/** @type {import("./ui/host.js").Host} */
export const HOST = {
  words,
  listen: (element, type, act) => {
    element.addEventListener(type, (event) => {
      if (event.target instanceof Element) act(event, event.target);
    });
  },
  // Nothing but this server's own pictures: the page's policy would refuse others anyway.
  picture: async (path) => (path.startsWith("/") ? path : null),
  keepWish: (_name, _wish, shops) => keepShops(shops),
  change: changeLook,
  categories,
  colours,
  understand,
  putAway,
  like: likeOffer,
  saved: savedMarks,
  save,
  saw: noteGarment,
  preparing,
  more: () => html("a", { class: "link", href: "/about" }, say("details")),
  appearance: {
    role: undefined,
    leave: "back",
    chosen: "aria-pressed",
    name: (name) => words.capitalised(name),
    saysNewTab: true,
    // A little more than the picture, which the frame clips: no line of light at its edges.
    edge: 16,
    margin: 8,
  },
};

/**
 * @param {string} text
 * @param {string} className
 * @param {() => void} act
 */
export function button(text, className, act) {
  const element = html("button", { type: "button", class: className }, text);
  element.addEventListener("click", act);
  return element;
}
