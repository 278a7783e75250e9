import { usePage } from "../store/page";
import type { Workspace } from "../store/workspace";

/** One quiet line: the connection is lost, the sandbox is still being set up, or the app is away. */
export function Banner({ connection }: { connection: Workspace["connection"] }) {
  const { state } = usePage();
  if (connection === "lost") {
    return (
      <div className="banner lost" role="alert">
        Connection to the sandbox lost. Trying to reconnect…
      </div>
    );
  }
  if (!state.progress || state.progress.done) return <Unreachable />;
  return (
    <div className="banner" role="status" data-testid="progress">
      <span className="spinner" aria-hidden="true" />
      Setting up: {state.progress.text}
    </div>
  );
}

/** Commands and clicks would fail until the app connects. */
function Unreachable() {
  const { state } = usePage();
  if (state.app.is_reachable !== false) return null;
  return (
    <div className="banner away" role="status">
      {state.app.name} is not connected. What you send it fails until it is.
    </div>
  );
}
