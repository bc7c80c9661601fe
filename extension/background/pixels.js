/** The pixels of a picture that the server could not download. */

import { ProblemError } from "../ui/problems.js";

/** @typedef {import("../content/messages.js").Visible} Visible */

const FETCH_MS = 15_000;
/** The most that the server accepts. */
export const LARGEST_BYTES = 15 * 2 ** 20;

/**
 * Fetch a picture with the browser's host permission: neither CORS nor CORP applies, and no
 * Referer is sent.
 *
 * @param {string} address
 * @returns {Promise<Blob | null>} Null without permission, and where there is no picture.
 */
export async function fetchPicture(address) {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const origins = [`${url.protocol}//${url.hostname}/*`];
  if (!/^https?:$/.test(url.protocol)) return null;
  if (!(await chrome.permissions.contains({ origins }))) return null;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(FETCH_MS) });
    const blob = await answer.blob();
    const isPicture = answer.ok && /^(image\/|application\/octet-stream)/.test(blob.type);
    return isPicture && blob.size <= LARGEST_BYTES ? blob : null;
  } catch (error) {
    console.info("The picture could not be fetched.", error);
    return null;
  }
}

/**
 * Take a screenshot of the tab and cut the picture out.
 *
 * @param {number} windowId
 * @param {Visible} visible
 * @returns {Promise<OffscreenCanvas | null>} Null where no screenshot of this page is allowed.
 */
export async function capturePicture(windowId, { rect, viewport }) {
  let screenshot;
  try {
    // Far quicker to make than PNG, and as good as what most pictures on the web are.
    screenshot = await chrome.tabs.captureVisibleTab(windowId, { format: "jpeg", quality: 95 });
  } catch (error) {
    console.info("The tab may not be captured.", error);
    return null;
  }
  const bitmap = await createImageBitmap(await blobOf(screenshot));
  // Not devicePixelRatio: a pinch zoom is not in it.
  const scaleX = bitmap.width / viewport[0];
  const scaleY = bitmap.height / viewport[1];
  const width = Math.round(rect.width * scaleX);
  const height = Math.round(rect.height * scaleY);
  if (width < 1 || height < 1) return null;
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d", { willReadFrequently: true })
    ?.drawImage(bitmap, -rect.x * scaleX, -rect.y * scaleY);
  bitmap.close();
  return canvas;
}

/**
 * @param {OffscreenCanvas} canvas
 * @returns {Promise<Blob>}
 */
export function jpegOf(canvas) {
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 });
}

/**
 * @param {string} data A data: URL.
 * @returns {Promise<Blob>}
 */
export async function blobOf(data) {
  if (!data.startsWith("data:")) throw new ProblemError("no-pixels");
  return (await fetch(data)).blob();
}

/**
 * @param {Blob} blob
 * @returns {Promise<string>} A data: URL.
 */
export async function dataUrlOf(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = "";
  for (let start = 0; start < bytes.length; start += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return `data:${blob.type};base64,${btoa(binary)}`;
}
