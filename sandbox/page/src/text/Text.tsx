import { Fragment, type ReactNode } from "react";
import type { TextObject } from "../slack/types";
import { usePage } from "../store/page";
import { formatDate } from "./dates";
import { emojiCharacter } from "./emoji";
import { type Chunk, decodeEntities, type Inline, parseInline, parseMrkdwn } from "./mrkdwn";
import { channelName, personName } from "./people";

/** A text as Slack's mrkdwn: formatted, with mentions, links, dates and emoji. */
export function Mrkdwn({ text }: { text: string }) {
  return (
    <>
      {keyed(parseMrkdwn(text), (chunk) => (
        <ChunkView chunk={chunk} />
      ))}
    </>
  );
}

/** A text object of either kind. */
export function Text({ of }: { of: TextObject | string | undefined }) {
  if (!of) return null;
  if (typeof of === "string") return <Plain text={of} />;
  return of.type === "mrkdwn" ? <Mrkdwn text={of.text} /> : <Plain text={of.text} />;
}

/** Plain text, in which only emoji shortcodes mean something. */
export function Plain({ text }: { text: string }) {
  return <>{plainText(text)}</>;
}

/** The string of a plain text, with its emoji: for labels that can hold nothing else. */
export function plainText(text: string | undefined): string {
  return decodeEntities(text ?? "").replace(
    /:([a-z0-9_+'-]+):/g,
    (code, name: string) => emojiCharacter(name) ?? code,
  );
}

function ChunkView({ chunk }: { chunk: Chunk }) {
  if (chunk.kind === "pre") return <pre className="code-block">{chunk.text}</pre>;
  if (chunk.kind === "quote") return <blockquote className="quote">{lines(chunk.lines)}</blockquote>;
  return <span className="lines">{lines(chunk.lines)}</span>;
}

function lines(all: Inline[][]): ReactNode {
  return keyed(all, (line, index) => (
    <>
      {index > 0 && <br />}
      <Inlines nodes={line} />
    </>
  ));
}

/** The inline elements of one line of mrkdwn. */
export function InlineMrkdwn({ text }: { text: string }) {
  return <Inlines nodes={parseInline(text)} />;
}

function Inlines({ nodes }: { nodes: Inline[] }) {
  return (
    <>
      {keyed(nodes, (node) => (
        <InlineView node={node} />
      ))}
    </>
  );
}

/** One inline element. */
export function InlineView({ node }: { node: Inline }) {
  switch (node.kind) {
    case "text":
      return <>{node.text}</>;
    case "bold":
      return (
        <strong>
          <Inlines nodes={node.children} />
        </strong>
      );
    case "italic":
      return (
        <em>
          <Inlines nodes={node.children} />
        </em>
      );
    case "strike":
      return (
        <s>
          <Inlines nodes={node.children} />
        </s>
      );
    case "code":
      return <code className="code">{node.text}</code>;
    case "link":
      return <Link href={node.href} text={node.text} />;
    case "emoji":
      return <Emoji name={node.name} />;
    case "date":
      return <DateView node={node} />;
    case "broadcast":
      return <span className="mention mention-me">@{node.range}</span>;
    default:
      return <Mention node={node} />;
  }
}

/** A link into the world outside, opened beside the page. */
export function Link({ href, text }: { href: string; text: string }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {text}
    </a>
  );
}

/** An emoji by its shortcode's name; an unknown one stays text, as in Slack. */
export function Emoji({ name }: { name: string }) {
  const character = emojiCharacter(name);
  if (!character) return <>:{name}:</>;
  return (
    <span className="emoji" role="img" aria-label={`${name.replaceAll("_", " ")} emoji`}>
      {character}
    </span>
  );
}

function Mention({ node }: { node: Extract<Inline, { kind: "user" | "channel" | "group" }> }) {
  const { state, me, go } = usePage();
  if (node.kind === "channel") {
    const name = channelName(node.id, state.channels) ?? node.label ?? node.id;
    return (
      <button type="button" className="mention mention-link" onClick={() => go({ channel: node.id })}>
        #{name}
      </button>
    );
  }
  const group = state.user_groups?.find((one) => one.id === node.id);
  const name = personName(node.id, state.people, state.app) ?? group?.handle ?? node.label ?? node.id;
  const mine = node.id === me.id ? " mention-me" : "";
  return <span className={`mention${mine}`}>{name.startsWith("@") ? name : `@${name}`}</span>;
}

function DateView({ node }: { node: Extract<Inline, { kind: "date" }> }) {
  const { now, zone } = usePage();
  const text = formatDate(node.timestamp, node.format, now, zone) || node.fallback;
  const iso = new Date(node.timestamp * 1000).toISOString();
  const time = <time dateTime={iso}>{text}</time>;
  if (!node.href) return time;
  return (
    <a href={node.href} target="_blank" rel="noopener noreferrer">
      {time}
    </a>
  );
}

/** The nodes of one parse, which never move against each other: their place is their key. */
function keyed<T>(parsed: T[], draw: (one: T, index: number) => ReactNode): ReactNode[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: a text is parsed anew as a whole
  return parsed.map((one, index) => <Fragment key={index}>{draw(one, index)}</Fragment>);
}
