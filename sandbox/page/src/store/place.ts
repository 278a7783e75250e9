import { useCallback, useEffect, useState } from "react";

/** Where a window is: who looks, and at what. Kept in the address, so that two windows can be two people. */
export interface Place {
  user: string;
  channel: string;
  thread: string;
  /** The tab of the app's conversation. */
  tab: "home" | "messages" | "about" | "";
}

const KEYS = ["user", "channel", "thread", "tab"] as const;

export function readPlace(search: string): Place {
  const query = new URLSearchParams(search);
  const [user = "", channel = "", thread = "", tab = ""] = KEYS.map((key) => query.get(key) ?? "");
  return {
    user,
    channel,
    thread,
    tab: ["home", "messages", "about"].includes(tab) ? (tab as Place["tab"]) : "",
  };
}

export function writePlace(place: Place): string {
  const query = new URLSearchParams();
  for (const key of KEYS) if (place[key]) query.set(key, place[key]);
  return `?${query}`;
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
    const next = { ...now, ...(leaves ? { thread: "", tab: "" as const } : {}), ...change };
    window.history[replace ? "replaceState" : "pushState"](null, "", writePlace(next));
    setPlace(next);
  }, []);

  return [place, go];
}
