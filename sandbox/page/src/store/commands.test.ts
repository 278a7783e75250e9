import { expect, test } from "vitest";
import { completions, encodeMentions, hintFor } from "./commands";

const commands = [{ command: "/mlpipe", usage_hint: "[help | run]" }, { command: "/other" }];
const people = [
  { id: "U0ANA", name: "ana", real_name: "Ana Ruiz", title: "" },
  { id: "U0BEN", name: "ben", real_name: "Ben Okafor", title: "" },
];

test("a beginning finds its commands, and an argument ends the search", () => {
  expect(completions("/ml", commands).map((one) => one.command)).toEqual(["/mlpipe"]);
  expect(completions("/", commands)).toHaveLength(2);
  expect(completions("/mlpipe run", commands)).toEqual([]);
  expect(completions("see /ml", commands)).toEqual([]);
});

test("the hint shows once the command stands", () => {
  expect(hintFor("/mlpipe ", commands)).toBe("/mlpipe [help | run]");
  expect(hintFor("/mlpipe", commands)).toBeNull();
});

test("full names become mentions", () => {
  expect(encodeMentions("@Ana Ruiz and @ben: a < b, c@Ana Ruiz", people)).toBe(
    "<@U0ANA> and @ben: a < b, c@Ana Ruiz",
  );
});
