import type { Message } from "../slack/types";
import { usePage } from "../store/page";
import { repliesTo } from "../store/timeline";
import { Composer } from "./Composer";
import { useFollowedBox } from "./MessageList";
import { MessageView } from "./MessageView";

interface Props {
  channel: string;
  title: string;
  ts: string;
  messages: Message[];
}

/** A message and its replies, beside the channel. */
export function ThreadPanel({ channel, title, ts, messages }: Props) {
  const parent = messages.find((message) => message.ts === ts);
  const replies = repliesTo(messages, ts);
  const { go, me } = usePage();
  const own = replies.findLast((reply) => reply.user === me.id)?.ts;
  const { box } = useFollowedBox(`${ts} ${own ?? ""}`);
  return (
    <section className="thread" aria-label="Thread">
      <div className="pane-head">
        <h2>
          Thread <span className="quiet">{title}</span>
        </h2>
        <button
          type="button"
          className="button icon plain"
          aria-label="Close thread"
          onClick={() => go({ thread: "" })}
        >
          ✕
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys */}
      <div className="message-list" ref={box} tabIndex={0} role="log" aria-label="Replies">
        <div className="message-list-inner">
          {parent && <MessageView channel={channel} message={parent} />}
          {replies.length > 0 && (
            <div className="reply-divider">
              {replies.length} {replies.length === 1 ? "reply" : "replies"}
            </div>
          )}
          {replies.map((reply) => (
            <MessageView key={reply.ts} channel={channel} message={reply} />
          ))}
        </div>
      </div>
      <Composer key={ts} channel={channel} placeholder="Reply…" threadTs={ts} />
    </section>
  );
}
