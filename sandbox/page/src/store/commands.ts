import type { Person, SlashCommand } from "../slack/types";

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

/** A typed message in which "@Ana Ruiz" is a mention. The sandbox escapes it and knows handles, as in "@ana". */
export function encodeMentions(text: string, people: readonly Person[]): string {
  const longestFirst = people
    .filter((one) => one.real_name)
    .sort((a, b) => b.real_name.length - a.real_name.length);
  return longestFirst.reduce((said, one) => said.replaceAll(mentionOf(one), `<@${one.id}>`), text);
}

function mentionOf(person: Person): RegExp {
  return new RegExp(`(?<![\\w<])@${literal(person.real_name)}(?!\\w)`, "giu");
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
