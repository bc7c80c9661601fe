/** How far the page was scrolled, kept for a reload, another language and the way back to it. */

const KEPT_AS = "where-to-buy-scrolled";
/** A page that is long enough and has not changed for so long has all that it waited for. */
const SETTLED_MS = 2000;
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
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let settled;
  const follow = new ResizeObserver(() => {
    scrollTo({ top, behavior: "instant" });
    // While offers arrive and are put in order, the page may become short again for a moment.
    clearTimeout(settled);
    if (Math.abs(scrollY - top) < 1) settled = setTimeout(() => end.abort(), SETTLED_MS);
  });
  end.signal.addEventListener("abort", () => {
    clearTimeout(settled);
    follow.disconnect();
  });
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
