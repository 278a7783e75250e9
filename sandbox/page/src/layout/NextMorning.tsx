import { useEffect, useState } from "react";
import type { Morning } from "../api/mornings";
import { usePage } from "../store/page";
import type { Mornings } from "../store/useMorning";
import { clockTime, inWords } from "../text/dates";

const DAY = { weekday: "short", day: "numeric", month: "short" } as const;

/** The button that lets a night pass, and what goes wrong with the data that arrive meanwhile. */
export function NextMorning({ mornings: { morning, passing, pass } }: { mornings: Mornings }) {
  const { state, zone } = usePage();
  const [chosen, choose] = useState("");
  const ready = morning !== null && (!state.progress || state.progress.done);
  const offered = morning?.offered ?? [];
  const fault = offered.find(({ name }) => name === chosen)?.fault;

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!ready || !event.altKey || event.code !== "KeyM") return;
      event.preventDefault();
      pass(fault);
      choose("");
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [ready, pass, fault]);

  if (!ready) return null;
  const next = inWords(Date.parse(morning.next), DAY, zone);
  return (
    <div className="morning">
      {offered.length > 0 && (
        <select
          aria-label="What is wrong with the next day's data"
          className={`morning-fault${chosen ? " chosen" : ""}`}
          value={chosen}
          onChange={(event) => choose(event.target.value)}
        >
          <option value="">No fault</option>
          {offered.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
      <button
        type="button"
        className="morning-next"
        aria-keyshortcuts="Alt+M"
        title={`To the morning of ${next} (Alt+M)`}
        aria-busy={passing > 0}
        onClick={() => {
          pass(fault);
          choose("");
        }}
      >
        <span aria-hidden="true">☀</span> Next morning
      </button>
    </div>
  );
}

/** One line about the last night: what time it is, what arrived, and what runs. */
export function MorningNews({ mornings: { morning, passing } }: { mornings: Mornings }) {
  const { now, zone } = usePage();
  if (!morning || (morning.nights === 0 && passing === 0)) return null;
  const running = morning.runs.some((run) => isRunning(run.status));
  return (
    <div className="banner morning-news" role="status">
      {(running || passing > 0) && <span className="spinner" aria-hidden="true" />}
      <strong>
        {inWords(now, DAY, zone)}, {clockTime(now, zone)}
      </strong>
      <span>{passing > 0 ? "The night passes…" : told(morning)}</span>
    </div>
  );
}

function isRunning(status: string): boolean {
  return status === "Executing" || status === "Stopping";
}

function told({ arrived, runs }: Morning): string {
  return [arrived && arrival(arrived), ...runs.map(progress)].filter(Boolean).join(" · ");
}

function arrival({ day, rows, faults }: NonNullable<Morning["arrived"]>): string {
  // A day of the lake is a date, no moment: noon is on it in every zone that asks for UTC.
  const named = inWords(Date.parse(`${day}T12:00:00Z`), DAY, "UTC");
  const wrong = faults.length > 0 ? `, with a fault: ${faults.join(", ")}` : "";
  return `The data of ${named} arrived (${rows.toLocaleString("en-US")} rows${wrong})`;
}

function progress({ pipeline, status, step }: Morning["runs"][number]): string {
  if (isRunning(status)) return `${pipeline} runs${step ? `: ${step}` : ""}`;
  return `${pipeline}: ${status}`;
}
