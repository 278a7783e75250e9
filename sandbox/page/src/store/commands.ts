import type { Person, SlashCommand } from "../slack/types";
import { encodeEntities } from "../text/mrkdwn";

/** The commands that a beginning like "/ml" may become. Arguments end the search. */
export function completions(text: string, commands: readonly SlashCommand[]): SlashCommand[] {
  if (!/^\/\S*$/.test(text)) return [];
  return commands.filter((one) => one.command.startsWith(text.toLowerCase()));
}

/** What may follow the command that is being typed. */
export function hintFor(text: string, commands: readonly SlashCommand[]): string | null {
  const command = commands.find((one) => text.startsWith(`${one.command} `));
  return command?.usage_hint ? `${command.command} ${command.usage_hint}` : null;
}

/** A typed message as Slack's clients send it: escaped, and "@Ana Ruiz" or "@ana" as a mention. */
export function encodeMentions(text: string, people: readonly Person[]): string {
  const names = people.flatMap((one) => [[one.real_name, one.id] as const, [one.name, one.id] as const]);
  const longestFirst = names.filter(([name]) => name).sort(([a], [b]) => b.length - a.length);
  return longestFirst.reduce(
    (said, [name, id]) =>
      said.replaceAll(new RegExp(`(?<![\\w<])@${literal(name)}(?!\\w)`, "giu"), `<@${id}>`),
    encodeEntities(text),
  );
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
