/** The tab's window, as seen from a frame within it. */

/** @typedef {import("./messages.js").Rect} Rect */
/** @typedef {import("./messages.js").Visible} Visible */

/**
 * @param {Rect} rect In this frame.
 * @returns {Visible | null} Null where the frame cannot know where in the tab it is.
 */
export function inTab(rect) {
  let { x, y } = rect;
  try {
    /** @type {Window} */
    let frame = window;
    while (frame !== frame.top) {
      // Throws, or is null, if the parent is of another site.
      const holder = frame.frameElement;
      if (!holder) return null;
      const box = holder.getBoundingClientRect();
      x += box.x + holder.clientLeft;
      y += box.y + holder.clientTop;
      frame = frame.parent;
    }
    // Two fingers may have enlarged a part of the page: a screenshot shows that part alone.
    const { offsetLeft = 0, offsetTop = 0, scale = 1 } = frame.visualViewport ?? {};
    const viewport = /** @type {[number, number]} */ ([frame.innerWidth / scale, frame.innerHeight / scale]);
    return { rect: { ...rect, x: x - offsetLeft, y: y - offsetTop }, viewport };
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
