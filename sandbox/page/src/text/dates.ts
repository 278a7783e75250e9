/** Times as Slack writes them, in the zone of the person who looks. */

const DAY_MS = 86_400_000;

/** Milliseconds of a message's `ts`. */
export function tsMillis(ts: string): number {
  return Number.parseFloat(ts) * 1000;
}

export function clockTime(ms: number): string {
  return new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit" }).format(ms);
}

export function fullTime(ms: number): string {
  return new Intl.DateTimeFormat("en-US", {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
    second: "2-digit",
  }).format(ms);
}

/** A key that two moments of one day share. */
export function dayKey(ms: number): string {
  const date = new Date(ms);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** "Today", "Yesterday", "Friday, June 28th", and with the year when it is another one. */
export function dayTitle(ms: number, now: number): string {
  return relativeDay(ms, now) ?? longDay(ms, new Date(ms).getFullYear() !== new Date(now).getFullYear());
}

function relativeDay(ms: number, now: number): string | null {
  if (dayKey(ms) === dayKey(now)) return "Today";
  if (dayKey(ms) === dayKey(now - DAY_MS)) return "Yesterday";
  if (dayKey(ms) === dayKey(now + DAY_MS)) return "Tomorrow";
  return null;
}

function longDay(ms: number, withYear: boolean): string {
  const weekday = new Intl.DateTimeFormat("en-US", { weekday: "long" }).format(ms);
  return `${weekday}, ${monthDay(ms)}${withYear ? `, ${new Date(ms).getFullYear()}` : ""}`;
}

function monthDay(ms: number): string {
  const day = new Date(ms).getDate();
  return `${new Intl.DateTimeFormat("en-US", { month: "long" }).format(ms)} ${day}${ordinal(day)}`;
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return "th";
  return { 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th";
}

type Style = Intl.DateTimeFormatOptions;
const PARTS: Record<string, Style> = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  day_divider: { weekday: "long", month: "long", day: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/** Fills the tokens of `<!date^…>`: `{date}`, `{date_short_pretty}`, `{time}`, `{ago}` and their kin. */
export function formatDate(seconds: number, format: string, now: number): string {
  const ms = seconds * 1000;
  return format.replace(/\{(\w+)\}/g, (token, name: string) => {
    if (name === "ago") return ago(now - ms);
    const base = name.replace(/_pretty$/, "");
    const pretty = base === name ? null : relativeDay(ms, now);
    if (pretty) return pretty.toLowerCase();
    if (base === "date_num") return new Date(ms).toLocaleDateString("en-CA");
    const style = PARTS[base];
    return style ? new Intl.DateTimeFormat("en-US", style).format(ms) : token;
  });
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", DAY_MS],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** "2 hours ago", "now". */
export function ago(ms: number): string {
  const relative = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });
  for (const [unit, length] of STEPS) {
    if (Math.abs(ms) >= length) return relative.format(-Math.trunc(ms / length), unit);
  }
  return relative.format(0, "second");
}
