import { usePage } from "../store/page";
import type { Workspace } from "../store/workspace";

/** One quiet line: the connection is lost, or the sandbox is still being set up. */
export function Banner({ connection }: { connection: Workspace["connection"] }) {
  const { state } = usePage();
  if (connection === "lost") {
    return (
      <div className="banner lost" role="alert">
        Connection to the sandbox lost. Trying to reconnect…
      </div>
    );
  }
  if (!state.progress || state.progress.done) return null;
  return (
    <div className="banner" role="status" data-testid="progress">
      <span className="spinner" aria-hidden="true" />
      Setting up: {state.progress.text}
    </div>
  );
}
