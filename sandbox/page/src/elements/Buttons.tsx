import { useRef, useState } from "react";
import type { Option } from "../slack/types";
import { safeHref } from "../text/mrkdwn";
import { Plain, plainText, Text } from "../text/Text";
import type { ElementProps } from "./ElementView";
import { buttonAction, overflowAction } from "./state";
import { useSurfaceScope } from "./surface";

/** A button, which asks first where the app wants it, and shows that its click is on its way. */
export function Button({ block, element }: ElementProps) {
  const scope = useSurfaceScope();
  const href = safeHref(element.url);
  const pending = scope.pending === element.action_id;
  const press = () => void scope.act(buttonAction(block, element), element.confirm);
  const className = `button ${element.style ?? ""}`;
  if (href) {
    return (
      <a className={className} href={href} target="_blank" rel="noopener noreferrer" onClick={press}>
        <Plain text={element.text.text} />
      </a>
    );
  }
  return (
    <button
      type="button"
      className={className}
      aria-label={element.accessibility_label}
      aria-busy={pending || undefined}
      disabled={pending || element.type === "workflow_button"}
      onClick={press}
    >
      <Plain text={element.text?.text ?? ""} />
      {pending && <span className="spinner" aria-hidden="true" />}
    </button>
  );
}

/** A pair of buttons that rate an answer. */
export function FeedbackButtons(props: ElementProps) {
  const { block, element } = props;
  const scope = useSurfaceScope();
  return (
    <span className="feedback">
      {[element.positive_button, element.negative_button].map((button) => (
        <button
          key={button.value}
          type="button"
          className="button small"
          aria-label={button.accessibility_label}
          onClick={() => void scope.act(buttonAction(block, { ...element, ...button, type: element.type }))}
        >
          <Plain text={button.text.text} />
        </button>
      ))}
    </span>
  );
}

/** A button that shows only an icon; its text is its label. */
export function IconButton({ block, element }: ElementProps) {
  const scope = useSurfaceScope();
  return (
    <button
      type="button"
      className="button small"
      aria-label={element.accessibility_label ?? plainText(element.text?.text)}
      onClick={() => void scope.act(buttonAction(block, element), element.confirm)}
    >
      {element.icon === "trash" ? "🗑" : plainText(element.text?.text)}
    </button>
  );
}

/** The three dots: a small menu of options. */
export function Overflow({ block, element }: ElementProps) {
  const scope = useSurfaceScope();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const choose = (option: Option) => {
    setOpen(false);
    const href = safeHref(option.url);
    if (href) window.open(href, "_blank", "noopener");
    void scope.act(overflowAction(block, element, option), element.confirm);
  };
  const step = (by: number) => {
    const items = [...(root.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    items[(at + by + items.length) % items.length]?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the menu inside
    <div
      ref={root}
      className="overflow"
      onBlur={(event) => {
        if (!root.current?.contains(event.relatedTarget)) setOpen(false);
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape" && open) {
          event.stopPropagation();
          event.preventDefault();
          setOpen(false);
        }
        if (event.key === "ArrowDown") step(1);
        if (event.key === "ArrowUp") step(-1);
      }}
    >
      <button
        type="button"
        className="button icon"
        aria-label="More actions"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        ⋯
      </button>
      {open && (
        <div className="menu" role="menu">
          {(element.options as Option[]).map((option) => (
            <button key={option.value} type="button" role="menuitem" onClick={() => choose(option)}>
              <Text of={option.text} />
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
