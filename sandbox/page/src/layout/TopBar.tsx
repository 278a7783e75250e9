import { advanceClock } from "../api/client";
import { Menu } from "../elements/Menu";
import { usePage } from "../store/page";
import type { Mornings } from "../store/useMorning";
import { clockTime, inWords } from "../text/dates";
import { Avatar } from "./Avatar";
import { NextMorning } from "./NextMorning";

const STEPS = [
  { label: "10 minutes", seconds: 600 },
  { label: "1 hour", seconds: 3_600 },
  { label: "1 day", seconds: 86_400 },
];

const DATE = { weekday: "short", day: "numeric", month: "short", year: "numeric" } as const;

interface Props {
  mornings: Mornings;
  onMenu(): void;
}

/** The bar above everything: the sandbox's clock, the next morning, and on a phone the way to the menu. */
export function TopBar({ mornings, onMenu }: Props) {
  const { me } = usePage();
  const name = me.real_name || me.name;
  return (
    <header className="topbar">
      <button type="button" className="topbar-menu" aria-label="Open the menu" onClick={onMenu}>
        ☰
      </button>
      <SandboxClock />
      <NextMorning mornings={mornings} />
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
  const said = `${inWords(now, DATE, zone)}, ${clockTime(now, zone)}`;
  const sign = (
    <>
      <span className="clock-label">Sandbox time</span>
      <time dateTime={new Date(now).toISOString()}>{said}</time>
    </>
  );
  const items = STEPS.map(({ label, seconds }) => ({
    key: label,
    label: `Advance ${label}`,
    onChoose: () => void advanceClock(seconds),
  }));
  return (
    <div className="clock">
      <Menu
        label={`Sandbox time ${said}`}
        menuLabel="Move the clock"
        sign={sign}
        className="clock-open"
        items={items}
      />
    </div>
  );
}
