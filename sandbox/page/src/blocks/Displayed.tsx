import { type ComponentProps, useMemo } from "react";
import { Message } from "slack-blocks-to-jsx";
import "slack-blocks-to-jsx/dist/style.css";
import type { Block } from "../slack/types";
import { usePage } from "../store/page";
import { safeHref } from "../text/mrkdwn";
import { Emoji } from "../text/Text";

type MessageProps = ComponentProps<typeof Message>;

/** Links lead out of the page and never run anything. */
const hooks: MessageProps["hooks"] = {
  link: ({ href, children }) => (
    <a href={safeHref(href)} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  ),
  emoji: (data) => <Emoji name={data.name} />,
};

/** A block that only shows something, drawn by the library; its names come from this workspace. */
export default function Displayed({ block }: { block: Block }) {
  const { state } = usePage();
  const data = useMemo(
    () => ({
      users: [
        ...state.people.map((one) => ({ id: one.id, name: one.real_name || one.name })),
        { id: state.app.bot_user_id, name: state.app.name },
      ],
      channels: state.channels.map((one) => ({ id: one.id, name: one.name })),
    }),
    [state.people, state.channels, state.app],
  );
  return (
    <Message
      blocks={[block] as unknown as MessageProps["blocks"]}
      name={state.app.name}
      logo=""
      withoutWrapper
      data={data}
      hooks={hooks}
    />
  );
}
