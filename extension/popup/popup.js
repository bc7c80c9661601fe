/** The toolbar button's popup: whether the server answers, and a way to pick a picture. */

import { Server } from "../background/server.js";
import { readSettings } from "../background/settings.js";
import { speak } from "../options/speaking.js";
import { byId } from "../ui/build.js";
import { problemOf, problemWords } from "../ui/problems.js";

const settings = await readSettings();
const words = await speak(settings);

byId("pick", HTMLButtonElement).addEventListener("click", () => void pick());
byId("options", HTMLButtonElement).addEventListener("click", () => {
  void chrome.runtime.openOptionsPage();
  window.close();
});

const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
const notice = tab?.id === undefined ? "" : await chrome.action.getBadgeText({ tabId: tab.id });
if (notice) showAdvice(words.say("page_not_allowed"));
await showState();

async function pick() {
  if (tab?.id !== undefined) await chrome.runtime.sendMessage({ type: "pick", tabId: tab.id });
  window.close();
}

async function showState() {
  setState("checking", "");
  try {
    const isReady = await new Server(settings).isReady();
    setState(isReady ? "server_ready" : "server_starting", isReady ? "good" : "");
  } catch (error) {
    const [title, advice] = problemWords(problemOf(error), words);
    byId("state", HTMLElement).textContent = title;
    document.body.dataset.state = "bad";
    showAdvice(advice);
  }
}

/**
 * @param {string} key
 * @param {string} state
 */
function setState(key, state) {
  byId("state", HTMLElement).textContent = words.say(key);
  document.body.dataset.state = state;
}

/** @param {string} text */
function showAdvice(text) {
  const advice = byId("advice", HTMLElement);
  advice.hidden = false;
  advice.textContent = text;
}
