import { useEffect, useState } from "react";
import { readClock } from "../api/client";

const POLL_MS = 5_000;
const MINUTE_MS = 60_000;

/** The sandbox's time to the minute. It runs by itself, and is asked again now and then because it can be moved. */
export function useClock(stated: string | undefined): number {
  const [now, setNow] = useState(() => toMinute(stated ? Date.parse(stated) : Date.now()));

  useEffect(() => {
    const ask = () =>
      readClock()
        .then((ms) => setNow(toMinute(ms)))
        .catch(() => undefined);
    if (stated) setNow(toMinute(Date.parse(stated)));
    const timer = window.setInterval(ask, POLL_MS);
    return () => window.clearInterval(timer);
  }, [stated]);

  return now;
}

function toMinute(ms: number): number {
  return Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}
