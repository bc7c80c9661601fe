/** A picture to try it with, for whoever has looked at none yet. */

import { hasLooks } from "./api.js";
import { byId } from "./ui/build.js";
import { ProblemError } from "./ui/problems.js";

/**
 * @param {(file: Blob) => void} take
 * @param {(error: ProblemError) => void} refuse
 */
export async function offerSample(take, refuse) {
  const element = byId("sample", HTMLButtonElement);
  element.addEventListener("click", async () => {
    try {
      const answer = await fetch("/static/sample.jpg");
      take(await answer.blob());
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      refuse(new ProblemError("server-unreachable", error.message));
    }
  });
  try {
    element.hidden = await hasLooks();
  } catch (error) {
    // A server that is still starting, say: the other ways in will tell.
    if (!(error instanceof ProblemError)) throw error;
  }
}
