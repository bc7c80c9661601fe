/** Exchanges the access token for a cookie that no script can read. */

import "./frame.js";
import { signIn } from "./session_api.js";
import { byId } from "./ui/build.js";
import { problemOf, problemWords } from "./ui/problems.js";
import { words } from "./words.js";

const field = byId("token", HTMLInputElement);
const fault = byId("token-fault", HTMLParagraphElement);

byId("sign-in", HTMLFormElement).addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await signIn(field.value);
    // The same page again, now with what was asked for.
    location.reload();
  } catch (error) {
    fault.hidden = false;
    fault.textContent = problemWords(problemOf(error), words).join(". ");
    field.toggleAttribute("aria-invalid", true);
    field.select();
  }
});
field.addEventListener("input", () => {
  fault.hidden = true;
  field.removeAttribute("aria-invalid");
});
// Before this point the browser would have sent the form itself.
byId("sign-in-now", HTMLButtonElement).disabled = false;
field.focus();
