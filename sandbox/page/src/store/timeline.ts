import type { Message } from "../slack/types";
import { isoDay, tsMillis } from "../text/dates";

/** Messages of one author within this time are drawn under one name, as Slack does. */
const TOGETHER_MS = 5 * 60_000;

export interface Entry {
  message: Message;
  /** The first of its day: a divider stands above it. */
  newDay: boolean;
  /** Continues the message above: no avatar and name again. */
  compact: boolean;
  replies: Message[];
}

export function isReply(message: Message): boolean {
  return message.thread_ts !== undefined && message.thread_ts !== message.ts;
}

export function repliesTo(messages: readonly Message[], ts: string): Message[] {
  return messages.filter((message) => message.thread_ts === ts && message.ts !== ts);
}

/** What a channel shows: its messages but not their replies, unless those were sent to the channel too. */
export function timeline(messages: readonly Message[], zone?: string): Entry[] {
  const shown = messages.filter((message) => !isReply(message) || message.subtype === "thread_broadcast");
  return shown.map((message, index) => {
    const before = shown[index - 1];
    const newDay = !before || dayOf(before, zone) !== dayOf(message, zone);
    const compact = !newDay && continues(before, message);
    return { message, newDay, compact, replies: repliesTo(messages, message.ts) };
  });
}

function dayOf(message: Message, zone: string | undefined): string {
  return isoDay(tsMillis(message.ts), zone);
}

function continues(before: Message, message: Message): boolean {
  const sameAuthor = before.user === message.user && before.bot_id === message.bot_id;
  const sameName = before.username === message.username;
  const plain = !before.is_ephemeral && !message.is_ephemeral;
  return sameAuthor && sameName && plain && tsMillis(message.ts) - tsMillis(before.ts) < TOGETHER_MS;
}
