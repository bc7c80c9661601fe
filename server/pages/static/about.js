/** What leaves the machine, as the server says. */

import "./frame.js";
import { enterKeys, providers, rates, switchProvider, testProvider } from "./api.js";
import { byId, html } from "./ui/build.js";
import { withWish } from "./ui/choice.js";
import { showDevices } from "./devices.js";
import { ProviderList } from "./ui/provider_list.js";
import { wishRows } from "./ui/wish_list.js";
import { offerCode, showSessions } from "./phone.js";
import { signOut } from "./session_api.js";
import { keepShops, keptShops } from "./shops.js";
import { troubleCard } from "./trouble.js";
import { say, words } from "./words.js";

/** Only where rates were asked for: otherwise every price is the shop's own. */
async function showRates() {
  const { source, as_of: asOf, problem } = await rates();
  byId("rates", HTMLElement).hidden = !source && !problem;
  const text = problem ? say("rates_problem", words.noRates(problem))
    : source === "ecb" ? say("rates_by_ecb", words.day(asOf ?? "")) : say("rates_given");
  byId("rates-state", HTMLElement).textContent = text;
}

function showWishes() {
  const rows = wishRows(keptShops(), words, (name) => {
    keepShops(withWish(keptShops(), name, null));
    showWishes();
    byId("wishes", HTMLElement).querySelector("button")?.focus();
  });
  byId("wishes", HTMLElement).replaceChildren(...(rows.length ? rows : [html("li", { class: "small" }, say("wishes_none"))]));
}

const leave = document.getElementById("sign-out");
if (leave instanceof HTMLButtonElement) {
  leave.addEventListener("click", async () => {
    await signOut();
    location.assign("/");
  });
  leave.disabled = false;
}
offerCode();
// From the top down: a button must not move away below the pointer when what is above it arrives.
// If the server is the problem, the list of providers says so already.
await new ProviderList(byId("providers", HTMLElement),
  { words, heading: "h2", providers, switchProvider, testProvider, enterKeys, trouble: troubleCard }).show();
showWishes();
await showRates().catch((error) => console.info("The exchange rates are not known.", error));
await showDevices().catch((error) => console.info("Who may use the server is not known.", error));
await showSessions().catch((error) => console.info("Who is signed in is not known.", error));
