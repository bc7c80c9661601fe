/** Which browser this is: how a person calls it, and where its own settings are. */

import { browserName } from "../ui/browser_name.js";

/** Where browsers keep what they have in place of Chrome's own pages. */
const SHORTCUTS = /** @type {Record<string, string>} */ ({
  Chrome: "chrome://extensions/shortcuts", Edge: "edge://extensions/shortcuts",
  Opera: "opera://extensions/shortcuts",
});
const SYSTEMS = /** @type {Record<string, string>} */ ({
  android: "Android", cros: "ChromeOS", linux: "Linux", mac: "macOS", openbsd: "OpenBSD", win: "Windows",
});

/**
 * @typedef {object} ThisBrowser
 * @property {string} name
 * @property {string} system
 * @property {string} shortcuts Address of the page where keys are changed; empty where it has none.
 */

/** @returns {Promise<ThisBrowser>} */
export async function thisBrowser() {
  const name = browserName(navigator.userAgent);
  const { os } = await chrome.runtime.getPlatformInfo();
  return { name, system: SYSTEMS[os] ?? os, shortcuts: SHORTCUTS[name] ?? "" };
}
