import { TROUBLE } from "../api/client";
import type { Shortcut } from "../slack/types";
import { usePage } from "./page";

/** Uses a shortcut of the app, and says where it did not arrive. */
export function useShortcut() {
  const { client, confirm } = usePage();
  return async (shortcut: Shortcut, on?: { channel: string; message_ts: string }) => {
    const answer = await client.shortcut(shortcut.callback_id, on);
    if (answer.ok) return;
    await confirm({
      title: { type: "plain_text", text: shortcut.name },
      text: { type: "plain_text", text: answer.error ?? TROUBLE },
      deny: null,
      confirm: { type: "plain_text", text: "Close" },
    });
  };
}
