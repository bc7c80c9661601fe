/** How far the page was scrolled, kept for a reload, another language and the way back to it. */

const KEPT_AS = "where-to-buy-scrolled";
/** What a person does that means another place. */
const OWN = /** @type {const} */ (["wheel", "touchstart", "pointerdown", "keydown"]);

/** Keep it when the page is left. */
export function keepScroll() {
  addEventListener("pagehide", () => {
    sessionStorage.setItem(KEPT_AS, JSON.stringify({ said: said(), top: scrollY }));
  });
}

/**
 * Scroll to where this address was left, as soon as so much has come that the page is long enough,
 * unless the person was faster.
 */
export function restoreScroll() {
  const top = keptTop();
  if (!top) return;
  const end = new AbortController();
  const follow = new ResizeObserver(() => {
    scrollTo({ top, behavior: "instant" });
    if (Math.abs(scrollY - top) < 1) end.abort();
  });
  end.signal.addEventListener("abort", () => follow.disconnect());
  for (const type of OWN) addEventListener(type, () => end.abort(), { signal: end.signal, passive: true });
  follow.observe(document.body);
}

function keptTop() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "null");
    return kept?.said === said() && Number.isFinite(kept.top) ? Number(kept.top) : 0;
  } catch {
    return 0;
  }
}

/** What the address says, in whichever order. */
function said() {
  const query = new URLSearchParams(location.search);
  query.sort();
  return String(query);
}
