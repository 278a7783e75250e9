import { Menu } from "../elements/Menu";
import type { Message } from "../slack/types";
import { usePage } from "../store/page";
import { useShortcut } from "../store/useShortcut";

interface Props {
  channel: string;
  message: Message;
  onThread(ts: string): void;
}

/** What can be done with a message: reply to it, or hand it to one of the app's message shortcuts. */
export function MessageTools({ channel, message, onThread }: Props) {
  const { state } = usePage();
  const use = useShortcut();
  const shortcuts = (state.shortcuts ?? []).filter((one) => one.type === "message");
  return (
    <div className="message-tools">
      <button
        type="button"
        aria-label="Reply in thread"
        title="Reply in thread"
        onClick={() => onThread(message.ts)}
      >
        <ThreadSign />
      </button>
      {shortcuts.length > 0 && (
        <Menu
          label="More actions"
          sign={<DotsSign />}
          className=""
          items={shortcuts.map((one) => ({
            key: one.callback_id,
            label: one.name,
            detail: state.app.name,
            onChoose: () => use(one, { channel, message_ts: message.ts }),
          }))}
        />
      )}
    </div>
  );
}

function ThreadSign() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path
        d="M10 3c4 0 7 2.6 7 6s-3 6-7 6c-.9 0-1.7-.1-2.5-.4L4 16.5l.9-2.9C3.7 12.5 3 10.900 3 9c0-3.400 3-6 7-6z"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
    </svg>
  );
}

function DotsSign() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true" fill="currentColor">
      <circle cx="10" cy="4.5" r="1.5" />
      <circle cx="10" cy="10" r="1.5" />
      <circle cx="10" cy="15.500" r="1.5" />
    </svg>
  );
}
