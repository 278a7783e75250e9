import type { App, Channel, Message, Person } from "../slack/types";

/** Who wrote something, as it is shown beside a message. */
export interface Author {
  id: string;
  name: string;
  isApp: boolean;
  emoji?: string;
}

const SLACKBOT = "USLACKBOT";

/** Two letters for an avatar. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0]?.[0], words.at(-1)?.[0]] : [...(words[0] ?? "?")].slice(0, 2);
  return letters.join("").toUpperCase();
}

const COLOURS = 8;

/** The number of a colour: people of the workspace differ as long as there are enough. */
export function colourOf(id: string, people: readonly Person[]): number {
  const place = people.findIndex((one) => one.id === id);
  return (place === -1 ? COLOURS - 1 : place) % COLOURS;
}

export function authorOf(message: Message, people: readonly Person[], app: App): Author {
  if (message.user === SLACKBOT) return { id: SLACKBOT, name: "Slackbot", isApp: false };
  const person = message.bot_id ? undefined : people.find((one) => one.id === message.user);
  if (person) return { id: person.id, name: person.real_name || person.name, isApp: false };
  return {
    id: app.bot_user_id,
    name: message.username ?? app.name,
    isApp: true,
    emoji: message.icons?.emoji,
  };
}

export function personName(id: string, people: readonly Person[], app: App): string | undefined {
  if (id === app.bot_user_id) return app.name;
  const person = people.find((one) => one.id === id);
  return person?.real_name || person?.name;
}

export function channelName(id: string, channels: readonly Channel[]): string | undefined {
  return channels.find((one) => one.id === id)?.name;
}
