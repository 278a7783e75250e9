/** Times as Slack writes them, in a time zone: the workspace's, or the browser's where none is given. */

const DAY_MS = 86_400_000;

type Style = Intl.DateTimeFormatOptions;
type Zone = string | undefined;

const TIME: Style = { hour: "numeric", minute: "2-digit" };
const FULL: Style = {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "numeric",
  minute: "2-digit",
  second: "2-digit",
};

/** Formatters are costly to make, and every message needs some. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** A moment in words of the given style. */
export function inWords(ms: number, style: Style, zone: Zone, locale = "en-US"): string {
  const key = JSON.stringify([style, zone, locale]);
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(locale, { ...style, timeZone: zone });
  formatters.set(key, known);
  return known.format(ms);
}

/** Milliseconds of a message's `ts`. */
export function tsMillis(ts: string): number {
  return Number.parseFloat(ts) * 1000;
}

export function clockTime(ms: number, zone: Zone): string {
  return inWords(ms, TIME, zone);
}

export function fullTime(ms: number, zone: Zone): string {
  return inWords(ms, FULL, zone);
}

/** The day of a moment as 2013-06-28. */
export function isoDay(ms: number, zone: Zone): string {
  return inWords(ms, { year: "numeric", month: "2-digit", day: "2-digit" }, zone, "en-CA");
}

/** "Today", "Yesterday", "Friday, June 28th", and with the year when it is another one. */
export function dayTitle(ms: number, now: number, zone: Zone): string {
  return relativeDay(ms, now, zone) ?? longDay(ms, now, zone);
}

function relativeDay(ms: number, now: number, zone: Zone): string | null {
  const day = isoDay(ms, zone);
  if (day === isoDay(now, zone)) return "Today";
  if (day === isoDay(now - DAY_MS, zone)) return "Yesterday";
  if (day === isoDay(now + DAY_MS, zone)) return "Tomorrow";
  return null;
}

function longDay(ms: number, now: number, zone: Zone): string {
  const day = Number(inWords(ms, { day: "numeric" }, zone));
  const year = inWords(ms, { year: "numeric" }, zone);
  const title = `${inWords(ms, { weekday: "long" }, zone)}, ${inWords(ms, { month: "long" }, zone)} ${day}${ordinal(day)}`;
  return year === inWords(now, { year: "numeric" }, zone) ? title : `${title}, ${year}`;
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return "th";
  return { 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th";
}

const PARTS: Record<string, Style> = {
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  day_divider: { weekday: "long", month: "long", day: "numeric" },
  time: TIME,
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/** Fills the tokens of `<!date^…>`: `{date}`, `{date_short_pretty}`, `{time}`, `{ago}` and their kin. */
export function formatDate(seconds: number, format: string, now: number, zone: Zone): string {
  const ms = seconds * 1000;
  return format.replace(/\{(\w+)\}/g, (token, name: string) => {
    if (name === "ago") return ago(now - ms);
    const base = name.replace(/_pretty$/, "");
    const pretty = base === name ? null : relativeDay(ms, now, zone);
    if (pretty) return pretty.toLowerCase();
    if (base === "date_num") return isoDay(ms, zone);
    const style = PARTS[base];
    return style ? inWords(ms, style, zone) : token;
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
