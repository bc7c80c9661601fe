/** Converts a file for the server that is too large, or of a kind that only this browser reads. */

import { ProblemError } from "./ui/problems.js";

const TAKEN = new Set(["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"]);
const MOST_BYTES = 15 * 2 ** 20;
/** More than the server analyses, in pixels. */
const LONGEST_SIDE = 2560;
const QUALITY = 0.92;

/**
 * @param {Blob} file
 * @returns {Promise<Blob>} The same file where the server takes it as it is.
 */
export async function prepareFile(file) {
  if (TAKEN.has(file.type) && file.size <= MOST_BYTES) return file;
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new ProblemError(file.size > MOST_BYTES ? "picture-too-large" : "unsupported-picture");
  }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  if (pen) {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  }
  bitmap.close();
  /** @type {Blob | null} */
  const smaller = await new Promise((give) => canvas.toBlob(give, "image/jpeg", QUALITY));
  if (!smaller) throw new ProblemError("picture-too-large");
  return smaller;
}
