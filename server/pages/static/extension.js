/** The page from which the extension is installed: it is preset for the address in use. */

import "./frame.js";
import { byId } from "./ui/build.js";

// Behind a proxy that speaks https, the server itself may not know of it.
if (location.protocol === "https:") {
  for (const link of document.querySelectorAll('a[href$=".zip"]')) {
    link.setAttribute("href", `${link.getAttribute("href")}?https`);
  }
}
if (document.getElementById("server")) byId("server", HTMLElement).textContent = location.origin;
