import { createContext, useCallback, useContext, useMemo, useState } from "react";
import type { Answer, Surface } from "../api/client";
import type { Action, Block, Confirm, Element, ElementState, StateValues } from "../slack/types";
import { usePage } from "../store/page";
import { changeAction, collectState, initialState, withEdit } from "./state";

/** What the elements of one message, modal or home tab share. */
export interface SurfaceScope {
  surface: Surface;
  kind: "message" | "modal" | "home";
  /** Errors of a submission, by block id. */
  errors: Record<string, string>;
  stateOf(block: Block, element: Element): ElementState | undefined;
  /** Keeps a choice, and reports it where Slack would. */
  change(block: Block, element: Element, state: ElementState, report?: boolean): Promise<void>;
  /** Asks for confirmation where the element wants it, then reports the action. */
  act(action: Action, confirm?: Confirm): Promise<void>;
  /** Why the last action did not reach the app. */
  failure: string | null;
  /** The id of the element whose action is on its way. */
  pending: string | null;
}

const ScopeContext = createContext<SurfaceScope | null>(null);

export const SurfaceScopeProvider = ScopeContext.Provider;

export function useSurfaceScope(): SurfaceScope {
  const scope = useContext(ScopeContext);
  if (!scope) throw new Error("useSurfaceScope is used outside of a surface");
  return scope;
}

interface Options {
  surface: Surface;
  kind: SurfaceScope["kind"];
  blocks: readonly Block[];
  edits: StateValues;
  setEdits(update: (before: StateValues) => StateValues): void;
  errors?: Record<string, string>;
}

const NO_ERRORS = {};

/** The scope of a surface whose choices live in `edits`. */
export function useScope({
  surface,
  kind,
  blocks,
  edits,
  setEdits,
  errors = NO_ERRORS,
}: Options): SurfaceScope {
  const { client, confirm } = usePage();
  const [pending, setPending] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  const send = useCallback(
    async (action: Action, values: StateValues) => {
      setPending(action.action_id);
      setFailure(null);
      const answer: Answer = await client.action(surface, action, values);
      setPending(null);
      if (!answer.ok) setFailure(answer.error ?? "This app did not respond. Try again?");
    },
    [client, surface],
  );

  return useMemo(
    () => ({
      surface,
      kind,
      errors,
      failure,
      pending,
      stateOf: (block, element) =>
        edits[block.block_id ?? ""]?.[element.action_id ?? ""] ?? initialState(element),
      change: async (block, element, state, report = block.type !== "input" || block.dispatch_action) => {
        const next = withEdit(edits, [block.block_id ?? "", element.action_id ?? ""], state);
        if (report && element.confirm && !(await confirm(element.confirm))) return;
        setEdits((before) => withEdit(before, [block.block_id ?? "", element.action_id ?? ""], state));
        if (report) await send(changeAction(block, element, state), collectState(blocks, next));
      },
      act: async (action, question) => {
        if (question && !(await confirm(question))) return;
        await send(action, collectState(blocks, edits));
      },
    }),
    [surface, kind, errors, failure, pending, edits, setEdits, blocks, confirm, send],
  );
}
