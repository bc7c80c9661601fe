/** Holding a film still: silhouettes fit one frame of it only. */

/**
 * @param {Element} element
 * @returns {() => void} Lets it play again, if it did.
 */
export function holdStill(element) {
  if (!(element instanceof HTMLVideoElement) || element.paused) return () => {};
  element.pause();
  return () => void element.play().catch(() => {});
}
