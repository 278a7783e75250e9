import { expect, test } from "vitest";
import { type Inline, parseInline, parseMrkdwn, safeHref } from "./mrkdwn";

const text = (of: string): Inline => ({ kind: "text", text: of });

test("formats stand at the edges of words", () => {
  expect(parseInline("*bold* a_b_c 2*3*4")).toEqual([
    { kind: "bold", children: [text("bold")] },
    text(" a_b_c 2*3*4"),
  ]);
});

test("formats nest", () => {
  expect(parseInline("*bold _both_*")).toEqual([
    { kind: "bold", children: [text("bold "), { kind: "italic", children: [text("both")] }] },
  ]);
});

test("code keeps its content as it is", () => {
  expect(parseInline("`*a* :tada: &lt;b&gt;`")).toEqual([{ kind: "code", text: "*a* :tada: <b>" }]);
});

test("mentions, channels and broadcasts are told apart", () => {
  expect(parseInline("<@U0ANA> <#C0DAILY|daily> <!here>")).toEqual([
    { kind: "user", id: "U0ANA", label: undefined },
    text(" "),
    { kind: "channel", id: "C0DAILY", label: "daily" },
    text(" "),
    { kind: "broadcast", range: "here" },
  ]);
});

test("a link has its label, or its address", () => {
  expect(parseInline("<https://a.example/?x=1&amp;y=2|here>")).toEqual([
    { kind: "link", href: "https://a.example/?x=1&y=2", text: "here" },
  ]);
  expect(parseInline("see https://a.example/b.")).toEqual([
    text("see "),
    { kind: "link", href: "https://a.example/b", text: "https://a.example/b" },
    text("."),
  ]);
});

test("an address that could run something never becomes a link", () => {
  expect(safeHref("javascript:alert(1)")).toBeUndefined();
  expect(parseInline("<javascript:alert(1)|x>").every((node) => node.kind === "text")).toBe(true);
});

test("escaped markup stays text", () => {
  expect(parseInline("&lt;!channel&gt; &amp; &lt;b&gt;")).toEqual([text("<!channel> & <b>")]);
});

test("a time of day is no emoji", () => {
  expect(parseInline("12:30:45 :tada:")).toEqual([text("12:30:45 "), { kind: "emoji", name: "tada" }]);
});

test("a date carries its format and what to show without it", () => {
  expect(parseInline("<!date^1372420800^{date} at {time}|28 June>")).toEqual([
    { kind: "date", timestamp: 1372420800, format: "{date} at {time}", href: undefined, fallback: "28 June" },
  ]);
});

test("quotes and preformatted text are chunks of their own", () => {
  expect(parseMrkdwn("a\n&gt; b\n&gt; c\n```\nd\n```\ne")).toEqual([
    { kind: "lines", lines: [[text("a")]] },
    { kind: "quote", lines: [[text("b")], [text("c")]] },
    { kind: "pre", text: "d" },
    { kind: "lines", lines: [[text("e")]] },
  ]);
});
