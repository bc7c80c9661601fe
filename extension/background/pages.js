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
    if (frameId === 0 || !/^https?:/.test(frameUrl)) {
      await refuse(id, error);
      return;
    }
    // A frame of another site, into which the menu's click does not let us: its page says so.
    const refused = { id: frameId, site: new URL(frameUrl).origin };
    const opening = await openingFor(0, { mode: "frame", srcUrl, refused });
    await openOrInject(id, opening).catch((reason) => refuse(id, reason));
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
    for (const { frameId } of frames) {
      const opening = await openingFor(frameId, { mode: "pick", entered });
      await chrome.tabs.sendMessage(id, opening, { frameId });
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
  const { frameId } = opening;
  try {
    await chrome.tabs.sendMessage(tabId, opening, { frameId });
  } catch {
    // Nothing listens there yet. Not an error: the page part comes with the first click.
    await inject(tabId, opening).catch(async () => {
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
  await chrome.tabs.sendMessage(tabId, opening, { frameId });
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
