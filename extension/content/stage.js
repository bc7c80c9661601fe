import { html, svg } from "../ui/build.js";
import { parentOf } from "./shadow.js";

/**
 * The element that everything of ours is drawn in: a closed shadow root in the top layer.
 *
 * While it is there, events on it never reach the page. They are taken on `window`, before
 * any listener of the page, and dispatched to the inner element under the name `inner-...`.
 */

/**
 * @typedef {object} Memory What listener.js keeps.
 * @property {{x: number, y: number, target: EventTarget | null,
 *   picture: import("./sources.js").Picture | null | undefined} | null} press
 * @property {((event: Event) => void) | null} gate
 * @property {((message: any) => void) | null} hear What the worker says to pages that are open.
 *
 * @typedef {(event: any, target: Element) => void} Handler Called with the browser's own event.
 */

const INNER = "inner-";
/** Events that the root listens to itself: focus that moves within it never leaves it. */
const WITHIN = ["click", "focusin", "focusout", "keydown", "pointermove", "auxclick"];

export class Stage {
  /**
   * @param {Memory} memory
   * @param {string} css
   * @param {import("../ui/words.js").Words} words
   */
  constructor(memory, css, words) {
    this.memory = memory;
    this.host = html("div");
    // Regardless of what the page's style sheet says about every div.
    this.host.style.cssText = ownStyle(words.direction);
    this.host.setAttribute("popover", "manual");
    this.host.lang = words.language;
    this.host.dir = words.direction;
    this.root = this.host.attachShadow({ mode: "closed" });
    this.root.append(html("style", {}, css));
    /** @type {Element | null} */
    this.focusBefore = document.activeElement;
    /** @type {(event: Event) => void} What happens elsewhere in the page. */
    this.onOutside = () => {};
    /** The page has removed or hidden our element. */
    this.onLost = () => {};
    /** Escape, where the page took the key before it reached us. */
    this.onEscape = () => {};
    /** @type {{destroy: () => void} | null} */
    this.watcher = null;
    this.wasMoved = false;
    /** @type {SVGForeignObjectElement | null} */
    this.room = null;
    this.guard = new MutationObserver(() => this.#stay());
    for (const type of WITHIN) {
      this.root.addEventListener(type, (event) => dispatchInner(event, event.target));
    }
    for (const type of [...WITHIN, "keyup", "pointerdown", "pointerup", "mousedown", "mouseup"]) {
      this.host.addEventListener(type, (event) => event.stopPropagation());
    }
  }

  /** @param {Element | null} near What it is about, where that is known. */
  open(near) {
    this.memory.gate = (event) => this.#take(event);
    this.#enter(placeFor(near));
    this.#watch();
    // A page with a zoomed root would zoom us a second time.
    const { currentCSSZoom: zoom = 1 } = this.host;
    if (zoom !== 1) this.host.style.setProperty("zoom", String(1 / zoom), "important");
  }

  /** @param {Element} holder */
  #enter(holder) {
    this.guard.disconnect();
    this.room?.remove();
    // A drawing shows nothing of HTML but there.
    this.room = holder instanceof SVGElement ? svg("foreignObject", { width: "100%", height: "100%" }) : null;
    this.room?.append(this.host);
    holder.append(this.room ?? this.host);
    this.host.showPopover();
    this.guard.observe(holder, { childList: true });
  }

