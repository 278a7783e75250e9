import { useCallback, useState } from "react";
import type { StateValues } from "../slack/types";
import { topView, type Workspace } from "../store/workspace";
import { Modal } from "./Modal";

const NOTHING: StateValues = {};

/** The open modals: the top one is shown, and what was filled in below it is kept. */
export function Modals({ workspace }: { workspace: Workspace }) {
  const [edits, setAllEdits] = useState<Record<string, StateValues>>({});
  const view = topView(workspace);
  const id = view?.id ?? "";
  // A page opened anew knows from the sandbox what the app was already told.
  const known = view?.state?.values ?? NOTHING;
  const setEdits = useCallback(
    (update: (before: StateValues) => StateValues) =>
      setAllEdits((all) => ({ ...all, [id]: update(all[id] ?? known) })),
    [id, known],
  );
  if (!view) return null;
  return (
    <Modal
      view={view}
      depth={workspace.stack.length}
      rootId={workspace.stack[0] ?? id}
      edits={edits[id] ?? known}
      setEdits={setEdits}
    />
  );
}
