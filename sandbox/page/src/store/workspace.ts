import type { LiveEvent, Message, View, WorkspaceState } from "../slack/types";

/** All that the page knows, as one value. */
export interface Workspace {
  state: WorkspaceState | null;
  /** Channel id → its messages, oldest first, replies and one's own ephemerals included. */
  messages: Record<string, Message[]>;
  views: Record<string, View>;
  /** Ids of the open modals, the shown one last. */
  stack: string[];
  home: View | null;
  connection: "connecting" | "open" | "lost" | "unknown";
}

export const EMPTY: Workspace = {
  state: null,
  messages: {},
  views: {},
  stack: [],
  home: null,
  connection: "connecting",
};

export type Change =
  | { type: "loaded"; state: WorkspaceState }
  | { type: "messages"; channel: string; messages: Message[] }
  | { type: "connection"; connection: Workspace["connection"] }
  | LiveEvent;

/** The workspace after a change; unknown events leave it as it is. */
export function reduce(workspace: Workspace, change: Change): Workspace {
  switch (change.type) {
    case "loaded":
      return withLoaded(workspace, change.state);
    case "messages":
      return withMessages(workspace, change.channel, inOrder(change.messages));
    case "connection":
      return { ...workspace, connection: change.connection };
    case "message":
    case "message_changed":
      return withMessages(workspace, change.channel, put(workspace, change.channel, change.message));
    case "message_deleted":
      return withMessages(workspace, change.channel, without(workspace, change.channel, change.message.ts));
    case "view":
      return withView(workspace, change.view, change.stack);
    case "view_closed":
      return withoutView(workspace, change.view_id);
    case "home":
      return { ...workspace, home: change.view };
    case "progress":
      return withState(workspace, { progress: change.progress });
    case "reachable":
      return withReachable(workspace, change.reachable);
    case "channel":
      return withChannel(workspace, change.channel);
    default:
      return workspace;
  }
}

/** A fresh state is the truth, also about what was opened or closed while the connection was lost. */
function withLoaded(workspace: Workspace, state: WorkspaceState): Workspace {
  const open = state.views ?? [];
  return {
    ...workspace,
    state,
    home: state.home ?? null,
    views: { ...workspace.views, ...Object.fromEntries(open.map((view) => [view.id, view])) },
    stack: open.map((view) => view.id),
  };
}

function withState(workspace: Workspace, part: Partial<WorkspaceState>): Workspace {
  return workspace.state ? { ...workspace, state: { ...workspace.state, ...part } } : workspace;
}

function withReachable(workspace: Workspace, reachable: boolean): Workspace {
  const app = workspace.state?.app;
  return app ? withState(workspace, { app: { ...app, is_reachable: reachable } }) : workspace;
}

function withMessages(workspace: Workspace, channel: string, messages: Message[]): Workspace {
  return { ...workspace, messages: { ...workspace.messages, [channel]: messages } };
}

function put(workspace: Workspace, channel: string, message: Message): Message[] {
  return inOrder([...without(workspace, channel, message.ts), message]);
}

function without(workspace: Workspace, channel: string, ts: string): Message[] {
  return (workspace.messages[channel] ?? []).filter((one) => one.ts !== ts);
}

function inOrder(messages: Message[]): Message[] {
  return [...messages].sort((a, b) => Number(a.ts) - Number(b.ts));
}

function withView(workspace: Workspace, view: View, stack: string[] | undefined): Workspace {
  if (view.type === "home") return { ...workspace, home: view };
  const open = stack ?? [...workspace.stack.filter((id) => id !== view.id), view.id];
  return { ...workspace, views: { ...workspace.views, [view.id]: view }, stack: open };
}

/** Those above a closed view close with it. */
function withoutView(workspace: Workspace, id: string): Workspace {
  const at = workspace.stack.indexOf(id);
  return at === -1 ? workspace : { ...workspace, stack: workspace.stack.slice(0, at) };
}

function withChannel(workspace: Workspace, channel: WorkspaceState["channels"][number]): Workspace {
  const known = workspace.state?.channels ?? [];
  const channels = known.some((one) => one.id === channel.id)
    ? known.map((one) => (one.id === channel.id ? { ...one, ...channel } : one))
    : [...known, channel];
  return withState(workspace, { channels });
}

/** The modal on top, if one is open. */
export function topView(workspace: Workspace): View | null {
  return workspace.views[workspace.stack.at(-1) ?? ""] ?? null;
}