  /** Where the page has removed us, or closed what we were in: be elsewhere, once. */
  #stay() {
    if (this.host.isConnected) return;
    if (this.wasMoved) {
      this.onLost();
      return;
    }
    this.wasMoved = true;
    this.#enter(document.body ?? document.documentElement);
  }

  /** Be above everything, also above what has been opened since and what we were in. */
  rise() {
    const holder = placeFor(null);
    if (!this.host.checkVisibility() || !holder.contains(this.host)) this.#enter(holder);
  }

  get hasFocus() {
    const { activeElement } = /** @type {Document | ShadowRoot} */ (this.host.getRootNode());
    return activeElement === this.host;
  }

  /** @param {boolean} hadFocus Then the page gets it back where it was. */
  close(hadFocus) {
    this.memory.gate = null;
    this.memory.hear = null;
    this.guard.disconnect();
    this.watcher?.destroy();
    this.host.remove();
    this.room?.remove();
    if (hadFocus && this.focusBefore instanceof HTMLElement && this.focusBefore.isConnected) {
      this.focusBefore.focus({ preventScroll: true });
    }
  }

  /**
   * Watch for Escape the browser's own way, which works even on pages that stop the key. It does not
   * fire where the key was handled, and fires once.
   */
  #watch() {
    const { CloseWatcher } = /** @type {any} */ (globalThis);
    if (!CloseWatcher) return;
    const watcher = new CloseWatcher();
    watcher.onclose = () => {
      this.onEscape();
      if (this.host.isConnected) this.#watch();
    };
    this.watcher = watcher;
  }

  /**
   * Hide everything for a screenshot but a still, which is what is seen. What has the focus keeps it.
   *
   * @param {boolean} isHidden
   */
  hide(isHidden) {
    this.root.querySelector(".lookup")?.classList.toggle("is-unseen", isHidden);
  }

  /** @returns {HTMLElement[]} What Tab stops at, in order. */
  stops() {
    const all = this.root.querySelectorAll("a[href], button, input, [tabindex='0']");
    return /** @type {HTMLElement[]} */ ([...all]).filter((element) => element.checkVisibility({ visibilityProperty: true }));
  }

  /**
   * Keep Tab within the overlay: the page below is out of use while it is open.
   *
   * @param {KeyboardEvent} event
   */
  keepTab(event) {
    const { activeElement } = this.root;
    const side = event.shiftKey ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
    const stops = this.stops();
    // What has the focus need not be a stop itself: a heading that was just read out, say.
    const hasMore = activeElement &&
      stops.some((stop) => activeElement.compareDocumentPosition(stop) & side);
    if (hasMore || stops.length === 0) return;
    event.preventDefault();
    stops.at(event.shiftKey ? -1 : 0)?.focus();
  }

  /** @param {MouseEvent} event */
  #pressed(event) {
    // What a frame is drawn on gets the pointer's events wherever it goes.
    const drawing = event instanceof PointerEvent && this.root.querySelector(".drawing");
    if (drawing && drawing.hasPointerCapture(event.pointerId)) return drawing;
    return this.root.elementFromPoint(event.clientX, event.clientY);
  }

  /** @param {Event} event */
  #take(event) {
    // The page can dispatch events on our element: it must not press anything in it.
    if (!event.isTrusted) return;
    if (!this.host.matches(":popover-open")) {
      this.onLost();
      return;
    }
    if (event.target !== this.host) {
      // A page that keeps the focus within a dialog would take it back.
      if (event instanceof FocusEvent && event.relatedTarget === this.host) {
        event.stopImmediatePropagation();
        return;
      }
      this.onOutside(event);
      return;
    }
    // A click by keyboard or screen reader has no position to find its element by.
    if (event.type === "click" && /** @type {PointerEvent} */ (event).pointerId === -1) return;
    event.stopImmediatePropagation();
    const isAtPoint = event instanceof MouseEvent;
    const inner = isAtPoint ? this.#pressed(event) : this.root.activeElement;
    dispatchInner(event, inner ?? this.root);
  }
}

/**
 * Listen to an event of the browser on one of our own elements.
 *
 * @param {EventTarget} element
 * @param {string} type
 * @param {Handler} handler
 */
export function on(element, type, handler) {
  element.addEventListener(INNER + type, (event) => {
    const target = /** @type {Element} */ (event.target);
    handler(/** @type {CustomEvent} */ (event).detail, target);
  });
}

/**
 * @param {Event} event
 * @param {EventTarget | null} target
 */
function dispatchInner(event, target) {
  const inner = new CustomEvent(INNER + event.type, { bubbles: true, detail: event });
  target?.dispatchEvent(inner);
}

/**
 * Return what to be in: whatever is open and holds the picture, as a modal dialog makes everything
 * outside it inert, and a popover closes at a click outside it.
 *
 * @param {Element | null} near
 * @returns {Element}
 */
function placeFor(near) {
  for (let one = near && parentOf(near); one; one = parentOf(one)) {
    if (one.matches(OPEN) && !one.shadowRoot) return one;
  }
  const open = [...document.querySelectorAll(OPEN)].filter((one) => !one.matches(HOLDS_NOTHING));
  return open.at(-1) ?? document.documentElement;
}

const OPEN = "dialog:modal, :popover-open, :fullscreen";
const HOLDS_NOTHING = "html, img, video, canvas, iframe, object, embed, input";

/** @param {string} direction Of our text: "all" leaves it as the page has it. */
const ownStyle = (direction) => [
  "all: initial", `direction: ${direction}`, "unicode-bidi: isolate", "display: block", "position: fixed",
  "inset: 0", "width: 100vw", "height: 100vh", "max-width: none", "max-height: none",
  "margin: 0", "padding: 0", "border: 0", "background: none", "overflow: visible", "pointer-events: none",
  "visibility: visible", "opacity: 1", "z-index: 2147483647", "color-scheme: light dark",
].map((rule) => `${rule} !important`).join(";");
