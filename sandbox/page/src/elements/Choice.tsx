import { useId } from "react";
import type { Option } from "../slack/types";
import { Text } from "../text/Text";
import type { ElementProps } from "./ElementView";
import { useSurfaceScope } from "./surface";

/** Check boxes: any number of the options. */
export function Checkboxes(props: ElementProps) {
  const { block, element } = props;
  const scope = useSurfaceScope();
  const selected = scope.stateOf(block, element)?.selected_options ?? [];
  const toggle = (option: Option) => {
    const on = selected.some((one) => one.value === option.value);
    const next = on ? selected.filter((one) => one.value !== option.value) : [...selected, option];
    void scope.change(block, element, { type: "checkboxes", selected_options: next });
  };
  return (
    <Group
      {...props}
      type="checkbox"
      isOn={(one) => selected.some((other) => other.value === one.value)}
      onPick={toggle}
    />
  );
}

/** Radio buttons: one of the options. */
export function RadioButtons(props: ElementProps) {
  const { block, element } = props;
  const scope = useSurfaceScope();
  const selected = scope.stateOf(block, element)?.selected_option;
  const pick = (option: Option) =>
    void scope.change(block, element, { type: "radio_buttons", selected_option: option });
  return <Group {...props} type="radio" isOn={(one) => selected?.value === one.value} onPick={pick} />;
}

interface GroupProps extends ElementProps {
  type: "checkbox" | "radio";
  isOn(option: Option): boolean;
  onPick(option: Option): void;
}

function Group({ element, type, labelledBy, describedBy, isOn, onPick, autoFocus }: GroupProps) {
  const name = useId();
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles take a name
    <div
      className="choices"
      role={type === "radio" ? "radiogroup" : "group"}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
    >
      {(element.options as Option[]).map((option, index) => (
        <label key={option.value} className="choice">
          <input
            type={type}
            name={name}
            checked={isOn(option)}
            onChange={() => onPick(option)}
            data-autofocus={(autoFocus && index === 0) || undefined}
          />
          <span>
            <Text of={option.text} />
            {option.description && (
              <span className="choice-description">
                <Text of={option.description} />
              </span>
            )}
          </span>
        </label>
      ))}
    </div>
  );
}
