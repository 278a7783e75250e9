import { useEffect, useState } from "react";
import type { Message } from "../slack/types";

/** Channel id → number of messages by others that the person has not looked at in this window. */
export function useUnread(
  user: string,
  open: string,
  messages: Record<string, Message[]>,
): Record<string, number> {
  const [read, setRead] = useState<Record<string, string>>(() => stored(user));
  const latest = messages[open]?.at(-1)?.ts;

  useEffect(() => {
    if (!latest) return;
    setRead((before) => {
      const after = { ...before, [open]: latest };
      sessionStorage.setItem(storageKey(user), JSON.stringify(after));
      return after;
    });
  }, [user, open, latest]);

  const counts = Object.entries(messages).map(([channel, list]) => {
    if (channel === open) return [channel, 0];
    const since = Number(read[channel] ?? 0);
    return [channel, list.filter((one) => one.user !== user && Number(one.ts) > since).length];
  });
  return Object.fromEntries(counts);
}

function storageKey(user: string): string {
  return `read:${user}`;
}

function stored(user: string): Record<string, string> {
  return JSON.parse(sessionStorage.getItem(storageKey(user)) ?? "{}") as Record<string, string>;
}
