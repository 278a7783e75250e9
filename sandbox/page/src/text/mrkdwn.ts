/** Slack's mrkdwn as a tree. Text stays text: nothing here makes HTML. */

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "bold" | "italic" | "strike"; children: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "link"; href: string; text: string }
  | { kind: "user" | "channel" | "group"; id: string; label?: string }
  | { kind: "broadcast"; range: string }
  | { kind: "date"; timestamp: number; format: string; href?: string; fallback: string }
  | { kind: "emoji"; name: string };

export type Chunk =
  | { kind: "lines"; lines: Inline[][] }
  | { kind: "quote"; lines: Inline[][] }
  | { kind: "pre"; text: string };

const FENCE = /```\n?([\s\S]+?)\n?```/g;
const QUOTE = /^(?:>|&gt;) ?/;
const QUOTE_REST = /^(?:>>>|&gt;&gt;&gt;) ?/;
const EMOJI = /^:([a-z0-9_+'-]+)(?:::skin-tone-[2-6])?:/;
const BARE_URL = /^https?:\/\/[^\s<>|*~`]*[^\s<>|*~`.,;:!?)'"\]]/;
const SPAN = { "*": "bold", _: "italic", "~": "strike" } as const;

/** The chunks of a mrkdwn text: lines, quotes and preformatted text in their order. */
export function parseMrkdwn(source: string): Chunk[] {
  const chunks: Chunk[] = [];
  let from = 0;
  for (const fence of source.matchAll(FENCE)) {
    chunks.push(...parseLines(source.slice(from, fence.index).replace(/\n$/, "")));
    chunks.push({ kind: "pre", text: decodeEntities(fence[1] ?? "").replace(/<[^>|]*\|?([^>]*)>/g, "$1") });
    from = fence.index + fence[0].length;
    if (source[from] === "\n") from += 1;
  }
  chunks.push(...parseLines(source.slice(from)));
  return chunks;
}

function parseLines(source: string): Chunk[] {
  if (source === "") return [];
  const chunks: Chunk[] = [];
  let quoteAll = false;
  for (const line of source.split("\n")) {
    quoteAll ||= QUOTE_REST.test(line);
    const quoted = quoteAll || QUOTE.test(line);
    const kind = quoted ? "quote" : "lines";
    const content = quoted ? line.replace(QUOTE_REST, "").replace(QUOTE, "") : line;
    const last = chunks.at(-1);
    if (last && last.kind === kind) last.lines.push(parseInline(content));
    else chunks.push({ kind, lines: [parseInline(content)] });
  }
  return chunks;
}

/** The inline elements of one line. */
export function parseInline(line: string): Inline[] {
  const out: Inline[] = [];
  let text = "";
  let at = 0;
  const flush = () => {
    if (text) out.push({ kind: "text", text: decodeEntities(text) });
    text = "";
  };
  while (at < line.length) {
    const found = inlineAt(line, at);
    if (found) {
      flush();
      out.push(found.node);
      at += found.length;
    } else {
      text += line[at];
      at += 1;
    }
  }
  flush();
  return out;
}

interface Found {
  node: Inline;
  length: number;
}

function inlineAt(line: string, at: number): Found | null {
  const char = line[at] ?? "";
  if (char === "<") return angleAt(line, at);
  if (char === "`") return codeAt(line, at);
  if (char === ":") return emojiAt(line, at);
  if (char === "h") return bareUrlAt(line, at);
  if (char in SPAN) return spanAt(line, at, char as keyof typeof SPAN);
  return null;
}

function codeAt(line: string, at: number): Found | null {
  const end = line.indexOf("`", at + 1);
  if (end <= at + 1) return null;
  return { node: { kind: "code", text: decodeEntities(line.slice(at + 1, end)) }, length: end - at + 1 };
}

function emojiAt(line: string, at: number): Found | null {
  const match = EMOJI.exec(line.slice(at));
  if (!match || /\w/.test(line[at - 1] ?? "")) return null;
  return { node: { kind: "emoji", name: match[1] ?? "" }, length: match[0].length };
}

function bareUrlAt(line: string, at: number): Found | null {
  const match = /[\w/]/.test(line[at - 1] ?? "") ? null : BARE_URL.exec(line.slice(at));
  if (!match) return null;
  const href = decodeEntities(match[0]);
  return { node: { kind: "link", href, text: href }, length: match[0].length };
}

/** `*bold*`, `_italic_`, `~strike~`: delimiters stand at the edges of words, as in Slack. */
function spanAt(line: string, at: number, mark: keyof typeof SPAN): Found | null {
  if (/[\p{L}\p{N}]/u.test(line[at - 1] ?? "") || !/\S/.test(line[at + 1] ?? "")) return null;
  for (let end = line.indexOf(mark, at + 2); end !== -1; end = line.indexOf(mark, end + 1)) {
    const closes = /\S/.test(line[end - 1] ?? "") && !/[\p{L}\p{N}]/u.test(line[end + 1] ?? "");
    if (!closes) continue;
    const children = parseInline(line.slice(at + 1, end));
    return { node: { kind: SPAN[mark], children }, length: end - at + 1 };
  }
  return null;
}

function angleAt(line: string, at: number): Found | null {
  const end = line.indexOf(">", at);
  if (end <= at + 1) return null;
  const node = angle(line.slice(at + 1, end));
  return node && { node, length: end - at + 1 };
}

function angle(body: string): Inline | null {
  const bar = body.indexOf("|");
  const target = bar === -1 ? body : body.slice(0, bar);
  const label = bar === -1 ? undefined : decodeEntities(body.slice(bar + 1));
  if (/^@[UW]\w+$/.test(target)) return { kind: "user", id: target.slice(1), label };
  if (/^#[CG]\w+$/.test(target)) return { kind: "channel", id: target.slice(1), label };
  if (target.startsWith("!subteam^")) return { kind: "group", id: target.slice(9), label };
  if (target.startsWith("!date^")) return date(target, label);
  if (/^!(here|channel|everyone)$/.test(target)) return { kind: "broadcast", range: target.slice(1) };
  const href = safeHref(decodeEntities(target));
  return href ? { kind: "link", href, text: label || href.replace(/^mailto:/, "") } : null;
}

function date(target: string, fallback = ""): Inline | null {
  const [, timestamp, format = "{date}", ...link] = target.split("^");
  const seconds = Number(timestamp);
  if (!Number.isFinite(seconds)) return null;
  return { kind: "date", timestamp: seconds, format, href: safeHref(link.join("^")), fallback };
}

/** The address, if it is one that a page may link to. */
export function safeHref(href: string | undefined): string | undefined {
  return href && /^(https?:\/\/|mailto:|tel:|\/)/i.test(href) ? href : undefined;
}

/** Slack escapes exactly these three characters. */
export function decodeEntities(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Typed text as Slack stores it. */
export function encodeEntities(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
