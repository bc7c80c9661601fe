/** Access to shadow roots, closed ones included. */

/** How deep roots within roots are followed. */
const DEEPEST = 20;

/**
 * @param {Element} element
 * @returns {ShadowRoot | null}
 */
export function shadowRootOf(element) {
  if (element.shadowRoot) return element.shadowRoot;
  if (!(element instanceof HTMLElement)) return null;
  const open = globalThis.chrome?.dom?.openOrClosedShadowRoot;
  if (open) return open(element);
  // In Firefox, content scripts find it as a property.
  return /** @type {any} */ (element).openOrClosedShadowRoot ?? null;
}

/**
 * Return all elements at a point, topmost first, including those in shadow roots.
 *
 * @param {number} x
 * @param {number} y
 * @param {Document | ShadowRoot} [root]
 * @param {number} [depth]
 * @returns {Element[]}
 */
export function elementsAt(x, y, root = document, depth = 0) {
  /** @type {Element[]} */
  const found = [];
  for (const element of root.elementsFromPoint(x, y)) {
    // A shadow root also returns elements of its host's document.
    if (root instanceof ShadowRoot && element.getRootNode() !== root) continue;
    const inner = depth < DEEPEST ? shadowRootOf(element) : null;
    if (inner) found.push(...elementsAt(x, y, inner, depth + 1));
    found.push(element);
  }
  return found;
}

/** @type {(Document | ShadowRoot)[]} What was found by the last search for them. */
let roots = [];

/**
 * Look through the whole page for shadow roots. On a large page this takes longer than a frame, so
 * whoever follows the pointer does it once.
 */
export function findRoots() {
  roots = [document, ...shadowRoots(document, 0)];
}

/**
 * @param {Document | ShadowRoot} root
 * @param {number} depth
 * @returns {Generator<ShadowRoot>}
 */
function* shadowRoots(root, depth) {
  if (depth > DEEPEST) return;
  for (const element of root.querySelectorAll("*")) {
    const inner = shadowRootOf(element);
    if (inner) {
      yield inner;
      yield* shadowRoots(inner, depth + 1);
    }
  }
}

/**
 * Return all elements of a kind in the document and in the shadow roots that `findRoots` has found.
 *
 * @param {string} selector
 * @returns {Element[]}
 */
export function knownElements(selector) {
  if (roots.length === 0) findRoots();
  return roots.flatMap((root) => [...root.querySelectorAll(selector)]);
}

/**
 * Yield all elements of a kind, in document order, including those in shadow roots.
 *
 * @param {string} selector
 * @param {Document | ShadowRoot} [root]
 * @param {number} [depth]
 * @returns {Generator<Element>}
 */
export function* allElements(selector, root = document, depth = 0) {
  for (const element of root.querySelectorAll("*")) {
    if (element.matches(selector)) yield element;
    const inner = depth < DEEPEST ? shadowRootOf(element) : null;
    if (inner) yield* allElements(selector, inner, depth + 1);
  }
}

/**
 * Return the parent of an element, across the borders of shadow roots.
 *
 * @param {Element} element
 * @returns {Element | null}
 */
export function parentOf(element) {
  if (element.assignedSlot) return element.assignedSlot;
  const { parentElement } = element;
  if (parentElement) return closedSlotOf(element, parentElement) ?? parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

/**
 * @param {Element} element
 * @param {Element} parent
 * @returns {HTMLSlotElement | null} Where a closed shadow root of its parent shows it, which no page is told.
 */
function closedSlotOf(element, parent) {
  const root = shadowRootOf(parent);
  if (!root) return null;
  return [...root.querySelectorAll("slot")].find((slot) => slot.assignedElements().includes(element)) ?? null;
}
