/**
 * The part that is always in the page: it remembers where the pointer was pressed last, and
 * loads the rest on demand. A classic script, as content scripts have to be.
 *
 * Its listeners sit on `window`: on any node below, a listener for `contextmenu` would stop
 * the browser itself from seeing the picture beneath a transparent layer.
 */
(() => {
  /** @type {any} */
  const scope = globalThis;
  if (scope.whereToBuy?.isAlive()) return;

  /**
   * @typedef {object} Press
   * @property {number} x
   * @property {number} y
   * @property {EventTarget | null} target The innermost node, also within open shadow roots.
   * @property {any} picture What was there, null where nothing was; undefined as long as nobody has looked.
   */

  /** Kinds of events that the overlay keeps to itself while it is open. */
  const KEPT = [
    "pointerdown", "pointerup", "pointermove", "pointerover", "pointerout", "pointercancel",
    "mousedown", "mouseup", "mousemove", "mouseover", "mouseout", "click", "auxclick",
    "dblclick", "contextmenu", "keydown", "keyup", "keypress", "focus", "blur", "focusin",
    "focusout", "input", "change", "beforeinput", "dragstart", "selectstart", "copy", "cut",
  ];
  const KEPT_PASSIVE = ["wheel", "touchstart", "touchmove", "touchend", "touchcancel"];

  const memory = {
    /** @type {Press | null} */
    press: null,
    /** @type {((event: Event) => void) | null} Set by the overlay while it is open. */
    gate: null,
    /** @type {((message: any) => void) | null} Set by it, too. */
    hear: null,
    isAlive: () => Boolean(globalThis.chrome?.runtime?.id),
  };
  scope.whereToBuy = memory;

  /** @param {MouseEvent} event */
  const remember = (event) => {
    // Where the user pressed, not where the page claims.
    if (!event.isTrusted || (event.type === "pointerdown" && event.button !== 2)) return;
    const { clientX: x, clientY: y } = event;
    /** @type {Press} */
    const press = { x, y, target: event.composedPath()[0] ?? null, picture: undefined };
    memory.press = press;
    void look(press);
  };

  /**
   * See what is pressed before the page moves on, without keeping the menu waiting.
   *
   * @param {Press} press
   */
  const look = async (press) => {
    try {
      const { pictureUnder } = await import(chrome.runtime.getURL("content/pressed.js"));
      if (memory.press === press) press.picture = pictureUnder(press.x, press.y);
    } catch (error) {
      console.debug("What was pressed stays unknown.", error);
    }
  };
  window.addEventListener("contextmenu", remember, { capture: true, passive: true });
  window.addEventListener("pointerdown", remember, { capture: true, passive: true });

  // Added at the start, so that they run before any of the page's own.
  /** @param {Event} event */
  const keep = (event) => memory.gate?.(event);
  for (const type of KEPT) window.addEventListener(type, keep, { capture: true });
  for (const type of KEPT_PASSIVE) {
    window.addEventListener(type, keep, { capture: true, passive: true });
  }

  /** @param {any} opening */
  const open = async (opening) => {
    const session = await import(chrome.runtime.getURL("content/session.js"));
    await session.open(opening, memory);
  };

  chrome.runtime.onMessage.addListener((message, sender, answer) => {
    if (sender.id !== chrome.runtime.id) return false;
    if (message?.type === "end-pick") memory.hear?.(message);
    if (message?.type !== "open") return false;
    open(message).then(
      () => answer({ ok: true }),
      (error) => {
        console.error("Where can I buy this? could not start here.", error);
        answer({ ok: false });
      },
    );
    return true;
  });
})();
