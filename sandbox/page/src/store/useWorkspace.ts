import { useCallback, useEffect, useMemo, useReducer } from "react";
import { Client } from "../api/client";
import { connectLive } from "../api/live";
import type { LiveEvent } from "../slack/types";
import { EMPTY, reduce, type Workspace } from "./workspace";

export interface Connected {
  workspace: Workspace;
  client: Client;
}

/** The workspace as one person sees it, kept up to date over the websocket. */
export function useWorkspace(user: string): Connected {
  const [workspace, change] = useReducer(reduce, EMPTY);
  const client = useMemo(() => new Client(user), [user]);

  const load = useCallback(async () => {
    const state = await client.state();
    change({ type: "loaded", state });
    const places = [...state.channels, ...state.dms];
    await Promise.all(
      places.map(async ({ id }) => {
        change({ type: "messages", channel: id, messages: await client.messages(id) });
      }),
    );
  }, [client]);

  useEffect(() => {
    const reload = () => load().catch(() => change({ type: "connection", connection: "lost" }));
    return connectLive(client.liveUrl(), {
      onEvent: (event: LiveEvent) => (event.type === "state" ? reload() : change(event)),
      onOpen: () => {
        change({ type: "connection", connection: "open" });
        void reload();
      },
      onLost: () => change({ type: "connection", connection: "lost" }),
    });
  }, [client, load]);

  return { workspace, client };
}
