/** What is done with the pointer on the page, around the overlay, while a picture is looked at. */

/**
 * Keep from the page what is meant for the picture.
 *
 * @param {Event} event
 * @param {import("./placed_silhouettes.js").PlacedSilhouettes | null} silhouettes
 * @param {import("./messages.js").Rect} visible What is seen of the picture.
 * @param {object} acts
 * @param {(isOn: boolean) => void} acts.pointed Whether the pointer is on the picture, or was when it left for our own.
 * @param {() => void} acts.clicked A click on the picture, beside every garment.
 */
export function hearOutside(event, silhouettes, visible, { pointed, clicked }) {
  const framing = silhouettes?.framing;
  if (event.type === "dragstart" || event.type === "selectstart") {
    if (framing?.press) event.preventDefault();
    return;
  }
  if (!(event instanceof MouseEvent) || event.button === 2) return;
  // A frame that was begun goes on outside.
  const isMeant = () => (framing?.press && event.type !== "pointerdown") || isIn(visible, event);
  if (framing && event instanceof PointerEvent && isMeant() && framing.hear(event)) {
    event.stopImmediatePropagation();
    event.preventDefault();
    return;
  }
  if (/move|over|out/.test(event.type)) {
    pointed(isMeant());
    silhouettes?.leave();
    return;
  }
  if (!isMeant() || !/^(pointer|mouse)(down|up)$|click$/.test(event.type)) return;
  // On the picture, beside every garment: not meant for the page.
  event.stopImmediatePropagation();
  event.preventDefault();
  if (event.type === "click" && !framing?.hasDrawn) clicked();
}

/**
 * @param {import("./messages.js").Rect} rect
 * @param {MouseEvent} event
 */
function isIn({ x, y, width, height }, { clientX, clientY }) {
  return clientX >= x && clientX < x + width && clientY >= y && clientY < y + height;
}
