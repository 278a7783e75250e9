import { usePage } from "../store/page";

const READING_STATES = {
  connecting: "",
  open: "",
  lost: "Connection to the sandbox lost. Trying to reconnect…",
};

/** One quiet line: the connection is lost, or the sandbox is still being set up. */
export function Banner({ connection }: { connection: keyof typeof READING_STATES }) {
  const { state } = usePage();
  const lost = READING_STATES[connection];
  if (lost) {
    return (
      <div className="banner lost" role="alert">
        {lost}
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
