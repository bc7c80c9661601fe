/** What leaves the machine, as the server tells it. */

import "./frame.js";
import { providers, signOut } from "./api.js";
import { byId, html } from "./build.js";
import { troubleCard } from "./trouble.js";
import { language, say, titleOf } from "./words.js";

const place = byId("providers", HTMLElement);

async function show() {
  try {
    const rows = (await providers()).map((provider) => {
      const state = html("span", { class: `state ${provider.enabled ? "is-on" : ""}` },
        say(provider.enabled ? "on" : "off"));
      const row = html("li", {},
        html("div", { class: "provider" }, html("h2", {}, titleOf(provider)), state),
        html("p", {}, provider.leaves[language]));
      if (provider.switch) row.append(html("p", { class: "small" }, say("switched_by", provider.switch)));
      return row;
    });
    place.replaceChildren(html("ul", { class: "providers" }, ...rows));
  } catch (error) {
    place.replaceChildren(troubleCard(error, show));
  }
  place.removeAttribute("aria-busy");
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
