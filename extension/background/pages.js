/** Brings the page part into a page, and opens it there. */

import { overlayStyle, wordsFor } from "./locale.js";
import { readSettings } from "./settings.js";
import { isAlwaysOn } from "./sites.js";

/** @typedef {import("../content/messages.js").Opening} Opening */

const LISTENER = "content/listener.js";
/** When a page that could not be entered is tried once more. */
const AGAIN_MS = 400;

/**
 * Open the page part about what was pressed.
 *
 * @param {chrome.tabs.Tab} tab
 * @param {number} frameId
 * @param {string | null} srcUrl The picture that the browser saw there.
 * @param {string} frameUrl
 */
export async function openAt(tab, frameId, srcUrl, frameUrl) {
  if (tab.id === undefined) return;
  const { id } = tab;
  try {
    await openOrInject(id, await openingFor(frameId, { mode: "point", srcUrl, url: frameUrl || tab.url }));
  } catch (error) {
    if (frameId === 0) return refuse(id, error);
    // A frame of another site, into which the menu's click does not let us, or one in a sandbox, where nobody's
    // scripts run: its page says so.
    const mayBeAllowed = /^https?:/.test(frameUrl) && !(error instanceof SandboxError);
    const refused = mayBeAllowed ? { id: frameId, site: new URL(frameUrl).origin } : null;
    try {
      await openOrInject(id, await openingFor(0, { mode: "frame", srcUrl, refused }));
    } catch (reason) {
      return refuse(id, reason);
    }
  }
  await showNotice(id, "");
}

/**
 * Open "pick a picture" in a page and in all its frames that may be entered.
 *
 * @param {chrome.tabs.Tab} tab
 */
export async function openPicking(tab) {
  if (tab.id === undefined) return;
  const { id } = tab;
  try {
    const target = { tabId: id, allFrames: true };
    const frames = await chrome.scripting.executeScript({ target, func: () => location.origin });
    await chrome.scripting.executeScript({ target, files: [LISTENER] });
    const entered = [...new Set(frames.map(({ result }) => String(result)))];
    // The page itself first: it ends with the choice in a frame, which may come at once.
    for (const { frameId } of frames.sort((one, other) => one.frameId - other.frameId)) {
      const opened = openOrInject(id, await openingFor(frameId, { mode: "pick", entered }));
      // A frame may have gone meanwhile.
      await (frameId === 0 ? opened : opened.catch((error) => console.info("A frame is left out.", error)));
    }
    await showNotice(id, "");
  } catch (error) {
    await refuse(id, error);
  }
}

/**
 * Ask about what is seen of a page, whatever shows it.
 *
 * @param {chrome.tabs.Tab} tab
 */
export async function openScreen(tab) {
  if (tab.id === undefined) return;
  const { id } = tab;
  try {
    const screen = await chrome.tabs.captureVisibleTab(tab.windowId, { format: "jpeg", quality: 92 });
    await openOrInject(id, await openingFor(0, { mode: "screen", screen }));
    await showNotice(id, "");
  } catch (error) {
    await refuse(id, error);
  }
}

/**
 * @param {number} frameId
 * @param {Partial<Opening> & Pick<Opening, "mode"> & {url?: string | undefined}} how
 * @returns {Promise<Opening>}
 */
async function openingFor(frameId, { url, ...how }) {
  const { language, texts } = await wordsFor(await readSettings());
  const isAlways = Boolean(url) && await isAlwaysOn(url ?? "");
  return { type: "open", srcUrl: null, refused: null, screen: null, entered: [], ...how, isAlways, frameId, language,
    words: texts, css: await overlayStyle() };
}

/**
 * @param {number} tabId
 * @param {Opening} opening
 */
async function openOrInject(tabId, opening) {
  try {
    await send(tabId, opening);
  } catch (error) {
    if (error instanceof SandboxError) throw error;
    // Nothing listens there yet. Not an error: the page part comes with the first click.
    await inject(tabId, opening).catch(async (reason) => {
      if (reason instanceof SandboxError) throw reason;
      // A tab that is only just there may be between two documents.
      await new Promise((go) => setTimeout(go, AGAIN_MS));
      await inject(tabId, opening);
    });
  }
}

/**
 * @param {number} tabId
 * @param {Opening} opening
 */
async function inject(tabId, opening) {
  const { frameId } = opening;
  await chrome.scripting.executeScript({
    target: { tabId, frameIds: [frameId] },
    files: [LISTENER],
    injectImmediately: true,
  });
  await send(tabId, opening);
}

/** The page part is there, but may not load what it needs. */
class SandboxError extends Error {}

/**
 * @param {number} tabId
 * @param {Opening} opening
 * @throws {SandboxError}
 */
async function send(tabId, opening) {
  const { frameId } = opening;
  const answer = await chrome.tabs.sendMessage(tabId, opening, { frameId });
  if (answer?.ok === false) throw new SandboxError("The page part could not start.");
}

/**
 * @param {number} tabId
 * @param {unknown} error
 */
async function refuse(tabId, error) {
  console.info("This page cannot be entered.", error);
  await say(tabId, "page_not_allowed");
}

/**
 * Say what cannot be shown in the page: on the toolbar button and, where the browser lets it open,
 * in its popup.
 *
 * @param {number} tabId
 * @param {string} key Of words.
 */
export async function say(tabId, key) {
  const words = await wordsFor(await readSettings());
  await showNotice(tabId, words.say(key));
  try {
    await chrome.action.openPopup();
  } catch (error) {
    console.info("The popup does not open by itself here.", error);
  }
}

/**
 * @param {number} tabId
 * @param {string} text Empty: nothing.
 */
async function showNotice(tabId, text) {
  await chrome.action.setBadgeText({ tabId, text: text ? "!" : "" });
  await chrome.action.setTitle({ tabId, title: text });
  if (text) await chrome.action.setBadgeBackgroundColor({ tabId, color: "#b3261e" });
}

/** Open the settings, which ask the server to allow this extension. */
export async function openPairing() {
  await chrome.tabs.create({ url: chrome.runtime.getURL("options/options.html?pair") });
}

/** Tabs that were open before the extension was installed have no page part yet. */
export async function enterOpenPages() {
  for (const script of chrome.runtime.getManifest().content_scripts ?? []) {
    await enterTabs(script.matches ?? []);
  }
}

/** @param {string[]} matches */
export async function enterTabs(matches) {
  for (const tab of await chrome.tabs.query({ url: matches })) {
    if (tab.id === undefined || tab.discarded) continue;
    const target = { tabId: tab.id, allFrames: true };
    try {
      await chrome.scripting.executeScript({ target, files: [LISTENER] });
    } catch (error) {
      console.info("A page that was open already is left alone.", error);
    }
  }
}
