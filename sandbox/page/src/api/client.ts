import type {
  Action,
  Message,
  Option,
  OptionGroup,
  SlackFile,
  StateValues,
  WorkspaceState,
} from "../slack/types";

/** An answer of the sandbox to something that a person did. */
export interface Answer {
  ok: boolean;
  error?: string;
  errors?: Record<string, string>;
  /** Why, for whoever builds the app. */
  detail?: string;
}

/** The sandbox knows no such person or place. */
export class NotFound extends Error {}

export const TROUBLE = "We had some trouble connecting. Try again?";

const SENTENCES: Record<string, string> = {
  starting: "The app is still starting. Send it again once the line at the top is gone.",
  not_in_channel: "You are not in this channel. Join it first.",
  thread_not_found: "This thread is no longer there.",
  channel_not_found: "This channel is no longer there.",
};

/** Slack's error codes as its client words them; what is a sentence already stays one. */
function sentence(error: string | undefined): string | undefined {
  return error && (SENTENCES[error] ?? error);
}

/** Where an action happened: in a message of a channel, or in a view. */
export interface Surface {
  channel?: string;
  message_ts?: string;
  view_id?: string;
}

/** The page's requests to its own origin, made as one person. */
export class Client {
  constructor(readonly user: string) {}

  state(): Promise<WorkspaceState> {
    return this.#get<WorkspaceState>("state", {});
  }

  async messages(channel: string): Promise<Message[]> {
    return (await this.#get<{ messages: Message[] }>("messages", { channel })).messages;
  }

  command(channel: string, text: string): Promise<Answer> {
    return this.#post("command", { channel, text });
  }

  message(channel: string, text: string, threadTs?: string): Promise<Answer> {
    return this.#post("message", { channel, text, ...(threadTs ? { thread_ts: threadTs } : {}) });
  }

  action(surface: Surface, action: Action, values: StateValues): Promise<Answer> {
    return this.#post("action", { ...surface, action, state: { values } });
  }

  submit(viewId: string, values: StateValues): Promise<Answer> {
    return this.#post("submit", { view_id: viewId, state: { values } });
  }

  close(viewId: string): Promise<Answer> {
    return this.#post("close", { view_id: viewId });
  }

  /** Tells the app that its home or messages tab is looked at. */
  home(tab: string): Promise<Answer> {
    return this.#post("home", { tab });
  }

  /** A global shortcut, or one on a message. */
  shortcut(callbackId: string, on?: { channel: string; message_ts: string }): Promise<Answer> {
    return this.#post("shortcut", { callback_id: callbackId, ...on });
  }

  /** Takes away what only this person sees. */
  dismiss(channel: string, messageTs: string): Promise<Answer> {
    return this.#post("dismiss", { channel, message_ts: messageTs });
  }

  /** A file for a form. */
  async upload(file: File): Promise<Answer & { file?: SlackFile }> {
    const query = new URLSearchParams({ user: this.user, name: file.name });
    try {
      const answer = await (await fetch(`page/upload?${query}`, { method: "POST", body: file })).json();
      return answer.ok ? answer : { ...answer, error: `${file.name} could not be uploaded.` };
    } catch {
      return { ok: false, error: TROUBLE };
    }
  }

  join(channel: string): Promise<Answer> {
    return this.#post("join", { channel });
  }

  /** Options of an external select; the app answers them as one types. */
  async options(surface: Surface, block_id: string, action_id: string, value: string) {
    const query = { ...surface, block_id, action_id, value };
    return this.#get<{ options?: Option[]; option_groups?: OptionGroup[] }>("options", query);
  }

  liveUrl(): string {
    const url = new URL(`page/live?user=${encodeURIComponent(this.user)}`, document.baseURI);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url.href;
  }

  async #get<T>(path: string, query: Record<string, string | undefined>): Promise<T> {
    const defined = Object.entries({ user: this.user, ...query }).filter(([, value]) => value !== undefined);
    const response = await fetch(`page/${path}?${new URLSearchParams(defined as [string, string][])}`);
    if (response.status === 404) throw new NotFound();
    if (!response.ok) throw new Error(`The sandbox answered ${response.status} to ${path}.`);
    return (await response.json()) as T;
  }

  async #post(path: string, body: object): Promise<Answer> {
    try {
      const response = await fetch(`page/${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ user: this.user, ...body }),
      });
      const answer = (await response.json().catch(() => null)) as Answer | null;
      if (answer && typeof answer.ok === "boolean") return { ...answer, error: sentence(answer.error) };
      return { ok: response.ok, error: response.ok ? undefined : TROUBLE };
    } catch {
      return { ok: false, error: TROUBLE };
    }
  }
}

/** Moves the sandbox's clock forward. */
export async function advanceClock(seconds: number): Promise<void> {
  await fetch("clock", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ advance_seconds: seconds }),
  });
}

/** The sandbox's time now, in milliseconds since 1970. */
export async function readClock(): Promise<number> {
  const response = await fetch("clock");
  return Date.parse(((await response.json()) as { now: string }).now);
}
