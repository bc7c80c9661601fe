/** The first page: a picture comes in, its garments light up, one is chosen. */

import "./frame.js";
import { keptLook, lookAtAddress, lookAtFile, wasCancelled } from "./api.js";
import { listenForPictures } from "./intake.js";
import { prepareFile } from "./prepare_file.js";
import { byId } from "./ui/build.js";
import { say } from "./words.js";
import { Workspace } from "./workspace.js";

/** @typedef {import("./intake.js").Picture} Picture */
/** @typedef {import("./ui/answers.js").Look} Look */

const start = byId("start", HTMLElement);
const workspace = new Workspace(byId("workspace", HTMLElement), () => leave());
let work = new AbortController();

/** @param {boolean} isWorking */
function turnTo(isWorking) {
  start.hidden = isWorking;
  workspace.element.hidden = !isWorking;
  scrollTo({ top: 0 });
}

/** Back to the start; the browser's own Back button does the same. */
function leave() {
  work.abort();
  if (new URLSearchParams(location.search).has("look")) history.pushState(null, "", "/");
  showStart();
}

function showStart() {
  work.abort();
  workspace.clear();
  turnTo(false);
  byId("file", HTMLInputElement).focus({ preventScroll: true });
}

/**
 * @param {Blob | null} file
 * @param {(signal: AbortSignal) => Promise<Look>} makeLook
 * @param {() => void} again
 */
async function run(file, makeLook, again) {
  work.abort();
  const own = new AbortController();
  work = own;
  turnTo(true);
  // Not awaited: a picture that the browser cannot show is still analysed.
  const shown = workspace.begin(file);
  workspace.stage.busy(say("preparing"));
  try {
    const look = await makeLook(own.signal);
    await shown;
    if (own.signal.aborted) return;
    const address = `/?look=${encodeURIComponent(look.id)}`;
    if (location.pathname + location.search !== address) history.pushState(null, "", address);
    await workspace.show(look);
  } catch (error) {
    if (wasCancelled(error) || own.signal.aborted) return;
    workspace.fail(error, again);
  }
}

/** @param {Picture} picture */
function take(picture) {
  const again = () => take(picture);
  if ("address" in picture) {
    run(null, (signal) => {
      workspace.stage.busy(say("fetching"));
      return lookAtAddress(picture.address, signal);
    }, again);
    return;
  }
  run(picture.file, async (signal) => {
    const file = await prepareFile(picture.file);
    signal.throwIfAborted();
    return lookAtFile(file, signal, (share) => {
      if (signal.aborted) return;
      const percent = Math.round(share * 100);
      workspace.stage.busy(share < 1 ? say("sending", percent) : say("finding"), share);
    });
  }, again);
}

function followAddress() {
  const id = new URLSearchParams(location.search).get("look");
  if (id) run(null, () => keptLook(id), followAddress);
  else showStart();
}

if (location.search) followAddress();
listenForPictures(take, (error) => {
  work.abort();
  workspace.clear();
  turnTo(true);
  workspace.fail(error, showStart);
});
addEventListener("popstate", followAddress);
