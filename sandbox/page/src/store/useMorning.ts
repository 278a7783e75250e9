import { useCallback, useEffect, useState } from "react";
import { type Morning, passNight, readMorning } from "../api/mornings";

const POLL_MS = 2_000;

export interface Mornings {
  /** Null where the sandbox has no mornings, or has not told of them yet. */
  morning: Morning | null;
  /** How many nights are passing: each waits for the day's data. */
  passing: number;
  pass(fault: object | undefined): void;
}

/** The sandbox's mornings, asked for now and then: what runs changes by itself. */
export function useMorning(): Mornings {
  const [morning, setMorning] = useState<Morning | null>(null);
  const [passing, setPassing] = useState(0);
  const ask = useCallback(
    () =>
      readMorning()
        .then(setMorning)
        .catch(() => undefined),
    [],
  );

  useEffect(() => void ask(), [ask]);

  const there = morning !== null;
  useEffect(() => {
    if (!there) return;
    const timer = window.setInterval(ask, POLL_MS);
    return () => window.clearInterval(timer);
  }, [ask, there]);

  const pass = useCallback(
    (fault: object | undefined) => {
      setPassing((nights) => nights + 1);
      passNight(fault)
        .catch(() => undefined)
        .then(ask)
        .finally(() => setPassing((nights) => nights - 1));
    },
    [ask],
  );
  return { morning, passing, pass };
}
