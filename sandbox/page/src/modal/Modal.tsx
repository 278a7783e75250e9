import { type FormEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type Answer, TROUBLE } from "../api/client";
import { Blocks } from "../blocks/Blocks";
import { collectState, missingFields } from "../elements/state";
import { SurfaceScopeProvider, useScope } from "../elements/surface";
import { Avatar } from "../layout/Avatar";
import type { StateValues, View } from "../slack/types";
import { usePage } from "../store/page";
import { Plain } from "../text/Text";
import { Dialog } from "./Dialog";

/** After an accepted submission the view closes or changes; if nothing comes, the wait ends here. */
const ANSWER_MS = 4_000;

interface Props {
  view: View;
  /** How many views are open; above one, closing goes back. */
  depth: number;
  /** The view at the bottom of the stack: closing it closes all. */
  rootId: string;
  edits: StateValues;
  setEdits(update: (before: StateValues) => StateValues): void;
}

/** The modal on top of the stack. */
export function Modal({ view, depth, rootId, edits, setEdits }: Props) {
  const { client, state } = usePage();
  const form = useRef<HTMLFormElement>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [busy, setBusy] = useState(false);
  const surface = useMemo(() => ({ view_id: view.id }), [view.id]);
  const scope = useScope({
    surface,
    kind: "modal",
    blocks: view.blocks,
    edits,
    setEdits,
    errors: answer?.errors,
  });

  // A changed view is an answer too.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the app sends another view
  useEffect(() => {
    setBusy(false);
    setAnswer(null);
  }, [view]);
  useEffect(() => {
    if (!busy) return;
    const timer = window.setTimeout(() => setBusy(false), ANSWER_MS);
    return () => window.clearTimeout(timer);
  }, [busy]);

  const close = useCallback(() => void client.close(view.id), [client, view.id]);
  const focusError = (errors: Record<string, string>) => {
    const [first] = view.blocks.filter((block) => errors[block.block_id ?? ""]);
    const at = `[data-block-id="${CSS.escape(first?.block_id ?? "")}"]`;
    form.current?.querySelector<HTMLElement>(`${at} :is(input, textarea)`)?.focus();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const values = collectState(view.blocks, edits);
    const wrong = missingFields(view.blocks, values);
    if (Object.keys(wrong).length > 0) {
      setAnswer({ ok: false, errors: wrong });
      focusError(wrong);
      return;
    }
    setBusy(true);
    setAnswer(null);
    const result = await client.submit(view.id, values);
    if (result.ok) return;
    setBusy(false);
    setAnswer(result);
    if (result.errors) focusError(result.errors);
  };
  const trouble = answer && !answer.ok && !answer.errors ? (answer.error ?? TROUBLE) : null;

  return (
    <Dialog
      className="modal"
      labelledBy="modal-title"
      focusKey={view.id}
      contentKey={view.hash}
      onEscape={close}
    >
      <form ref={form} onSubmit={submit} noValidate>
        <header className="modal-head">
          <Avatar id={state.app.bot_user_id} name={state.app.name} isApp size="small" />
          <h2 id="modal-title">
            <Plain text={view.title?.text ?? state.app.name} />
          </h2>
          <button
            type="button"
            className="button icon plain"
            aria-label="Close"
            onClick={() => void client.close(rootId)}
          >
            ✕
          </button>
        </header>
        <div className="modal-body">
          {trouble && (
            <div className="alert-block error" role="alert">
              <div>
                {trouble}
                {answer?.detail && <div className="quiet">{answer.detail}</div>}
              </div>
            </div>
          )}
          <SurfaceScopeProvider value={scope}>
            <Blocks blocks={view.blocks} />
          </SurfaceScopeProvider>
        </div>
        <ModalFoot view={view} depth={depth} busy={busy} onClose={close} />
      </form>
    </Dialog>
  );
}

function ModalFoot({
  view,
  depth,
  busy,
  onClose,
}: {
  view: View;
  depth: number;
  busy: boolean;
  onClose(): void;
}) {
  const closeText = view.close?.text ?? (depth > 1 ? "Back" : view.submit ? "Cancel" : "Close");
  return (
    <footer className="dialog-foot modal-foot">
      <button type="button" className="button large" onClick={onClose}>
        <Plain text={closeText} />
      </button>
      {view.submit && (
        <button
          type="submit"
          className="button large primary"
          aria-disabled={busy || undefined}
          aria-busy={busy || undefined}
        >
          <Plain text={view.submit.text} />
          {busy && <span className="spinner" aria-hidden="true" />}
        </button>
      )}
    </footer>
  );
}
