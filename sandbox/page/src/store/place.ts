import { useCallback, useEffect, useState } from "react";

/** Where a window is: who looks, and at what. Kept in the address, so that two windows can be two people. */
export interface Place {
  user: string;
  channel: string;
  thread: string;
  /** The message that a link named: shown first. */
  message: string;
  /** The tab of the app's conversation. */
  tab: "home" | "messages" | "about" | "";
}

const KEYS = ["user", "channel", "thread", "message", "tab"] as const;

export function readPlace(search: string): Place {
  const query = new URLSearchParams(search);
  const [user = "", channel = "", thread = "", message = "", tab = ""] = KEYS.map(
    (key) => query.get(key) ?? "",
  );
  return {
    user,
    channel,
    thread,
    message,
    tab: ["home", "messages", "about"].includes(tab) ? (tab as Place["tab"]) : "",
  };
}

export function writePlace(place: Place): string {
  const query = new URLSearchParams();
  for (const key of KEYS) if (place[key]) query.set(key, place[key]);
  return `?${query}`;
}

/** Where a message's permalink goes, if it is one of this workspace; undefined if not. */
export function placeOfLink(href: string, origin: string): Partial<Place> | undefined {
  const url = new URL(href, origin);
  const [, channel, seconds, micros] = url.pathname.match(/^\/archives\/(\w+)\/p(\d+)(\d{6})$/) ?? [];
  if (url.origin !== origin || !channel) return undefined;
  return {
    channel,
    message: `${seconds}.${micros}`,
    thread: url.searchParams.get("thread_ts") ?? "",
    tab: "",
  };
}

/** The place of this window, and a way to go to another. Going to a channel leaves the thread. */
export function usePlace(): [Place, (change: Partial<Place>, replace?: boolean) => void] {
  const [place, setPlace] = useState(() => readPlace(window.location.search));

  useEffect(() => {
    const follow = () => setPlace(readPlace(window.location.search));
    window.addEventListener("popstate", follow);
    return () => window.removeEventListener("popstate", follow);
  }, []);

  const go = useCallback((change: Partial<Place>, replace = false) => {
    const now = readPlace(window.location.search);
    const leaves = "channel" in change && change.channel !== now.channel;
    const moves = "channel" in change || "thread" in change || "tab" in change;
    const left = leaves ? { thread: "", tab: "" as const } : {};
    const next = { ...now, ...left, ...(moves ? { message: "" } : {}), ...change };
    window.history[replace ? "replaceState" : "pushState"](null, "", writePlace(next));
    setPlace(next);
  }, []);

  return [place, go];
}
