/** The sites that the extension is always on, beside the networks: where the person said so. */

const KEY = "sites";
const SCRIPT = { id: "always", js: ["content/listener.js"] };

/**
 * @param {string} address
 * @returns {string | null} The origin; null where no extension can be always.
 */
export function siteOf(address) {
  const withScheme = /^[a-z][a-z0-9+.-]*:/i.test(address.trim()) ? address.trim() : `https://${address.trim()}`;
  if (!URL.canParse(withScheme)) return null;
  const url = new URL(withScheme);
  return /^https?:$/.test(url.protocol) && /^[\w.[\]:-]+$/.test(url.hostname) ? url.origin : null;
}

/**
 * @param {string} site
 * @returns {string} A match pattern, which has no port.
 */
export function patternOf(site) {
  const { protocol, hostname } = new URL(site);
  return `${protocol}//${hostname}/*`;
}

/** @returns {Promise<string[]>} Those that the browser still allows, in alphabetical order. */
export async function keptSites() {
  const stored = await chrome.storage.local.get({ [KEY]: [] });
  const sites = Array.isArray(stored[KEY]) ? stored[KEY].map((site) => siteOf(String(site))) : [];
  const allowed = await Promise.all([...new Set(sites)].map(async (site) =>
    site && await chrome.permissions.contains({ origins: [patternOf(site)] }) ? site : null));
  return allowed.filter((site) => site !== null).sort();
}

/** @param {string} address */
export async function isAlwaysOn(address) {
  const site = siteOf(address);
  return site !== null && (await keptSites()).includes(site);
}

/**
 * Be on a site from now on. It has to be permitted already.
 *
 * @param {string} site
 */
export async function addSite(site) {
  await chrome.storage.local.set({ [KEY]: [...await keptSites(), site] });
  await beThere();
}

/**
 * Be there no longer, and give the permission back.
 *
 * @param {string} site
 */
export async function removeSite(site) {
  const others = (await keptSites()).filter((one) => one !== site);
  await chrome.storage.local.set({ [KEY]: others });
  if (!others.some((one) => patternOf(one) === patternOf(site))) {
    await chrome.permissions.remove({ origins: [patternOf(site)] }).catch((error) => {
      // Such as the server's own, which stays allowed.
      console.info("This permission cannot be given back.", error);
    });
  }
  await beThere();
}

let done = Promise.resolve();

/** Have the browser start the page part on these sites, and on no others. */
export function beThere() {
  done = done.then(register).catch((error) => console.error("The sites could not be registered.", error));
  return done;
}

async function register() {
  const matches = [...new Set((await keptSites()).map(patternOf))];
  await chrome.scripting.unregisterContentScripts({ ids: [SCRIPT.id] }).catch(() => {});
  if (matches.length === 0) return;
  await chrome.scripting.registerContentScripts([{ ...SCRIPT, matches, runAt: "document_start",
    allFrames: true, persistAcrossSessions: true }]);
}
