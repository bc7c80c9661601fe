/** What a person calls the browser that this runs in. */

/** The first that fits: each of them also claims to be those below it. */
const BROWSERS = /** @type {[RegExp, string][]} */ ([
  [/ Firefox\/| FxiOS\//, "Firefox"],
  [/ Edg(A|iOS)?\//, "Edge"],
  [/ OPR\//, "Opera"],
  [/ SamsungBrowser\//, "Samsung Internet"],
  [/Chrome\/| CriOS\//, "Chrome"],
  [/ Safari\//, "Safari"],
]);
const SYSTEMS = /** @type {[RegExp, string][]} */ ([
  [/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Android/, "Android"], [/CrOS/, "ChromeOS"], [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"], [/Linux/, "Linux"],
]);

/** @param {string} agent Its own words. */
export function browserName(agent) {
  return nameOf(BROWSERS, agent);
}

/** @param {string} agent */
export function systemName(agent) {
  return nameOf(SYSTEMS, agent);
}

/**
 * @param {[RegExp, string][]} names
 * @param {string} agent
 */
function nameOf(names, agent) {
  return names.find(([mark]) => mark.test(agent))?.[1] ?? "";
}
