/** A small picture, with a hanger in its place until it is there. */

import { html, icon } from "./build.js";

/** @typedef {import("./host.js").Host} Host */

/**
 * @param {Host} host
 * @param {string | null} path Of a picture on the server.
 * @returns {HTMLElement}
 */
export function thumbnail(host, path) {
  const place = html("span", { class: "thumb", "aria-hidden": "true" }, icon("hanger"));
  showPicture(host, place, path);
  return place;
}

/**
 * Show another picture. The one that is shown stays until the new one has come.
 *
 * @param {Host} host
 * @param {Element} place A thumbnail.
 * @param {string | null} path
 */
export function showPicture(host, place, path) {
  if (!path || place.getAttribute("data-picture") === path) return;
  place.setAttribute("data-picture", path);
  onceNear(place, () => {
    void host.picture(path).then((address) => {
      if (address) load(place, path, address);
    });
  });
}

/** How far around what is in sight pictures are fetched, in what scrolls and in the window. */
const AHEAD = "400px";
/** @type {WeakMap<Element, () => void>} What to do once a place is in sight, or nearly. */
const tasks = new WeakMap();
/** @type {IntersectionObserver | undefined} */
let observer;

/**
 * Do something once an element is drawn in sight or near it; a later task takes an earlier one's
 * place. Offers are drawn first, and a long list of them does not fetch what nobody scrolls to.
 *
 * @param {Element} place
 * @param {() => void} task
 */
function onceNear(place, task) {
  observer ??= new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      observer?.unobserve(target);
      tasks.get(target)?.();
      tasks.delete(target);
    }
  }, /** @type {IntersectionObserverInit} */ ({ rootMargin: AHEAD, scrollMargin: AHEAD }));
  tasks.set(place, task);
  observer.observe(place);
}

/**
 * @param {Element} place
 * @param {string} path
 * @param {string} address
 */
function load(place, path, address) {
  // A data: URL needs no download. A lazy load would fall under the page's policy, which does not
  // apply to what the extension does at once.
  const loading = address.startsWith("data:") ? undefined : "lazy";
  const image = html("img", { alt: "", class: "is-loading", loading, decoding: "async",
    draggable: "false" });
  image.addEventListener("load", () => {
    // Still the one that is wanted?
    if (place.getAttribute("data-picture") === path) place.replaceChildren(image);
    else image.remove();
  });
  image.addEventListener("error", () => image.remove());
  image.src = address;
  // A lazy picture loads only once it is in the page.
  place.append(image);
}
