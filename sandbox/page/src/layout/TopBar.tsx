import { useState } from "react";
import { advanceClock } from "../api/client";
import { usePage } from "../store/page";
import { clockTime, inWords } from "../text/dates";
import { Avatar } from "./Avatar";

const STEPS = [
  { label: "10 minutes", seconds: 600 },
  { label: "1 hour", seconds: 3_600 },
  { label: "1 day", seconds: 86_400 },
];

const DATE = { weekday: "short", day: "numeric", month: "short", year: "numeric" } as const;

/** The bar above everything: the sandbox's clock, and on a phone the way to the menu. */
export function TopBar({ onMenu }: { onMenu(): void }) {
  const { me } = usePage();
  const name = me.real_name || me.name;
  return (
    <header className="topbar">
      <button type="button" className="topbar-menu" aria-label="Open the menu" onClick={onMenu}>
        ☰
      </button>
      <SandboxClock />
      <button
        type="button"
        className="topbar-me"
        onClick={onMenu}
        aria-label={`You are ${name}, ${me.title}. Become another`}
      >
        <span className="topbar-name">{name}</span>
        <Avatar id={me.id} name={name} size="small" />
      </button>
    </header>
  );
}

function SandboxClock() {
  const { now, zone } = usePage();
  const [open, setOpen] = useState(false);
  const date = inWords(now, DATE, zone);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the menu inside
    <div
      className="clock"
      onKeyDown={(event) => event.key === "Escape" && setOpen(false)}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}
    >
      <button type="button" aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="clock-label">Sandbox time</span>
        <time dateTime={new Date(now).toISOString()}>
          {date}, {clockTime(now, zone)}
        </time>
      </button>
      {open && (
        <div className="menu" role="menu" aria-label="Move the clock">
          {STEPS.map(({ label, seconds }) => (
            <button
              key={seconds}
              type="button"
              role="menuitem"
              onClick={() => {
                setOpen(false);
                void advanceClock(seconds);
              }}
            >
              Advance {label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
