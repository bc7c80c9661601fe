/** What leaves the machine, as the server says. */

import "./frame.js";
import { providers, rates, signOut } from "./api.js";
import { byId, html } from "./ui/build.js";
import { troubleCard } from "./trouble.js";
import { say, words } from "./words.js";

const place = byId("providers", HTMLElement);

async function show() {
  try {
    const rows = (await providers()).map((provider) => {
      const state = html("span", { class: `state ${provider.enabled ? "is-on" : ""}` },
        say(provider.enabled ? "on" : "off"));
      const row = html("li", {},
        html("div", { class: "provider" }, html("h2", {}, words.provider(provider)), state),
        html("p", {}, words.discloses(provider)));
      if (provider.switch) row.append(html("p", { class: "small" }, say("switched_by", provider.switch)));
      return row;
    });
    place.replaceChildren(html("ul", { class: "providers" }, ...rows));
  } catch (error) {
    place.replaceChildren(troubleCard(error, show));
  }
  place.removeAttribute("aria-busy");
}

/** Only where rates were asked for: otherwise every price is the shop's own. */
async function showRates() {
  const { source, as_of: asOf, problem } = await rates();
  byId("rates", HTMLElement).hidden = !source && !problem;
  const text = problem ? say("rates_problem", problem)
    : source === "ecb" ? say("rates_by_ecb", words.day(asOf ?? "")) : say("rates_given");
  byId("rates-state", HTMLElement).textContent = text;
}

const leave = document.getElementById("sign-out");
if (leave instanceof HTMLButtonElement) {
  leave.addEventListener("click", async () => {
    await signOut();
    location.assign("/");
  });
  leave.disabled = false;
}
show();
// If the server is the problem, the list of providers says so already.
showRates().catch((error) => console.info("The exchange rates are not known.", error));
