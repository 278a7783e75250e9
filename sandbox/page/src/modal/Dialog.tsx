import { type ReactNode, useEffect, useRef } from "react";

interface Props {
  label?: string;
  labelledBy?: string;
  className: string;
  onEscape(): void;
  /** Changes when the content becomes another one: focus starts anew. */
  focusKey?: string;
  children: ReactNode;
}

/** A modal window: the browser's own dialog keeps focus inside and everything behind it inert. */
export function Dialog({ label, labelledBy, className, onEscape, focusKey, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement as HTMLElement | null;
    element?.showModal();
    return () => {
      element?.close();
      before?.focus?.({ preventScroll: true });
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: focus is placed once for each content
  useEffect(() => {
    const wanted =
      dialog.current?.querySelector<HTMLElement>("[data-autofocus]") ??
      dialog.current?.querySelector<HTMLElement>(
        ".modal-body input, .modal-body textarea, .modal-body button, [data-first]",
      );
    wanted?.focus();
  }, [focusKey]);

  return (
    <dialog
      ref={dialog}
      className={className}
      aria-label={label}
      aria-labelledby={labelledBy}
      onCancel={(event) => event.preventDefault()}
      onKeyDown={(event) => {
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
