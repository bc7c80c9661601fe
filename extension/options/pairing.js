/** Asking the server to be allowed: it shows who asks and a code, and a person allows it there. */

import { thisBrowser } from "../background/browser.js";
import { Server } from "../background/server.js";
import { readSettings, writeSettings } from "../background/settings.js";
import { ProblemError } from "../ui/problems.js";

const ASK_AGAIN_MS = 1000;
const WINDOW = { type: /** @type {const} */ ("popup"), width: 520, height: 680 };

/** Counts the attempts: a new one ends the one before. */
let attempt = 0;

/**
 * Ask, open the server's page, and wait until the person has answered there.
 *
 * @param {import("../ui/words.js").Words} words
 * @param {(code: string) => void} showCode The server's page shows the same.
 * @returns {Promise<boolean>} Whether it was allowed; the token is kept then.
 */
export async function askToBeAllowed(words, showCode) {
  attempt += 1;
  const own = attempt;
  // Without the token that it may have: it is wrong, or of a pairing that was taken back.
  const settings = { ...await readSettings(), token: "" };
  const server = new Server(settings);
  const { name, system } = await thisBrowser();
  const asked = await server.askToBeAllowed(words.say("browser_on", name, system));
  showCode(asked.code);
  const close = await openBeside(`${settings.server}/pairing?request=${asked.id}`);
  const until = Date.now() + asked.seconds * 1000;
  while (Date.now() < until && own === attempt) {
    await new Promise((resolve) => { setTimeout(resolve, ASK_AGAIN_MS); });
    const { state, token } = await server.claim(asked.id, asked.secret);
    if (state === "waiting") continue;
    await close();
    if (token) await writeSettings({ token });
    return token !== null;
  }
  throw new ProblemError("pairing-not-found");
}

/**
 * Open a page so that this one stays in sight.
 *
 * @param {string} url
 * @returns {Promise<() => Promise<void>>} Closes it.
 */
async function openBeside(url) {
  // Firefox on Android has no windows.
  if (!chrome.windows) {
    await chrome.tabs.create({ url });
    return async () => {};
  }
  const opened = await chrome.windows.create({ url, ...WINDOW });
  const { id } = opened ?? {};
  return async () => {
    // The person may have closed it already.
    if (id !== undefined) await chrome.windows.remove(id).catch(() => {});
  };
}
