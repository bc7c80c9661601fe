/** The ways in for a picture: dropped, pasted, chosen, photographed, or its address. */

import { byId } from "./ui/build.js";
import { safeLink } from "./ui/links.js";
import { ProblemError } from "./ui/problems.js";
import { say } from "./words.js";

/** @typedef {{file: Blob} | {address: string}} Picture */

/**
 * @param {(picture: Picture) => void} take
 * @param {(error: ProblemError) => void} refuse
 */
export function listenForPictures(take, refuse) {
  for (const id of ["file", "camera"]) {
    const input = byId(id, HTMLInputElement);
    const takeChosen = () => {
      const file = input.files?.[0];
      // The same file may be chosen again.
      input.value = "";
      if (file) take({ file });
    };
    input.addEventListener("change", takeChosen);
    // Over a slow network, the user may have been faster than this script.
    takeChosen();
  }
  listenToAddress(take);
  const takeFrom = (/** @type {DataTransfer | null} */ data) => {
    const picture = data && pictureIn(data);
    if (picture) take(picture);
    else refuse(new ProblemError("no-picture-dropped"));
  };
  addEventListener("paste", (event) => {
    // Text that is pasted into a field stays there.
    const isInField = event.target instanceof HTMLInputElement;
    if (isInField && !event.clipboardData?.files.length) return;
    event.preventDefault();
    takeFrom(event.clipboardData);
  });
  listenToDrops(takeFrom);
}

/**
 * @param {DataTransfer} data
 * @returns {Picture | null}
 */
function pictureIn(data) {
  const file = [...data.files].find(({ type }) => type.startsWith("image/")) ?? data.files[0];
  if (file) return { file };
  const text = data.getData("text/uri-list").split("\n").find((line) => !line.startsWith("#")) ||
    data.getData("text/plain");
  const address = safeLink(text.trim());
  return address ? { address } : null;
}

/** @param {(data: DataTransfer | null) => void} takeFrom */
function listenToDrops(takeFrom) {
  const words = document.querySelector(".for-mouse");
  const light = (/** @type {boolean} */ isOver) => {
    document.body.classList.toggle("is-dropping", isOver);
    if (words) words.textContent = say(isOver ? "drop_now" : "drop_here");
  };
  addEventListener("dragover", (event) => {
    event.preventDefault();
    light(true);
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) light(false);
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    light(false);
    takeFrom(event.dataTransfer);
  });
}

/** @param {(picture: Picture) => void} take */
function listenToAddress(take) {
  const field = byId("url", HTMLInputElement);
  const fault = byId("address-fault", HTMLParagraphElement);
  const show = (/** @type {string} */ text) => {
    fault.hidden = !text;
    fault.textContent = text;
    field.toggleAttribute("aria-invalid", text !== "");
  };
  field.addEventListener("input", () => show(""));
  byId("address", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    const address = safeLink(field.value.trim());
    show(address ? "" : say("address_fault"));
    if (address) take({ address });
    else field.focus();
  });
  byId("find", HTMLButtonElement).disabled = false;
}
