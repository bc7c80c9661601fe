/** The service worker: what the browser calls, and what handles it. */

import { PORT_NAME } from "../content/messages.js";
import { Conversation } from "./conversation.js";
import { wordsFor } from "./locale.js";
import { enterOpenPages, openIn } from "./pages.js";
import { closeStorageToPages, readSettings } from "./settings.js";

const MENU_ID = "where-to-buy";

void closeStorageToPages();

chrome.runtime.onInstalled.addListener(() => {
  void showMenu();
  void enterOpenPages();
});
chrome.runtime.onStartup.addListener(() => void showMenu());
chrome.storage.local.onChanged.addListener((changes) => {
  if (changes.language) void showMenu();
});

chrome.contextMenus.onClicked.addListener((info, tab) => {
  if (tab) void openIn(tab, info.frameId ?? 0, "point", info.srcUrl ?? null);
});

chrome.commands.onCommand.addListener((_command, tab) => {
  if (tab) void openIn(tab, 0, "pick");
});

chrome.runtime.onConnect.addListener((port) => {
  if (port.name === PORT_NAME && port.sender?.id === chrome.runtime.id) new Conversation(port);
});

chrome.runtime.onMessage.addListener((message, sender) => {
  // From the popup, which closes as soon as the page gets the focus; never from a page part.
  if (sender.url?.startsWith(chrome.runtime.getURL("")) && message?.type === "pick") {
    void chrome.tabs.get(message.tabId).then((tab) => openIn(tab, 0, "pick"));
  }
});

let menuShown = Promise.resolve();

/** The entry is in the language that was chosen, which need not be the browser's. */
function showMenu() {
  // One after the other: two at once would create the entry twice.
  menuShown = menuShown.then(createMenu);
  return menuShown;
}

async function createMenu() {
  const words = await wordsFor(await readSettings());
  await chrome.contextMenus.removeAll();
  chrome.contextMenus.create({
    id: MENU_ID,
    title: words.say("name"),
    contexts: ["page", "frame", "image", "video", "link", "selection"],
  });
}
