import type { Action, Block, Element, ElementState, Option, StateValues } from "../slack/types";

/** Elements whose choice is part of `state.values`; buttons and overflow menus only report clicks. */
const FIELDS: Record<string, keyof ElementState> = {
  plain_text_input: "value",
  number_input: "value",
  email_text_input: "value",
  url_text_input: "value",
  rich_text_input: "rich_text_value",
  static_select: "selected_option",
  external_select: "selected_option",
  users_select: "selected_user",
  channels_select: "selected_channel",
  conversations_select: "selected_conversation",
  multi_static_select: "selected_options",
  multi_external_select: "selected_options",
  multi_users_select: "selected_users",
  multi_channels_select: "selected_channels",
  multi_conversations_select: "selected_conversations",
  checkboxes: "selected_options",
  radio_buttons: "selected_option",
  datepicker: "selected_date",
  timepicker: "selected_time",
  datetimepicker: "selected_date_time",
  file_input: "files",
};

/** Where Slack names the initial choice otherwise than `initial_` and the rest of the field. */
const INITIAL: Partial<Record<keyof ElementState, string>> = {
  value: "initial_value",
  selected_option: "initial_option",
  selected_options: "initial_options",
  selected_user: "initial_user",
  selected_users: "initial_users",
  selected_channel: "initial_channel",
  selected_channels: "initial_channels",
  selected_conversation: "initial_conversation",
  selected_conversations: "initial_conversations",
  selected_date: "initial_date",
  selected_time: "initial_time",
  selected_date_time: "initial_date_time",
  rich_text_value: "initial_value",
};

const LISTS = /^multi_|^checkboxes$|^file_input$/;

/** The field of an element's state that carries its choice, if it has one. */
export function fieldOf(type: string): keyof ElementState | undefined {
  return FIELDS[type];
}

/** The state of an element that nobody has touched. */
export function initialState(element: Element): ElementState | undefined {
  const field = fieldOf(element.type);
  if (!field) return undefined;
  const initial = element[INITIAL[field] ?? ""];
  return { type: element.type, [field]: initial ?? (LISTS.test(element.type) ? [] : null) };
}

/** Every element of the blocks that can hold a choice, with its block. */
export function statefulElements(blocks: readonly Block[]): { block: Block; element: Element }[] {
  return blocks.flatMap((block) => {
    const nested = (block.child_blocks ?? block.blocks ?? []) as Block[];
    return [
      ...elementsOf(block)
        .filter((element) => fieldOf(element.type))
        .map((element) => ({ block, element })),
      ...(block.type === "container" ? statefulElements(nested) : []),
    ];
  });
}

function elementsOf(block: Block): Element[] {
  if (block.type === "input") return block.element ? [block.element] : [];
  if (block.type === "section") return block.accessory ? [block.accessory] : [];
  return block.type === "actions" ? block.elements : [];
}

/** `state.values` of a surface: what was chosen, and the initial choice of everything untouched. */
export function collectState(blocks: readonly Block[], edits: StateValues): StateValues {
  const values: StateValues = {};
  for (const { block, element } of statefulElements(blocks)) {
    const blockId = block.block_id ?? "";
    const actionId = element.action_id ?? "";
    const state = edits[blockId]?.[actionId] ?? initialState(element);
    if (state) values[blockId] = { ...values[blockId], [actionId]: state };
  }
  return values;
}

/** The edits with one element's choice replaced. */
export function withEdit(edits: StateValues, at: [string, string], state: ElementState): StateValues {
  const [blockId, actionId] = at;
  return { ...edits, [blockId]: { ...edits[blockId], [actionId]: state } };
}

/** What Slack checks before it sends a submission: required fields and simple forms of numbers and addresses. */
export function missingFields(blocks: readonly Block[], values: StateValues): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of blocks) {
    if (block.type !== "input" || !block.block_id) continue;
    const state = values[block.block_id]?.[block.element?.action_id ?? ""];
    const wrong = fieldError(block, state);
    if (wrong) errors[block.block_id] = wrong;
  }
  return errors;
}

function fieldError(block: Block, state: ElementState | undefined): string | null {
  const element = block.element as Element;
  const field = fieldOf(element.type);
  const value = field ? state?.[field] : null;
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) {
    return block.optional ? null : "Please complete this required field.";
  }
  return typeof value === "string" ? textError(element, value) : null;
}

function textError(element: Element, value: string): string | null {
  if (element.type === "number_input") return numberError(element, value);
  if (element.type === "email_text_input" && !/^\S+@\S+\.\S+$/.test(value))
    return "Enter a valid email address.";
  if (element.type === "url_text_input" && !URL.canParse(value)) return "Enter a valid URL.";
  if (element.min_length && value.length < element.min_length) {
    return `Enter at least ${element.min_length} characters.`;
  }
  if (element.max_length && value.length > element.max_length) {
    return `Enter at most ${element.max_length} characters.`;
  }
  return null;
}

function numberError(element: Element, text: string): string | null {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number)) return "Enter a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Enter a whole number.";
  if (element.min_value !== undefined && number < Number(element.min_value)) {
    return `Enter a number that is at least ${element.min_value}.`;
  }
  if (element.max_value !== undefined && number > Number(element.max_value)) {
    return `Enter a number that is at most ${element.max_value}.`;
  }
  return null;
}

/** The action of a changed element, as `block_actions` carries it. */
export function changeAction(block: Block, element: Element, state: ElementState): Action {
  return {
    ...state,
    type: element.type,
    block_id: block.block_id ?? "",
    action_id: element.action_id ?? "",
    ...(element.placeholder ? { placeholder: element.placeholder } : {}),
  };
}

/** The action of a pressed button. */
export function buttonAction(block: Block, element: Element): Action {
  return {
    type: element.type,
    block_id: block.block_id ?? "",
    action_id: element.action_id ?? "",
    text: element.text,
    ...(element.value === undefined ? {} : { value: element.value }),
    ...(element.style ? { style: element.style } : {}),
  };
}

/** The action of an option chosen in an overflow menu. */
export function overflowAction(block: Block, element: Element, option: Option): Action {
  return {
    type: "overflow",
    block_id: block.block_id ?? "",
    action_id: element.action_id ?? "",
    selected_option: option,
  };
}
