import { type KeyboardEvent, useRef, useState } from "react";
import type { Channel } from "../slack/types";
import { usePage } from "../store/page";
import type { Place } from "../store/place";
import type { Workspace } from "../store/workspace";
import { personName } from "../text/people";
import { Mrkdwn } from "../text/Text";
import { Avatar } from "./Avatar";
import { Composer } from "./Composer";
import { HomeTab } from "./HomeTab";
import { MessageList } from "./MessageList";
import { Lock } from "./Sidebar";

const TABS = [
  { key: "home", label: "Home" },
  { key: "messages", label: "Messages" },
  { key: "about", label: "About" },
] as const;

/** The open channel, direct conversation, or app. */
export function Conversation({ workspace }: { workspace: Workspace }) {
  const { state, place } = usePage();
  const dm = state.dms.find((one) => one.id === place.channel);
  const channel = state.channels.find((one) => one.id === place.channel);
  const messages = workspace.messages[place.channel] ?? [];
  const [sent, setSent] = useState(0);
  const onSend = () => setSent((before) => before + 1);

  if (dm) {
    const name = personName(dm.user, state.people, state.app) ?? dm.user;
    const isApp = dm.user === state.app.bot_user_id;
    const tab = isApp ? place.tab || "messages" : "messages";
    return (
      <section className="pane" aria-label={name}>
        <div className="pane-head">
          <Avatar id={dm.user} name={name} isApp={isApp} size="small" />
          <h1>{name}</h1>
          {isApp && <span className="app-badge">APP</span>}
        </div>
        {isApp && <Tabs tab={tab} />}
        {tab === "home" && <HomeTab view={workspace.home} />}
        {tab === "about" && <About />}
        {tab === "messages" && (
          <>
            <MessageList
              channel={dm.id}
              title={name}
              messages={messages}
              sent={sent}
              intro={<Intro title={name} text={isApp ? state.app.description : undefined} />}
            />
            <Composer key={dm.id} channel={dm.id} placeholder={`Message ${name}`} onSend={onSend} />
          </>
        )}
      </section>
    );
  }
  if (!channel) return <section className="pane empty">There is no such channel here.</section>;
  return (
    <section className="pane" aria-label={channel.name}>
      <div className="pane-head">
        <h1>
          <span className="pane-sign">{channel.is_private ? <Lock /> : "#"} </span>
          {channel.name}
        </h1>
        {channel.topic && (
          <span className="pane-topic">
            <Mrkdwn text={channel.topic} />
          </span>
        )}
      </div>
      <MessageList
        channel={channel.id}
        title={`#${channel.name}`}
        messages={messages}
        sent={sent}
        intro={<Intro title={`# ${channel.name}`} text={channel.topic} />}
      />
      {channel.is_member === false ? (
        <JoinBar channel={channel} />
      ) : (
        <Composer
          key={channel.id}
          channel={channel.id}
          placeholder={`Message #${channel.name}`}
          onSend={onSend}
        />
      )}
    </section>
  );
}

function JoinBar({ channel }: { channel: Channel }) {
  const { client } = usePage();
  return (
    <div className="join-bar">
      <strong>#{channel.name}</strong>
      <button type="button" className="button primary large" onClick={() => void client.join(channel.id)}>
        Join channel
      </button>
    </div>
  );
}

function Intro({ title, text }: { title: string; text?: string }) {
  return (
    <div className="intro">
      <div className="intro-title">{title}</div>
      <p className="quiet">
        {text ? <Mrkdwn text={text} /> : "This is the very beginning of the conversation."}
      </p>
    </div>
  );
}

function Tabs({ tab }: { tab: Place["tab"] }) {
  const { go, state } = usePage();
  const list = useRef<HTMLDivElement>(null);
  const tabs = TABS.filter((one) => one.key !== "home" || state.app.home_tab_enabled !== false);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = tabs.findIndex((one) => one.key === tab);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    go({ tab: next?.key });
    list.current?.querySelector<HTMLElement>(`[data-tab=${next?.key}]`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" ref={list} onKeyDown={onKeyDown}>
      {tabs.map(({ key, label }) => (
        <button
          key={key}
          type="button"
          role="tab"
          data-tab={key}
          aria-selected={tab === key}
          tabIndex={tab === key ? 0 : -1}
          onClick={() => go({ tab: key, thread: "" })}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

function About() {
  const { state } = usePage();
  return (
    <section className="home" role="tabpanel" aria-label="About">
      <h2>{state.app.name}</h2>
      <p>{state.app.description || "An app in this workspace."}</p>
      <h3>Commands</h3>
      <dl className="about-commands">
        {state.commands.map((one) => (
          <div key={one.command}>
            <dt>
              <code className="code">
                {one.command} {one.usage_hint}
              </code>
            </dt>
            <dd>{one.description}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
