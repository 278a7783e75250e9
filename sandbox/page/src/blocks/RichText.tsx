import { Fragment, type ReactNode } from "react";
import type { Block } from "../slack/types";
import type { Inline } from "../text/mrkdwn";
import { safeHref } from "../text/mrkdwn";
import { Emoji, InlineView, Link } from "../text/Text";

/** A node of rich text: a section, a list, a quote, preformatted text, or an element inside of one. */
interface Node {
  type: string;
  elements?: Node[];
  text?: string;
  style?: Record<string, boolean> | string;
  indent?: number;
  offset?: number;
  border?: number;
  [key: string]: unknown;
}

/** A rich text block: Slack's formatted text as a tree. */
export function RichText({ block }: { block: Block }) {
  return <div className="rich-text">{each((block.elements ?? []) as Node[], (node) => part(node))}</div>;
}

function part(node: Node): ReactNode {
  const inside = node.elements ?? [];
  const border = node.border ? " bordered" : "";
  switch (node.type) {
    case "rich_text_list":
      return <List node={node} border={border} />;
    case "rich_text_quote":
      return <blockquote className="quote">{each(inside, element)}</blockquote>;
    case "rich_text_preformatted":
      return <pre className="code-block">{each(inside, element)}</pre>;
    default:
      return <div className="rich-section">{each(inside, element)}</div>;
  }
}

const MARKERS = {
  bullet: ["disc", "circle", "square"],
  ordered: ["decimal", "lower-alpha", "lower-roman"],
} as const;

function List({ node, border }: { node: Node; border: string }) {
  const ordered = node.style === "ordered";
  const indent = Number(node.indent ?? 0);
  const marker = MARKERS[ordered ? "ordered" : "bullet"][indent % 3];
  const Tag = ordered ? "ol" : "ul";
  return (
    <Tag
      className={`rich-list${border}`}
      style={{ marginLeft: indent * 28, listStyleType: marker }}
      {...(ordered && node.offset ? { start: Number(node.offset) + 1 } : {})}
    >
      {each(node.elements ?? [], (item) => (
        <li>{each(item.elements ?? [], element)}</li>
      ))}
    </Tag>
  );
}

function element(node: Node): ReactNode {
  const style = typeof node.style === "object" ? node.style : {};
  let drawn = bare(node);
  if (style.code) drawn = <code className="code">{drawn}</code>;
  if (style.strike) drawn = <s>{drawn}</s>;
  if (style.underline) drawn = <u>{drawn}</u>;
  if (style.highlight) drawn = <mark>{drawn}</mark>;
  if (style.italic) drawn = <em>{drawn}</em>;
  if (style.bold) drawn = <strong>{drawn}</strong>;
  return drawn;
}

function bare(node: Node): ReactNode {
  const text = String(node.text ?? "");
  if (node.type === "text") return <span className="rich-string">{text}</span>;
  if (node.type === "emoji") return <Emoji name={String(node.name)} />;
  if (node.type === "color") return <Colour value={String(node.value)} />;
  if (node.type === "link") {
    const href = safeHref(String(node.url ?? ""));
    return href ? <Link href={href} text={text || href} /> : text;
  }
  const inline = mention(node);
  return inline ? <InlineView node={inline} /> : text;
}

/** The elements that mrkdwn has too. */
function mention(node: Node): Inline | null {
  if (node.type === "user") return { kind: "user", id: String(node.user_id) };
  if (node.type === "channel") return { kind: "channel", id: String(node.channel_id) };
  if (node.type === "usergroup") return { kind: "group", id: String(node.usergroup_id) };
  if (node.type === "broadcast") return { kind: "broadcast", range: String(node.range) };
  if (node.type !== "date") return null;
  return {
    kind: "date",
    timestamp: Number(node.timestamp),
    format: String(node.format),
    href: safeHref(node.url as string | undefined),
    fallback: String(node.fallback ?? ""),
  };
}

function Colour({ value }: { value: string }) {
  const known = /^#[0-9a-f]{3,8}$/i.test(value);
  return (
    <>
      {known && <span className="colour-swatch" style={{ background: value }} aria-hidden="true" />}
      {value}
    </>
  );
}

/** Nodes never move against each other: their place is their key. */
function each(nodes: Node[], draw: (node: Node) => ReactNode): ReactNode[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: a text comes anew as a whole
  return nodes.map((node, index) => <Fragment key={index}>{draw(node)}</Fragment>);
}

/** All strings of a rich text, one after the other. */
export function richTextString(node: unknown): string {
  const { text, elements } = (node ?? {}) as Partial<Node>;
  return text ?? (elements ?? []).map(richTextString).join("");
}
