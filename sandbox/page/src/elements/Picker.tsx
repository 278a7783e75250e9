import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { PickerList } from "./PickerList";

/** One thing to pick, with its words ready to show. */
export interface Pick {
  value: string;
  label: string;
  description?: string;
  group?: string;
}

interface Props {
  picks: Pick[];
  selected: Pick[];
  onChange(selected: Pick[]): void;
  multiple?: boolean;
  most?: number;
  placeholder?: string;
  /** Called with what is typed, where the app itself looks for options. */
  onQuery?(query: string): void;
  label?: string;
  labelledBy?: string;
  describedBy?: string;
  invalid?: boolean;
  autoFocus?: boolean;
}

/** A select menu as Slack has it: type to filter, arrows and Enter to pick; several stay as chips. */
export function Picker(props: Props) {
  const { picks, selected, multiple = false, onChange, onQuery, most = Number.POSITIVE_INFINITY } = props;
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const listId = useId();
  const box = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);

  const shown = onQuery
    ? picks
    : picks.filter((pick) => pick.label.toLowerCase().includes(query.toLowerCase()));
  const chosen = new Set(selected.map((pick) => pick.value));

  useEffect(() => {
    if (open) onQuery?.(query);
  }, [open, query, onQuery]);

  const show = () => {
    setOpen(true);
    setActive(
      Math.max(
        0,
        picks.findIndex((pick) => chosen.has(pick.value)),
      ),
    );
  };
  const hide = () => {
    setOpen(false);
    setQuery("");
  };
  const pick = (one: Pick) => {
    if (!multiple) onChange([one]);
    else if (chosen.has(one.value)) onChange(selected.filter((other) => other.value !== one.value));
    else if (selected.length < most) onChange([...selected, one]);
    if (!multiple) hide();
    setQuery("");
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (open) setActive((now) => (now + step + shown.length) % Math.max(1, shown.length));
      else show();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const one = shown[active];
      if (open && one) pick(one);
      else show();
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      hide();
    } else if (event.key === "Backspace" && query === "" && multiple) {
      onChange(selected.slice(0, -1));
    }
  };

  const single = multiple ? "" : (selected[0]?.label ?? "");
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: the input inside has the keys
    <div
      ref={box}
      className={`picker${props.invalid ? " invalid" : ""}`}
      onClick={(event) => {
        if (event.target === box.current) input.current?.focus();
      }}
    >
      {multiple &&
        selected.map((one) => (
          <span key={one.value} className="chip">
            {one.label}
            <button
              type="button"
              aria-label={`Remove ${one.label}`}
              onClick={() => onChange(selected.filter((other) => other.value !== one.value))}
            >
              ×
            </button>
          </span>
        ))}
      <input
        ref={input}
        role="combobox"
        autoComplete="off"
        aria-expanded={open}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={open && shown[active] ? `${listId}-${active}` : undefined}
        aria-label={props.label}
        aria-labelledby={props.labelledBy}
        aria-describedby={props.describedBy}
        aria-invalid={props.invalid || undefined}
        data-autofocus={props.autoFocus || undefined}
        value={open ? query : single}
        placeholder={(open && single) || (selected.length ? "" : props.placeholder)}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
          setOpen(true);
        }}
        onClick={() => (open ? hide() : show())}
        onKeyDown={onKeyDown}
        onBlur={hide}
      />
      <span className="picker-chevron" aria-hidden="true" />
      {open && (
        <PickerList
          id={listId}
          anchor={box}
          picks={shown}
          chosen={chosen}
          active={active}
          multiple={multiple}
          onPick={pick}
        />
      )}
    </div>
  );
}
