/** What is on the screen, held still, to be asked about like any picture. */

import { html } from "../ui/build.js";

/**
 * @param {string} data A data: URL of a JPEG: a screenshot of the visible part of the tab.
 * @returns {Promise<{element: HTMLElement, canvas: HTMLCanvasElement}>} The element covers the window.
 */
export async function heldScreen(data) {
  // Not an image's address, nor fetched: a page's policy may forbid both.
  const bytes = Uint8Array.from(atob(data.slice(data.indexOf(",") + 1)), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  const canvas = html("canvas", { class: "screen" });
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { element: html("div", { class: "held-screen" }, canvas), canvas };
}
