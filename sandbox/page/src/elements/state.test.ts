import { expect, test } from "vitest";
import type { Block } from "../slack/types";
import { collectState, missingFields, withEdit } from "./state";

const window_: Block = {
  type: "input",
  block_id: "Window",
  label: { type: "plain_text", text: "Window" },
  element: {
    type: "number_input",
    action_id: "value",
    initial_value: "60",
    min_value: "7",
    max_value: "120",
  },
};
const environment: Block = {
  type: "section",
  block_id: "Env",
  accessory: { type: "static_select", action_id: "pick", options: [] },
};
const buttons: Block = {
  type: "actions",
  block_id: "Do",
  elements: [
    { type: "button", action_id: "go" },
    { type: "checkboxes", action_id: "tick", options: [] },
  ],
};

test("untouched elements report their initial choice, and buttons report none", () => {
  expect(collectState([window_, environment, buttons], {})).toEqual({
    Window: { value: { type: "number_input", value: "60" } },
    Env: { pick: { type: "static_select", selected_option: null } },
    Do: { tick: { type: "checkboxes", selected_options: [] } },
  });
});

test("what a person filled in replaces the initial choice", () => {
  const edits = withEdit({}, ["Window", "value"], { type: "number_input", value: "30" });
  expect(collectState([window_], edits).Window?.value).toEqual({ type: "number_input", value: "30" });
});

test("choices of blocks that are gone are not reported", () => {
  const edits = withEdit({}, ["Gone", "value"], { type: "number_input", value: "30" });
  expect(collectState([window_], edits)).not.toHaveProperty("Gone");
});

test.each([
  ["", "Please complete this required field."],
  ["many", "Enter a number."],
  ["7.5", "Enter a whole number."],
  ["3", "Enter a number that is at least 7."],
  ["300", "Enter a number that is at most 120."],
])("a number field says what is wrong with %j", (value, sentence) => {
  const values = { Window: { value: { type: "number_input", value } } };
  expect(missingFields([window_], values)).toEqual({ Window: sentence });
});

test("an optional field may stay empty", () => {
  const optional = { ...window_, optional: true };
  expect(missingFields([optional], { Window: { value: { type: "number_input", value: null } } })).toEqual({});
});
