import { type MouseEvent, useEffect, useMemo, useState } from "react";
import { Client } from "./api/client";
import { Banner } from "./layout/Banner";
import { Conversation } from "./layout/Conversation";
import { MorningNews } from "./layout/NextMorning";
import { Sidebar } from "./layout/Sidebar";
import { ThreadPanel } from "./layout/ThreadPanel";
import { TopBar } from "./layout/TopBar";
import { ConfirmDialog, useConfirm } from "./modal/ConfirmDialog";
import { Lightbox } from "./modal/Lightbox";
import { Modals } from "./modal/Modals";
import type { Person, WorkspaceState } from "./slack/types";
import { type Page, PageProvider, type Picture } from "./store/page";
import { placeOfLink, usePlace } from "./store/place";
import { useClock } from "./store/useClock";
import { useMorning } from "./store/useMorning";
import { useUnread } from "./store/useUnread";
import { type Connected, useWorkspace } from "./store/useWorkspace";
import { channelName, personName } from "./text/people";

const RETRY_MS = 1_000;

/** The whole page for whoever the address names. */
export function App() {
  const [place, go] = usePlace();
  if (!place.user) return <Nobody go={go} />;
  return <AsPerson key={place.user} place={place} go={go} />;
}

/** An address without a person: the workspace's first one. */
function Nobody({ go }: Pick<Page, "go">) {
  useEffect(() => {
    const wait = { timer: 0 };
    const ask = () =>
      new Client("")
        .state()
        .then(({ me, people }) => go({ user: me || people[0]?.id }, true))
        .catch(() => {
          wait.timer = window.setTimeout(ask, RETRY_MS);
        });
    void ask();
    return () => window.clearTimeout(wait.timer);
  }, [go]);
  return <Starting text="Opening the workspace…" />;
}

function Starting({ text }: { text: string }) {
  return (
    <main className="starting" aria-busy="true">
      <span className="spinner" aria-hidden="true" />
      {text}
    </main>
  );
}

type Placed = Pick<Page, "place" | "go">;

function AsPerson({ place, go }: Placed) {
  const connected = useWorkspace(place.user);
  const { state, connection } = connected.workspace;
  if (connection === "unknown") return <Nobody go={go} />;
  if (!state) {
    const lost = connection === "lost";
    return <Starting text={lost ? "The sandbox does not answer. Trying again…" : "Opening the workspace…"} />;
  }
  return <Ready connected={connected} state={state} place={place} go={go} />;
}

interface ReadyProps extends Placed {
  connected: Connected;
  state: WorkspaceState;
}

function Ready({ connected: { workspace, client }, state, place: asked, go }: ReadyProps) {
  const [confirm, question] = useConfirm();
  const [picture, look] = useState<Picture | null>(null);
  const [menu, setMenu] = useState(false);
  const now = useClock(state.now);
  const mornings = useMorning();
  const channel = asked.channel || (state.channels.find((one) => one.is_member !== false)?.id ?? "");
  const place = useMemo(() => ({ ...asked, channel }), [asked, channel]);
  const me = personNow(state, asked.user);
  const unread = useUnread(me.id, channel, workspace.messages);
  const title = placeTitle(state, channel);

  useEffect(() => {
    const onEscape = (event: KeyboardEvent) => event.key === "Escape" && setMenu(false);
    window.addEventListener("keydown", onEscape);
    return () => window.removeEventListener("keydown", onEscape);
  }, []);

  useEffect(() => {
    document.title = `${title} – ${state.workspace.name}`;
  }, [title, state.workspace.name]);

  const page = useMemo<Page>(
    () => ({ state, me, client, now, zone: me.tz, place, go, confirm, look }),
    [state, me, client, now, place, go, confirm],
  );
  return (
    <PageProvider value={page}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the links in it are what is clicked */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link is a click */}
      <div className="page" onClick={(event) => followLink(event, go)}>
        <TopBar mornings={mornings} onMenu={() => setMenu(!menu)} />
        <Sidebar unread={unread} open={menu} onClose={() => setMenu(false)} />
        <main className={`content${place.thread ? " with-thread" : ""}`}>
          <Banner connection={workspace.connection} />
          <MorningNews mornings={mornings} />
          <div className="panes">
            <Conversation workspace={workspace} />
            {place.thread && (
              <ThreadPanel
                channel={channel}
                title={title}
                ts={place.thread}
                messages={workspace.messages[channel] ?? []}
              />
            )}
          </div>
        </main>
      </div>
      <Modals workspace={workspace} />
      {question && <ConfirmDialog question={question} />}
      {picture && <Lightbox picture={picture} onClose={() => look(null)} />}
    </PageProvider>
  );
}

/** The person of the address, or whom the sandbox takes for a stranger. */
function personNow(state: WorkspaceState, user: string): Person {
  const id = state.people.some((one) => one.id === user) ? user : state.me;
  return state.people.find((one) => one.id === id) ?? { id, name: id, real_name: id, title: "" };
}

function placeTitle(state: WorkspaceState, channel: string): string {
  const name = channelName(channel, state.channels);
  const dm = state.dms.find((one) => one.id === channel);
  return name ? `#${name}` : ((dm && personName(dm.user, state.people, state.app)) ?? "");
}

/** A link to a message of this workspace stays in this window, as the person who follows it. */
function followLink(event: MouseEvent, go: Page["go"]) {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
  const there = link && placeOfLink(link.href, window.location.origin);
  if (!there || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(there);
}
