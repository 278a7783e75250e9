import { memo, useCallback, useMemo, useState } from "react";
import { Blocks } from "../blocks/Blocks";
import { SurfaceScopeProvider, useScope } from "../elements/surface";
import type { Message, StateValues } from "../slack/types";
import { usePage } from "../store/page";
import { clockTime, fullTime, tsMillis } from "../text/dates";
import { authorOf } from "../text/people";
import { Mrkdwn } from "../text/Text";
import { Attachments } from "./Attachments";
import { Avatar } from "./Avatar";
import { Files } from "./Files";
import { MessageTools } from "./MessageTools";
import { ThreadSummary } from "./ThreadSummary";

interface Props {
  channel: string;
  message: Message;
  compact?: boolean;
  replies?: Message[];
  onThread?(ts: string): void;
}

/** One message: who, when, its text or blocks, its files, and the thread below it. */
export const MessageView = memo(function MessageView(props: Props) {
  const { channel, message, compact = false, replies = [], onThread } = props;
  const { state, zone, client } = usePage();
  const author = authorOf(message, state.people, state.app);
  const ms = tsMillis(message.ts);
  const time = (
    <time className="message-time" dateTime={new Date(ms).toISOString()} title={fullTime(ms, zone)}>
      {compact ? clockTime(ms, zone).replace(/ [AP]M$/, "") : clockTime(ms, zone)}
    </time>
  );
  return (
    <article
      className={`message${compact ? " compact" : ""}${message.is_ephemeral ? " ephemeral" : ""}`}
      aria-label={`${author.name}, ${clockTime(ms, zone)}`}
      data-ts={message.ts}
    >
      {message.is_ephemeral && (
        <div className="message-only-you">
          <EyeSign /> Only visible to you
          <button type="button" className="dismiss" onClick={() => void client.dismiss(channel, message.ts)}>
            Dismiss
          </button>
        </div>
      )}
      <div className="message-side">{compact ? time : <Avatar {...author} />}</div>
      <div className="message-main">
        {!compact && (
          <div className="message-head">
            <span className="message-author">{author.name}</span>
            {author.isApp && <span className="app-badge">APP</span>}
            {time}
          </div>
        )}
        <MessageBody channel={channel} message={message} />
        {onThread && replies.length > 0 && (
          <ThreadSummary replies={replies} onOpen={() => onThread(message.ts)} />
        )}
      </div>
      {onThread && !message.is_ephemeral && (
        <MessageTools channel={channel} message={message} onThread={onThread} />
      )}
    </article>
  );
});

function MessageBody({ channel, message }: { channel: string; message: Message }) {
  const [edits, setEditsState] = useState<StateValues>({});
  const setEdits = useCallback((update: (before: StateValues) => StateValues) => setEditsState(update), []);
  const surface = useMemo(() => ({ channel, message_ts: message.ts }), [channel, message.ts]);
  const blocks = message.blocks ?? [];
  const scope = useScope({ surface, kind: "message", blocks, edits, setEdits });
  const edited = message.edited && <span className="edited"> (edited)</span>;
  return (
    <SurfaceScopeProvider value={scope}>
      {blocks.length > 0 ? (
        <>
          <Blocks blocks={blocks} />
          {edited}
        </>
      ) : (
        <div className="message-text">
          {message.text && <Mrkdwn text={message.text} />}
          {edited}
        </div>
      )}
      {message.attachments && <Attachments attachments={message.attachments} />}
      {message.files && <Files files={message.files} />}
    </SurfaceScopeProvider>
  );
}

function EyeSign() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path
        d="M1.5 10S4.5 4.5 10 4.5 18.5 10 18.5 10 15.5 15.5 10 15.5 1.5 10 1.5 10z"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
      />
      <circle cx="10" cy="10" r="2.5" fill="currentColor" />
    </svg>
  );
}
