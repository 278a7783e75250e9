import { type InputHTMLAttributes, type KeyboardEvent, useState } from "react";
import { richTextString } from "../blocks/RichText";
import type { ElementState } from "../slack/types";
import { plainText } from "../text/Text";
import type { ElementProps } from "./ElementView";
import { useSurfaceScope } from "./surface";

/** A year of fewer digits is one that is still being typed. */
const FIRST_YEAR = 1000;

/** Text, number, address and e-mail: one line, or several where the app asks for them. */
export function TextField(props: ElementProps) {
  const { block, element } = props;
  const scope = useSurfaceScope();
  const text = scope.stateOf(block, element)?.value ?? "";
  const triggers: string[] = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const state = (value: string): ElementState => ({ type: element.type, value: value === "" ? null : value });
  const reports = (trigger: string) => Boolean(block.dispatch_action) && triggers.includes(trigger);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !reports("on_enter_pressed") || (element.multiline && !event.ctrlKey))
      return;
    event.preventDefault();
    void scope.change(block, element, state(text), true);
  };
  const common = {
    ...fieldAttributes(props),
    className: "field",
    placeholder: plainText(element.placeholder?.text),
    value: text,
    maxLength: element.max_length as number | undefined,
    onKeyDown,
    onChange: (event: { target: { value: string } }) =>
      void scope.change(block, element, state(event.target.value), reports("on_character_entered")),
  };
  if (element.multiline) return <textarea rows={4} {...common} />;
  return <input {...common} {...LINE[element.type]} />;
}

const LINE: Record<string, InputHTMLAttributes<HTMLInputElement>> = {
  plain_text_input: { type: "text", autoComplete: "off" },
  number_input: { type: "text", inputMode: "decimal", autoComplete: "off" },
  email_text_input: { type: "email", autoComplete: "off" },
  url_text_input: { type: "url", autoComplete: "off" },
};

/** Text that the app receives as a rich text block. */
export function RichTextField(props: ElementProps) {
  const { block, element } = props;
  const scope = useSurfaceScope();
  const [text, setText] = useState(() => richTextString(scope.stateOf(block, element)?.rich_text_value));
  const change = (next: string) => {
    setText(next);
    const section = { type: "rich_text_section", elements: [{ type: "text", text: next }] };
    const value = next === "" ? null : { type: "rich_text", elements: [section] };
    void scope.change(block, element, { type: element.type, rich_text_value: value }, false);
  };
  return (
    <textarea
      rows={4}
      className="field"
      {...fieldAttributes(props)}
      placeholder={plainText(element.placeholder?.text)}
      value={text}
      onChange={(event) => change(event.target.value)}
    />
  );
}

/** Dates and times, by the browser's own pickers. */
export function WhenField(props: ElementProps) {
  const { block, element } = props;
  const scope = useSurfaceScope();
  const kind = WHEN[element.type] ?? "date";
  const value = whenText(scope.stateOf(block, element));
  const change = (text: string) => {
    const unfinished = kind !== "time" && text !== "" && Number.parseInt(text, 10) < FIRST_YEAR;
    const report = unfinished ? false : undefined;
    void scope.change(block, element, whenState(element.type, text), report);
  };
  return (
    <input
      type={kind}
      className="field field-when"
      {...fieldAttributes(props)}
      value={value}
      onChange={(event) => change(event.target.value)}
    />
  );
}

const WHEN: Record<string, string> = {
  datepicker: "date",
  timepicker: "time",
  datetimepicker: "datetime-local",
};

function whenText(state: ElementState | undefined): string {
  if (state?.selected_date_time) {
    const date = new Date(state.selected_date_time * 1000);
    return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  }
  return state?.selected_date ?? state?.selected_time ?? "";
}

function whenState(type: string, text: string): ElementState {
  if (type === "timepicker") return { type, selected_time: text || null };
  if (type === "datepicker") return { type, selected_date: text || null };
  return { type, selected_date_time: text ? Math.floor(new Date(text).getTime() / 1000) : null };
}

function fieldAttributes({ element, labelledBy, describedBy, invalid, autoFocus }: ElementProps) {
  return {
    "aria-labelledby": labelledBy,
    "aria-label": labelledBy ? undefined : plainText(element.placeholder?.text) || element.action_id,
    "aria-describedby": describedBy,
    "aria-invalid": invalid || undefined,
    "data-autofocus": autoFocus || undefined,
  };
}
