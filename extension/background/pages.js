/** Brings the page part into a page, and opens it there. */

import { overlayStyle, wordsFor } from "./locale.js";
import { readSettings } from "./settings.js";

/** @typedef {import("../content/messages.js").Opening} Opening */

const LISTENER = "content/listener.js";

/**
 * @param {chrome.tabs.Tab} tab
 * @param {number} frameId
 * @param {"point" | "pick"} mode
 * @param {string | null} srcUrl
 */
export async function openIn(tab, frameId, mode, srcUrl = null) {
  if (tab.id === undefined) return;
  const words = await wordsFor(await readSettings());
  const { language, texts } = words;
  /** @type {Opening} */
  const opening = { type: "open", mode, srcUrl, language, words: texts, css: await overlayStyle() };
  let notice = "";
  try {
    await openOrInject(tab.id, frameId, opening);
  } catch (error) {
    console.info("This page cannot be entered.", error);
    notice = words.say("page_not_allowed");
  }
  await showNotice(tab.id, notice);
}

/**
 * @param {number} tabId
 * @param {number} frameId
 * @param {Opening} opening
 */
async function openOrInject(tabId, frameId, opening) {
  try {
    await chrome.tabs.sendMessage(tabId, opening, { frameId });
  } catch {
    // Nothing listens there yet. Not an error: the page part comes with the first click.
    await chrome.scripting.executeScript({
      target: { tabId, frameIds: [frameId] },
      files: [LISTENER],
      injectImmediately: true,
    });
    await chrome.tabs.sendMessage(tabId, opening, { frameId });
  }
}

/**
 * Show on the toolbar button what cannot be shown in the page.
 *
 * @param {number} tabId
 * @param {string} text Empty: nothing.
 */
async function showNotice(tabId, text) {
  await chrome.action.setBadgeText({ tabId, text: text ? "!" : "" });
  await chrome.action.setTitle({ tabId, title: text });
  if (text) await chrome.action.setBadgeBackgroundColor({ tabId, color: "#b3261e" });
}

/** Tabs that were open before the extension was installed have no page part yet. */
export async function enterOpenPages() {
  for (const script of chrome.runtime.getManifest().content_scripts ?? []) {
    for (const tab of await chrome.tabs.query({ url: script.matches })) {
      if (tab.id === undefined || tab.discarded) continue;
      const target = { tabId: tab.id, allFrames: true };
      try {
        await chrome.scripting.executeScript({ target, files: [LISTENER] });
      } catch (error) {
        console.info("A page that was open already is left alone.", error);
      }
    }
  }
}
