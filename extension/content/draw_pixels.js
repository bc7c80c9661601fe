/** A picture's pixels, read from within the page, where the page is allowed to. */

import { html } from "../ui/build.js";

/** @typedef {import("./sources.js").Picture} Picture */

/** Longer sides are scaled down to this: the model sees no more, and messages have limits. */
const LONGEST = 3000;
const LOAD_MS = 8000;

/**
 * @param {Picture} picture
 * @param {HTMLCanvasElement | null} film The frame of it that was taken.
 * @returns {Promise<string | null>} A data: URL, or null where the browser protects them.
 */
export async function drawPixels(picture, film) {
  for (const drawable of film ? [async () => film] : drawables(picture)) {
    try {
      const data = drawn(await drawable());
      if (data) return data;
    } catch (error) {
      console.debug("These pixels are protected.", error);
    }
  }
  return null;
}

/**
 * @param {Picture} picture
 * @returns {(() => Promise<HTMLImageElement | HTMLCanvasElement | HTMLVideoElement>)[]}
 */
function drawables({ element, shown, addresses }) {
  const own = element instanceof HTMLImageElement || element instanceof HTMLCanvasElement ||
    (element instanceof HTMLVideoElement && !shown);
  const elsewhere = [...new Set([...addresses, shown])].filter(Boolean);
  return [
    ...(own ? [async () => element] : []),
    ...elsewhere.map((address) => () => loadAnonymously(address)),
  ];
}

/**
 * @param {string} address
 * @returns {Promise<HTMLImageElement>}
 */
function loadAnonymously(address) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.crossOrigin = "anonymous";
    image.referrerPolicy = "no-referrer";
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("It may not be loaded with CORS."));
    setTimeout(() => reject(new Error("It takes too long.")), LOAD_MS);
    image.src = address;
  });
}

/**
 * @param {HTMLImageElement | HTMLCanvasElement | HTMLVideoElement} source
 * @returns {string | null}
 */
function drawn(source) {
  const [width, height] = sizeOf(source);
  if (!width || !height) return null;
  const factor = Math.min(1, LONGEST / Math.max(width, height));
  const canvas = html("canvas");
  canvas.width = Math.max(1, Math.round(width * factor));
  canvas.height = Math.max(1, Math.round(height * factor));
  const context = canvas.getContext("2d");
  if (!context) return null;
  // JPEG has no transparency; without this it would be black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.92);
}

/**
 * @param {HTMLImageElement | HTMLCanvasElement | HTMLVideoElement} source
 * @returns {[number, number]}
 */
function sizeOf(source) {
  if (source instanceof HTMLImageElement) return [source.naturalWidth, source.naturalHeight];
  if (source instanceof HTMLVideoElement) return [source.videoWidth, source.videoHeight];
  return [source.width, source.height];
}
