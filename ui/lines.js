/** An answer that comes line by line. */

import { ProblemError } from "./problems.js";

/** Longest line that is read. */
const LONGEST = 4_000_000;

/**
 * @param {Response} answer
 * @returns {AsyncGenerator<string, void>} Whole lines, as soon as they are there.
 * @throws {ProblemError} A line has no end.
 */
export async function* linesOf(answer) {
  // Not `for await` over the body: Safari does not support that.
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value = "" } = (await reader?.read()) ?? { done: true };
      const parts = (rest + value).split("\n");
      rest = parts.pop() ?? "";
      if (rest.length > LONGEST) throw new ProblemError("bad-answer", "an endless line");
      yield* parts.filter((line) => line.trim());
      if (done) break;
    }
    if (rest.trim()) yield rest;
  } finally {
    // Nothing reads further. What failed already cannot be cancelled, and need not be.
    reader?.cancel().catch(() => {});
  }
}
