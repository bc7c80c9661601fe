/** Signs a browser in by the link that it was opened with. */

import "./frame.js";
import { signInByLink } from "./session_api.js";
import { byId, html } from "./ui/build.js";
import { troubleCard } from "./trouble.js";
import { say } from "./words.js";

const link = location.hash.slice(1);
// It works once: it must not stay in the history, nor be shared with the address.
history.replaceState(null, "", location.pathname);
try {
  await signInByLink(link);
  location.replace("/");
} catch (error) {
  // One heading a page: what the page was for, and below it why it failed.
  byId("enter", HTMLElement).replaceChildren(html("h1", {}, say("sign_in")), troubleCard(error));
}
