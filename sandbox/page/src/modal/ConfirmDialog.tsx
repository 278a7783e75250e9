import { useCallback, useState } from "react";
import type { Confirm } from "../slack/types";
import { Plain, Text } from "../text/Text";
import { Dialog } from "./Dialog";

interface Question {
  confirm: Confirm;
  answer(yes: boolean): void;
}

/** Asks before an action: a function to ask with, and what to ask now. */
export function useConfirm(): [(confirm: Confirm) => Promise<boolean>, Question | null] {
  const [question, setQuestion] = useState<Question | null>(null);
  const ask = useCallback(
    (confirm: Confirm) =>
      new Promise<boolean>((resolve) => {
        const answer = (yes: boolean) => {
          setQuestion(null);
          resolve(yes);
        };
        setQuestion({ confirm, answer });
      }),
    [],
  );
  return [ask, question];
}

/** The question that a button or menu asks before it reports anything. */
export function ConfirmDialog({ question: { confirm, answer } }: { question: Question }) {
  const title = confirm.title?.text ?? "Are you sure?";
  return (
    <Dialog className="confirm" label={title} onEscape={() => answer(false)}>
      <h2>
        <Plain text={title} />
      </h2>
      <div className="confirm-text">
        <Text of={confirm.text} />
      </div>
      <div className="dialog-foot">
        {confirm.deny !== null && (
          <button type="button" className="button large" onClick={() => answer(false)}>
            <Plain text={confirm.deny?.text ?? "Cancel"} />
          </button>
        )}
        <button
          type="button"
          className={`button large ${confirm.style === "danger" ? "danger" : "primary"}`}
          data-first
          onClick={() => answer(true)}
        >
          <Plain text={confirm.confirm?.text ?? "Yes"} />
        </button>
      </div>
    </Dialog>
  );
}
