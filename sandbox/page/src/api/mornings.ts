/** A fault of the lake's data, by the name that people choose it by. */
export interface Offered {
  name: string;
  fault: object;
}

export interface Run {
  pipeline: string;
  status: string;
  /** The step that began last. */
  step: string;
}

/** When the next morning is, and what the nights brought. */
export interface Morning {
  next: string;
  /** How many nights have passed by the button. */
  nights: number;
  arrived: { day: string; rows: number; faults: string[] } | null;
  runs: Run[];
  offered: Offered[];
}

/** What the sandbox knows of its mornings; null where it has none. */
export async function readMorning(): Promise<Morning | null> {
  const response = await fetch("sandbox/morning");
  return response.ok ? ((await response.json()) as Morning) : null;
}

/** Lets a night pass, with a fault in the data that arrive. */
export async function passNight(fault: object | undefined): Promise<void> {
  await fetch("sandbox/morning", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(fault ? { fault } : {}),
  });
}
