import { expect, test } from "vitest";
import type { Message, View } from "../slack/types";
import { timeline } from "./timeline";
import { type Change, EMPTY, reduce, topView } from "./workspace";

const after = (...changes: Change[]) => changes.reduce(reduce, EMPTY);
const said = (ts: string, text: string, more: Partial<Message> = {}): Message => ({
  ts,
  text,
  user: "U1",
  ...more,
});
const posted = (message: Message): Change => ({ type: "message", channel: "C1", message });
const view = (id: string): View => ({ id, type: "modal", blocks: [] });

test("messages stand in the order of their time, whatever order they come in", () => {
  const { messages } = after(posted(said("2.0", "b")), posted(said("1.0", "a")));
  expect(messages.C1?.map((one) => one.text)).toEqual(["a", "b"]);
});

test("an edit takes the place of its message, and a deletion removes it", () => {
  const edit: Change = { type: "message_changed", channel: "C1", message: said("1.0", "new") };
  expect(after(posted(said("1.0", "old")), edit).messages.C1).toEqual([said("1.0", "new")]);
  const gone: Change = { type: "message_deleted", channel: "C1", message: said("1.0", "") };
  expect(after(posted(said("1.0", "old")), gone).messages.C1).toEqual([]);
});

test("a pushed view hides the one below, which comes back when it closes", () => {
  const opened: Change[] = [
    { type: "view", view: view("V1"), stack: ["V1"] },
    { type: "view", view: view("V2"), stack: ["V1", "V2"] },
  ];
  expect(topView(after(...opened))?.id).toBe("V2");
  expect(topView(after(...opened, { type: "view_closed", view_id: "V2" }))?.id).toBe("V1");
});

test("closing the root closes the whole stack", () => {
  const closed = after(
    { type: "view", view: view("V1"), stack: ["V1"] },
    { type: "view", view: view("V2"), stack: ["V1", "V2"] },
    { type: "view_closed", view_id: "V1" },
  );
  expect(topView(closed)).toBeNull();
});

test("a home view is no modal", () => {
  const home = after({ type: "view", view: { id: "VH", type: "home", blocks: [] } });
  expect(topView(home)).toBeNull();
  expect(home.home?.id).toBe("VH");
});

test("replies stand in their thread, not in the channel", () => {
  const entries = timeline([
    said("1.0", "parent", { thread_ts: "1.0" }),
    said("2.0", "reply", { thread_ts: "1.0" }),
    said("3.0", "also here", { thread_ts: "1.0", subtype: "thread_broadcast" }),
  ]);
  expect(entries.map((entry) => entry.message.text)).toEqual(["parent", "also here"]);
  expect(entries[0]?.replies).toHaveLength(2);
});

test("messages of one author within minutes stand under one name", () => {
  const entries = timeline([said("60.0", "a"), said("90.0", "b"), said("900.0", "c")]);
  expect(entries.map((entry) => entry.compact)).toEqual([false, true, false]);
});
