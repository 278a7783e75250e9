import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";

interface Props {
  label?: string;
  labelledBy?: string;
  className: string;
  onEscape(): void;
  /** Changes when the content becomes another one: focus starts anew, or where it was in that one before. */
  focusKey?: string;
  /** Changes when the content does: focus goes in once there is something to focus. */
  contentKey?: string;
  children: ReactNode;
}

const FIRST = "[data-autofocus], .modal-body :is(input, textarea, button), [data-first]";
const TABBABLE = ":is(a[href], button, input, textarea, select, [tabindex]):not(:disabled, [tabindex='-1'])";

/** A modal window: the browser's own dialog keeps focus inside and everything behind it inert. */
export function Dialog(props: Props) {
  const { label, labelledBy, className, onEscape, focusKey = "", contentKey, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const left = useRef(new Map<string, number>());
  const placed = useRef<string | null>(null);

  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement as HTMLElement | null;
    element?.showModal();
    return () => {
      element?.close();
      // What was clicked may have been drawn anew meanwhile.
      const back = before?.isConnected ? before : document.querySelector<HTMLElement>(".message-list");
      back?.focus({ preventScroll: true });
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: focus is placed once for each content
  useEffect(() => {
    const element = dialog.current;
    if (!element || placed.current === focusKey) return;
    const known = left.current.get(focusKey);
    const first = element.querySelector<HTMLElement>("[data-autofocus]") ?? element.querySelector(FIRST);
    const wanted = known === undefined ? first : tabbable(element)[known];
    wanted?.focus();
    if (wanted) placed.current = focusKey;
  }, [focusKey, contentKey]);

  return (
    <dialog
      ref={dialog}
      className={className}
      aria-label={label}
      aria-labelledby={labelledBy}
      onCancel={(event) => {
        event.preventDefault();
        onEscape(); // pressed where nothing has the focus
      }}
      onFocus={(event) => {
        if (placed.current !== focusKey) return;
        const at = tabbable(event.currentTarget).indexOf(event.target);
        if (at >= 0) left.current.set(focusKey, at);
      }}
      onKeyDown={(event) => {
        if (event.key === "Tab") keepInside(event);
        if (event.key !== "Escape") return;
        event.stopPropagation();
        if (event.defaultPrevented) return;
        event.preventDefault();
        onEscape();
      }}
      onClick={(event) => {
        if (event.target === dialog.current && className.includes("lightbox")) onEscape();
      }}
    >
      {children}
    </dialog>
  );
}

/** What Tab reaches in a dialog, in order. */
function tabbable(dialog: HTMLElement): HTMLElement[] {
  const all = dialog.querySelectorAll<HTMLElement>(TABBABLE);
  return [...all].filter((element) => element.getClientRects().length > 0);
}

/** After the last comes the first, not the browser's own buttons. */
function keepInside(event: KeyboardEvent<HTMLElement>) {
  const all = tabbable(event.currentTarget);
  const [edge, other] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
  if (event.target !== edge || !other) return;
  event.preventDefault();
  other.focus();
}
