import { Fragment, useEffect, useLayoutEffect, useRef } from "react";
import type { Message } from "../slack/types";
import { usePage } from "../store/page";
import { timeline } from "../store/timeline";
import { dayTitle, tsMillis } from "../text/dates";
import { MessageView } from "./MessageView";

/** Closer to the end than this, a reader follows what is new. */
const FOLLOW_PX = 120;
/** For so long a message that a link led to stands out. */
const LINKED_MS = 2_000;

interface Props {
  channel: string;
  title: string;
  messages: Message[];
  intro: React.ReactNode;
  /** How often something was sent from here: the answer to it will be at the end. */
  sent: number;
}

/** The messages of a channel, by day, kept at the end while one reads there. */
export function MessageList({ channel, title, messages, intro, sent }: Props) {
  const { now, zone, go, place } = usePage();
  const { box, follows } = useFollowedBox(`${channel} ${sent}`);
  const linked = messages.some((message) => message.ts === place.message);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that a link is followed
  useEffect(() => {
    if (!linked) return;
    follows.current = false;
    const message = box.current?.querySelector<HTMLElement>(`[data-ts="${CSS.escape(place.message)}"]`);
    message?.scrollIntoView({ block: "start" });
    message?.animate([{ backgroundColor: "var(--mention-me)" }, {}], LINKED_MS);
  }, [place, linked]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys
    <div className="message-list" ref={box} role="log" aria-label={`Messages in ${title}`} tabIndex={0}>
      <div className="message-list-inner">
        {intro}
        {timeline(messages, zone).map(({ message, newDay, compact, replies }) => (
          <Fragment key={message.ts}>
            {newDay && (
              <div className="day-divider">
                <span>{dayTitle(tsMillis(message.ts), now, zone)}</span>
              </div>
            )}
            <MessageView
              channel={channel}
              message={message}
              compact={compact}
              replies={replies}
              onThread={(ts) => go({ thread: ts })}
            />
          </Fragment>
        ))}
      </div>
    </div>
  );
}

/**
 * A box that stays at its end as its content grows, unless its reader has scrolled away. Another key, that is
 * another conversation or something of one's own, brings it back to its end.
 */
export function useFollowedBox(key: string) {
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says when to start anew
  useLayoutEffect(() => {
    follows.current = true;
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [key]);

  useEffect(() => {
    const element = box.current;
    const content = element?.firstElementChild;
    if (!element || !content) return;
    let last = { top: element.scrollTop, height: element.scrollHeight };
    const onScroll = () => {
      // Only a reader scrolls up: content that grew or shrank is no reason to stop following.
      const { scrollTop: top, scrollHeight: height } = element;
      const nearEnd = height - top - element.clientHeight < FOLLOW_PX;
      if (nearEnd || (top < last.top && height === last.height)) follows.current = nearEnd;
      last = { top, height };
    };
    const observer = new ResizeObserver(() => {
      last = { ...last, height: element.scrollHeight };
      if (follows.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(content);
    observer.observe(element);
    element.addEventListener("scroll", onScroll);
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, []);

  return { box, follows };
}
