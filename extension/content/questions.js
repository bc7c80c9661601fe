/** Questions to the worker that have one answer each. */

import { ProblemError } from "../ui/problems.js";

/** @typedef {import("./messages.js").AskChange} AskChange */
/** @typedef {import("./messages.js").AskCategories} AskCategories */
/** @typedef {import("./messages.js").AskColours} AskColours */
/** @typedef {import("./messages.js").AskLike} AskLike */
/** @typedef {import("./messages.js").AskPut} AskPut */
/** @typedef {import("./messages.js").AskSave} AskSave */
/** @typedef {import("./messages.js").AskSaved} AskSaved */
/** @typedef {import("./messages.js").AskPreparing} AskPreparing */
/** @typedef {import("./messages.js").AskUnderstand} AskUnderstand */
/** @typedef {AskChange | AskCategories | AskColours | AskLike | AskPreparing | AskPut | AskSave | AskSaved |
 *   AskUnderstand} Ask */
/** @typedef {Omit<AskChange, "ask"> | Omit<AskCategories, "ask"> | Omit<AskColours, "ask"> | Omit<AskLike, "ask"> |
 *   Omit<AskPreparing, "ask"> | Omit<AskPut, "ask"> | Omit<AskSave, "ask"> | Omit<AskSaved, "ask"> |
 *   Omit<AskUnderstand, "ask">} Question */

export class Questions {
  /** @param {(message: import("./messages.js").ToWorker) => void} send */
  constructor(send) {
    this.send = send;
    this.count = 0;
    /** @type {Map<number, PromiseWithResolvers<any>>} */
    this.waiting = new Map();
  }

  /**
   * @param {Question} question
   * @returns {Promise<any>} Checked by the worker, which is the one that knows the server.
   */
  ask(question) {
    this.count += 1;
    const answer = Promise.withResolvers();
    this.waiting.set(this.count, answer);
    this.send(/** @type {Ask} */ ({ ...question, ask: this.count }));
    return answer.promise;
  }

  /** @param {import("./messages.js").GiveAnswer | import("./messages.js").GiveNoAnswer} message */
  receive(message) {
    const answer = this.waiting.get(message.ask);
    this.waiting.delete(message.ask);
    if (message.type === "answer") answer?.resolve(message.value);
    else {
      const { code, detail, hint, request } = message.problem;
      answer?.reject(new ProblemError(code, detail, hint, request));
    }
  }

  /** The worker was ended: nothing is answered any more. */
  forget() {
    for (const answer of this.waiting.values()) answer.reject(new ProblemError("cut-off"));
    this.waiting.clear();
  }
}
