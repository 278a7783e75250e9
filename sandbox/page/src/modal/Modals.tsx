import { useCallback, useState } from "react";
import type { StateValues } from "../slack/types";
import { topView, type Workspace } from "../store/workspace";
import { Modal } from "./Modal";

/** The open modals: the top one is shown, and what was filled in below it is kept. */
export function Modals({ workspace }: { workspace: Workspace }) {
  const [edits, setAllEdits] = useState<Record<string, StateValues>>({});
  const view = topView(workspace);
  const id = view?.id ?? "";
  const setEdits = useCallback(
    (update: (before: StateValues) => StateValues) =>
      setAllEdits((all) => ({ ...all, [id]: update(all[id] ?? {}) })),
    [id],
  );
  if (!view) return null;
  return (
    <Modal
      view={view}
      depth={workspace.stack.length}
      rootId={workspace.stack[0] ?? id}
      edits={edits[id] ?? {}}
      setEdits={setEdits}
    />
  );
}
