import type { LiveEvent } from "../slack/types";

const FIRST_RETRY_MS = 400;
const LONGEST_RETRY_MS = 5_000;

interface Listener {
  onEvent(event: LiveEvent): void;
  /** Connected, for the first time or again: what was missed meanwhile must be fetched. */
  onOpen(): void;
  onLost(): void;
}

/** A websocket that comes back by itself. Call the returned function to end it. */
export function connectLive(url: string, listener: Listener): () => void {
  let socket: WebSocket | null = null;
  let timer: number | undefined;
  let wait = FIRST_RETRY_MS;
  let ended = false;

  const connect = () => {
    socket = new WebSocket(url);
    socket.onopen = () => {
      wait = FIRST_RETRY_MS;
      listener.onOpen();
    };
    socket.onmessage = (message) => listener.onEvent(JSON.parse(message.data as string) as LiveEvent);
    socket.onclose = () => {
      if (ended) return;
      listener.onLost();
      timer = window.setTimeout(connect, wait);
      wait = Math.min(wait * 1.7, LONGEST_RETRY_MS);
    };
  };

  connect();
  return () => {
    ended = true;
    window.clearTimeout(timer);
    socket?.close();
  };
}
