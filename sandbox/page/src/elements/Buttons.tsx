import type { Option } from "../slack/types";
import { safeHref } from "../text/mrkdwn";
import { Plain, plainText, Text } from "../text/Text";
import type { ElementProps } from "./ElementView";
import { Menu } from "./Menu";
import { buttonAction, overflowAction } from "./state";
import { useSurfaceScope } from "./surface";

/** A button, which asks first where the app wants it, and shows that its click is on its way. */
export function Button({ block, element }: ElementProps) {
  const scope = useSurfaceScope();
  const href = safeHref(element.url);
  const pending = scope.pending === element.action_id;
  const press = () => {
    if (!pending) void scope.act(buttonAction(block, element), element.confirm);
  };
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
      // Not `disabled`: that would take the focus from whoever pressed it.
      aria-disabled={pending || undefined}
      disabled={element.type === "workflow_button"}
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
  const choose = (option: Option) => {
    const href = safeHref(option.url);
    if (href) window.open(href, "_blank", "noopener");
    void scope.act(overflowAction(block, element, option), element.confirm);
  };
  const items = (element.options as Option[]).map((option) => ({
    key: option.value,
    label: <Text of={option.text} />,
    detail: plainText(option.description?.text),
    onChoose: () => choose(option),
  }));
  return <Menu label="More actions" sign="⋯" className="button icon" items={items} />;
}
