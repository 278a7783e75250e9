import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";

const GAP_PX = 4;
/** Between a menu and the window's edge, at least. */
const MARGIN_PX = 8;

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
  /** Whether it opens above the button where there is room. */
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
      className="menu-root"
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
      {open && <Items items={items} label={menuLabel ?? label} anchor={button} up={up} close={close} />}
    </div>
  );
}

interface ItemsProps {
  items: MenuItem[];
  label: string;
  anchor: RefObject<HTMLElement | null>;
  up: boolean;
  close(): void;
}

/** The open menu, in the browser's top layer so that no scrolling box cuts it off. */
function Items({ items, label, anchor, up, close }: ItemsProps) {
  const menu = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ left: number; top: number }>();

  useLayoutEffect(() => {
    const element = menu.current;
    element?.showPopover?.();
    const follow = () => {
      if (element && anchor.current) setPlace(placeAt(anchor.current.getBoundingClientRect(), element, up));
    };
    follow();
    window.addEventListener("scroll", follow, true);
    window.addEventListener("resize", follow);
    return () => {
      window.removeEventListener("scroll", follow, true);
      window.removeEventListener("resize", follow);
    };
  }, [anchor, up]);

  return (
    <div ref={menu} popover="manual" className="menu" role="menu" aria-label={label} style={place}>
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
  );
}

/** Below the button or above it, from its left edge on as far as the window has room. */
function placeAt(button: DOMRect, menu: HTMLElement, up: boolean): { left: number; top: number } {
  const below = button.bottom + GAP_PX;
  const above = button.top - GAP_PX - menu.offsetHeight;
  const fitsBelow = below + menu.offsetHeight <= window.innerHeight - MARGIN_PX;
  return {
    left: Math.max(MARGIN_PX, Math.min(button.left, window.innerWidth - MARGIN_PX - menu.offsetWidth)),
    top: above >= MARGIN_PX && (up || !fitsBelow) ? above : below,
  };
}

function menuItems(root: HTMLElement | null): HTMLElement[] {
  return [...(root?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
}

function step(root: HTMLElement | null, by: number): void {
  const items = menuItems(root);
  const at = items.indexOf(document.activeElement as HTMLElement);
  items[(at + by + items.length) % items.length]?.focus();
}
