import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Pick } from "./Picker";

const ROOM_PX = 260;
const GAP_PX = 4;

interface Props {
  id: string;
  anchor: RefObject<HTMLElement | null>;
  picks: Pick[];
  chosen: Set<string>;
  active: number;
  multiple: boolean;
  onPick(pick: Pick): void;
}

/** The open list of a picker, in the browser's top layer so that no scrolling box cuts it off. */
export function PickerList({ id, anchor, picks, chosen, active, multiple, onPick }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<ListPlace>();

  useLayoutEffect(() => {
    list.current?.showPopover?.();
    const follow = () => anchor.current && setPlace(placeAt(anchor.current.getBoundingClientRect()));
    follow();
    window.addEventListener("scroll", follow, true);
    window.addEventListener("resize", follow);
    return () => {
      window.removeEventListener("scroll", follow, true);
      window.removeEventListener("resize", follow);
    };
  }, [anchor]);

  useEffect(() => {
    list.current?.querySelector(`#${CSS.escape(`${id}-${active}`)}`)?.scrollIntoView({ block: "nearest" });
  }, [id, active]);

  return (
    <div
      ref={list}
      id={id}
      popover="manual"
      role="listbox"
      aria-multiselectable={multiple || undefined}
      className="picker-list"
      style={place}
      tabIndex={-1}
      onMouseDown={(event) => event.preventDefault()}
    >
      {picks.length === 0 && <div className="picker-none">No results</div>}
      {picks.map((pick, index) => (
        <Row
          key={pick.value}
          id={`${id}-${index}`}
          pick={pick}
          heading={pick.group !== picks[index - 1]?.group ? pick.group : undefined}
          active={index === active}
          chosen={chosen.has(pick.value)}
          onPick={onPick}
        />
      ))}
    </div>
  );
}

interface ListPlace {
  left: number;
  width: number;
  top?: number;
  bottom?: number;
}

/** Below the field, or above it where there is more room. */
function placeAt(field: DOMRect): ListPlace {
  const below = window.innerHeight - field.bottom;
  const up = below < ROOM_PX && field.top > below;
  const vertical = up ? { bottom: window.innerHeight - field.top + GAP_PX } : { top: field.bottom + GAP_PX };
  return { left: field.left, width: field.width, ...vertical };
}

interface RowProps {
  id: string;
  pick: Pick;
  heading?: string;
  active: boolean;
  chosen: boolean;
  onPick(pick: Pick): void;
}

function Row({ id, pick, heading, active, chosen, onPick }: RowProps) {
  return (
    <>
      {heading && <div className="picker-group">{heading}</div>}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the combobox keeps focus and keys */}
      <div
        id={id}
        role="option"
        aria-selected={chosen}
        className={`picker-option${active ? " active" : ""}`}
        onClick={() => onPick(pick)}
      >
        <span className="picker-label">{pick.label}</span>
        {pick.description && <span className="picker-description">{pick.description}</span>}
      </div>
    </>
  );
}
