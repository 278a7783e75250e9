import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";

export interface MenuItem {
  key: string;
  label: ReactNode;
  /** What it does, in a second, quiet line. */
  detail?: string;
  onChoose(): void;
}

interface Props {
  /** What the button is called. */
  label: string;
  /** What the button shows. */
  sign: ReactNode;
  items: MenuItem[];
  className: string;
  /** What the menu is called, where that is not the button's name. */
  menuLabel?: string;
  /** Whether it opens above the button. */
  up?: boolean;
}

/** A button that opens a menu: by mouse, or by keys as menus are everywhere. */
export function Menu({ label, sign, items, className, menuLabel, up = false }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (open) menuItems(root.current)[0]?.focus();
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    const steps: Record<string, () => void> = {
      Escape: close,
      Tab: close,
      ArrowDown: () => step(root.current, 1),
      ArrowUp: () => step(root.current, -1),
      Home: () => menuItems(root.current)[0]?.focus(),
      End: () => menuItems(root.current).at(-1)?.focus(),
    };
    const act = steps[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the menu inside
    <div
      ref={root}
      className={`menu-root${up ? " up" : ""}`}
      onBlur={(event) => !root.current?.contains(event.relatedTarget) && setOpen(false)}
      onKeyDown={onKeyDown}
    >
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        title={typeof sign === "string" ? undefined : label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {sign}
      </button>
      {open && (
        <div className="menu" role="menu" aria-label={menuLabel ?? label}>
          {items.map((item) => (
            <button
              key={item.key}
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                close();
                item.onChoose();
              }}
            >
              {item.label}
              {item.detail && <span className="menu-detail">{item.detail}</span>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function menuItems(root: HTMLElement | null): HTMLElement[] {
  return [...(root?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
}

function step(root: HTMLElement | null, by: number): void {
  const items = menuItems(root);
  const at = items.indexOf(document.activeElement as HTMLElement);
  items[(at + by + items.length) % items.length]?.focus();
}
