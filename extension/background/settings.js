/** What the user chose, in `chrome.storage.local`, which no page part can read. */

import { DEFAULT_SERVER } from "./default_server.js";

/**
 * @typedef {object} Settings
 * @property {string} server Origin of the server, without a slash at the end.
 * @property {string} token Empty where the server asks for none.
 * @property {string} language A tag, or "auto": the browser's.
 * @property {string} country ISO 3166-1 alpha-2, or empty: the browser's.
 * @property {string} currency ISO 4217, or empty: the country's.
 */

/** @type {Settings} */
export const DEFAULTS = {
  server: DEFAULT_SERVER,
  token: "",
  language: "auto",
  country: "",
  currency: "",
};

/** @returns {Promise<Settings>} */
export async function readSettings() {
  const stored = await chrome.storage.local.get({ ...DEFAULTS });
  return /** @type {Settings} */ (stored);
}

/** @param {Partial<Settings>} changes */
export async function writeSettings(changes) {
  await chrome.storage.local.set(changes);
}

/** Without this, content scripts could read the access token. */
export async function closeStorageToPages() {
  // Firefox has no such switch, but does not let pages take over page parts either.
  await chrome.storage.local.setAccessLevel?.({ accessLevel: "TRUSTED_CONTEXTS" });
}

/**
 * Return the origin that was meant: `http://192.168.1.20:8000` for "192.168.1.20:8000/".
 *
 * @param {string} typed
 * @returns {string | null} Null if it cannot be an address.
 */
export function serverOrigin(typed) {
  const trimmed = typed.trim();
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  if (!URL.canParse(withScheme)) return null;
  const url = new URL(withScheme);
  const isPlain = url.pathname === "/" && !url.search && !url.hash && !url.username;
  const isHost = /^[\w.:[\]-]+$/.test(url.hostname);
  return /^https?:$/.test(url.protocol) && isHost && isPlain ? url.origin : null;
}

/**
 * @param {string} server An origin.
 * @returns {string} The match pattern to ask permission for.
 */
export function permissionPattern(server) {
  const url = new URL(server);
  return `${url.protocol}//${url.hostname}/*`;
}
