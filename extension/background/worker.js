/** The service worker: what the browser calls, and what handles it. */

import { PORT_NAME } from "../content/messages.js";
import { Conversation } from "./conversation.js";
import { wordsFor } from "./locale.js";
import { enterOpenPages, enterTabs, openAt, openPicking, openScreen, say } from "./pages.js";
import { closeStorageToPages, readSettings } from "./settings.js";
import { addSite, beThere, patternOf, siteOf } from "./sites.js";

const MENU_ID = "where-to-buy";

void closeStorageToPages();

chrome.runtime.onInstalled.addListener(() => {
  void showMenu();
  void enterOpenPages();
  void beThere();
});
chrome.runtime.onStartup.addListener(() => void showMenu());
chrome.permissions.onRemoved.addListener(() => void beThere());
chrome.storage.local.onChanged.addListener((changes) => {
  if (changes.language) void showMenu();
});

chrome.contextMenus.onClicked.addListener((info, tab) => {
  if (tab) void openAt(tab, info.frameId ?? 0, info.srcUrl ?? null, info.frameUrl ?? "");
});

chrome.commands.onCommand.addListener((_command, tab) => {
  if (tab) void openPicking(tab);
});

chrome.runtime.onConnect.addListener((port) => {
  if (port.name === PORT_NAME && port.sender?.id === chrome.runtime.id) new Conversation(port);
});

chrome.runtime.onMessage.addListener((message, sender) => {
  if (sender.id !== chrome.runtime.id) return;
  // From the popup, which closes as soon as the page gets the focus; never from a page part.
  if (sender.url?.startsWith(chrome.runtime.getURL(""))) {
    if (message?.type === "pick") void chrome.tabs.get(message.tabId).then(openPicking);
    if (message?.type === "screen") void chrome.tabs.get(message.tabId).then(openScreen);
  } else if (sender.tab?.id !== undefined) {
    hearPage(message, sender.tab, sender.frameId ?? 0);
  }
});

/**
 * @param {any} message
 * @param {chrome.tabs.Tab} tab
 * @param {number} frameId
 */
function hearPage(message, tab, frameId) {
  const tabId = tab.id ?? -1;
  if (message?.type === "allow") allow(message, tab);
  else if (message?.type === "screen") void openScreen(tab);
  else if (message?.type === "removed") void say(tabId, "page_removes");
  else if (message?.type === "picked") {
    void chrome.tabs.sendMessage(tabId, { type: "end-pick", except: frameId }).catch(() => {});
  }
}

/**
 * Ask the person for the permission. The browser shows its question only right after their click, so
 * nothing is waited for before.
 *
 * @param {import("../content/messages.js").Allow} message
 * @param {chrome.tabs.Tab} tab
 */
function allow({ site, frame }, tab) {
  const origin = siteOf(String(site));
  if (!origin) return;
  chrome.permissions.request({ origins: [patternOf(origin)] }).then(async (isGranted) => {
    if (!isGranted) return;
    await addSite(origin);
    await enterTabs([patternOf(origin)]);
    if (!frame) return;
    if (frame.id >= 0) await openAt(tab, frame.id, frame.srcUrl, `${origin}/`);
    else await openPicking(tab);
  }).catch(async (error) => {
    console.info("The browser asks only in the settings.", error);
    await chrome.tabs.create({ url: `${chrome.runtime.getURL("options/options.html")}?site=${origin}` });
  });
}

let menuShown = Promise.resolve();

/** The entry is in the language that was chosen, which need not be the browser's. */
function showMenu() {
  // One after the other: two at once would create the entry twice.
  menuShown = menuShown.then(createMenu, createMenu);
  return menuShown;
}

async function createMenu() {
  const words = await wordsFor(await readSettings());
  await chrome.contextMenus.removeAll();
  chrome.contextMenus.create({
    id: MENU_ID,
    title: words.say("name"),
    // Chromium has no name for a canvas: "all" is the only one that it is among.
    contexts: ["all"],
  });
}
