/** Changing the access token for a cookie that no script can read. */

import "./frame.js";
import { signIn } from "./api.js";
import { byId } from "./build.js";
import { problemWords } from "./problems.js";

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
    fault.textContent = problemWords(error).join(". ");
    field.toggleAttribute("aria-invalid", true);
    field.select();
  }
});
field.addEventListener("input", () => {
  fault.hidden = true;
  field.removeAttribute("aria-invalid");
});
// Until now the form would have gone out by itself, without this script.
byId("sign-in-now", HTMLButtonElement).disabled = false;
field.focus();
