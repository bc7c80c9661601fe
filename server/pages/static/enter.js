/** Signs a browser in by the link that it was opened with. */

import "./frame.js";
import { signInByLink } from "./session_api.js";
import { byId } from "./ui/build.js";
import { troubleCard } from "./trouble.js";

const link = location.hash.slice(1);
// It works once: it must not stay in the history, nor be shared with the address.
history.replaceState(null, "", location.pathname);
try {
  await signInByLink(link);
  location.replace("/");
} catch (error) {
  byId("enter", HTMLElement).replaceChildren(troubleCard(error));
}
