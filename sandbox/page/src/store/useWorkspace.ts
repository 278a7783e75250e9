import { useEffect, useMemo, useReducer } from "react";
import { Client, NotFound } from "../api/client";
import { connectLive } from "../api/live";
import { type Change, EMPTY, reduce, type Workspace } from "./workspace";

/** What happens while a snapshot is on its way may not be in it: it is fetched again, but not for ever. */
const MOST_FETCHES = 4;

export interface Connected {
  workspace: Workspace;
  client: Client;
}

/** The workspace as one person sees it, kept up to date over the websocket. */
export function useWorkspace(user: string): Connected {
  const [workspace, change] = useReducer(reduce, EMPTY);
  const client = useMemo(() => new Client(user), [user]);
  useEffect(() => follow(client, change), [client]);
  return { workspace, client };
}

/** Reports every change of the workspace, until the returned function is called. */
function follow(client: Client, change: (change: Change) => void): () => void {
  let events = 0;
  const reload = async () => {
    try {
      for (let fetches = 0; fetches < MOST_FETCHES; fetches += 1) {
        const before = events;
        await fetchAll(client, change);
        if (events === before) return;
      }
    } catch (error) {
      change({ type: "connection", connection: error instanceof NotFound ? "unknown" : "lost" });
    }
  };
  return connectLive(client.liveUrl(), {
    onEvent: (event) => {
      events += 1;
      if (event.type === "state") void reload();
      else change(event);
    },
    onOpen: () => {
      change({ type: "connection", connection: "open" });
      void reload();
    },
    onLost: () => change({ type: "connection", connection: "lost" }),
  });
}

async function fetchAll(client: Client, change: (change: Change) => void): Promise<void> {
  const state = await client.state();
  change({ type: "loaded", state });
  const places = [...state.channels, ...state.dms];
  const lists = await Promise.all(places.map(({ id }) => client.messages(id)));
  places.forEach(({ id }, at) => {
    change({ type: "messages", channel: id, messages: lists[at] ?? [] });
  });
}
