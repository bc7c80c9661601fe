/** The page of an address that leads nowhere, or of what went wrong on the way there. */

import "./frame.js";
