/** The dialog that asks before something is deleted; a page has it in its template. */

import { byId } from "./ui/build.js";

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string} consequence
 * @property {string} label Of the button that does it.
 * @property {() => Promise<unknown>} act
 */

export class Confirming {
  /**
   * @param {(question: Question, isGone: boolean) => void} done It was done; `isGone` is false where
   *     the server hides what it cannot delete yet.
   * @param {(error: unknown) => void} failed
   */
  constructor(done, failed) {
    this.dialog = byId("confirm", HTMLDialogElement);
    /** @type {Question | null} */
    this.question = null;
    this.dialog.addEventListener("close", async () => {
      const { question } = this;
      if (!question || this.dialog.returnValue !== "delete") return;
      try {
        done(question, await question.act() !== false);
      } catch (error) {
        failed(error);
      }
    });
  }

  /** @param {Question} question */
  ask(question) {
    this.question = question;
    byId("confirm-title", HTMLElement).textContent = question.title;
    byId("confirm-consequence", HTMLElement).textContent = question.consequence;
    byId("confirm-delete", HTMLButtonElement).textContent = question.label;
    this.dialog.returnValue = "";
    this.dialog.showModal();
  }
}
