/** Links that shops gave: only to the web, and never with a name or password in them. */

import { html } from "./build.js";

/**
 * @param {string} link
 * @returns {string | null} Null for a link that must not be followed.
 */
export function safeLink(link) {
  if (!URL.canParse(link)) return null;
  const url = new URL(link);
  return /^https?:$/.test(url.protocol) && !url.username && !url.password ? url.href : null;
}

/**
 * @param {string} link A safe one.
 * @param {string} className
 * @param {...(Node | string)} children
 */
export function anchor(link, className, ...children) {
  const attributes = { href: link, target: "_blank", rel: "noopener noreferrer", class: className };
  return html("a", { ...attributes, referrerpolicy: "no-referrer" }, ...children);
}
