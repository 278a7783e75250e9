import type { Message } from "../slack/types";
import { usePage } from "../store/page";
import { ago, tsMillis } from "../text/dates";
import { type Author, authorOf } from "../text/people";
import { Avatar } from "./Avatar";

const FACES = 3;

/** "2 replies" under a message, with the faces of those who replied. */
export function ThreadSummary({ replies, onOpen }: { replies: Message[]; onOpen(): void }) {
  const { state, now } = usePage();
  const authors = new Map<string, Author>();
  for (const reply of replies) {
    const author = authorOf(reply, state.people, state.app);
    authors.set(author.id, author);
  }
  const last = replies.at(-1);
  return (
    <button type="button" className="thread-summary" onClick={onOpen}>
      {[...authors.values()].slice(0, FACES).map((author) => (
        <Avatar key={author.id} {...author} size="small" />
      ))}
      <span className="thread-count">
        {replies.length} {replies.length === 1 ? "reply" : "replies"}
      </span>
      {last && <span className="quiet">Last reply {ago(now - tsMillis(last.ts))}</span>}
    </button>
  );
}
