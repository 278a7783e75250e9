/** The shapes of the Web API that the page shows, as loose as Slack itself is: unknown fields pass through. */

export interface Person {
  id: string;
  name: string;
  real_name: string;
  title: string;
  /** The time zone in which this person reads times. */
  tz?: string;
}

export interface Channel {
  id: string;
  name: string;
  topic?: string;
  is_member?: boolean;
  is_private?: boolean;
}

/** A direct conversation of the person with `user`, who is another person or the app's bot user. */
export interface DirectMessage {
  id: string;
  user: string;
}

export interface App {
  id: string;
  name: string;
  bot_user_id: string;
  description?: string;
  home_tab_enabled?: boolean;
  /** Whether what people do has a way to the app. */
  is_reachable?: boolean;
}

export interface SlashCommand {
  command: string;
  description?: string;
  usage_hint?: string;
}

export interface Shortcut {
  name: string;
  callback_id: string;
  type: "global" | "message";
  description?: string;
}

export interface Progress {
  text: string;
  done: boolean;
}

/** Everything about the workspace but its messages: the answer of `GET /page/state`. */
export interface WorkspaceState {
  workspace: { id: string; name: string };
  app: App;
  me: string;
  people: Person[];
  channels: Channel[];
  dms: DirectMessage[];
  commands: SlashCommand[];
  shortcuts?: Shortcut[];
  user_groups?: { id: string; handle: string }[];
  progress: Progress | null;
  now: string;
  /** The app's home for this person, and the modals this person has open, the shown one last. */
  home?: View | null;
  views?: View[];
}

export interface SlackFile {
  id: string;
  title?: string;
  name?: string;
  alt_txt?: string;
  mimetype?: string;
  url_private?: string;
  permalink?: string;
  size?: number;
}

export interface Attachment {
  color?: string;
  pretext?: string;
  title?: string;
  title_link?: string;
  text?: string;
  fallback?: string;
  footer?: string;
  image_url?: string;
  fields?: { title: string; value: string; short?: boolean }[];
  blocks?: Block[];
}

export interface Message {
  ts: string;
  type?: string;
  subtype?: string;
  user?: string;
  bot_id?: string;
  username?: string;
  icons?: { emoji?: string; image_48?: string };
  text?: string;
  blocks?: Block[];
  attachments?: Attachment[];
  files?: SlackFile[];
  thread_ts?: string;
  edited?: { ts: string };
  is_ephemeral?: boolean;
}

export interface TextObject {
  type: "plain_text" | "mrkdwn";
  text: string;
}

export interface Confirm {
  title?: TextObject;
  text?: TextObject;
  confirm?: TextObject;
  /** Null where there is nothing to decide. */
  deny?: TextObject | null;
  style?: "primary" | "danger";
}

export interface Option {
  text: TextObject;
  value: string;
  description?: TextObject;
  url?: string;
}

export interface OptionGroup {
  label: TextObject;
  options: Option[];
}

/** A block of any type; what a type needs is read where it is drawn. */
export interface Block {
  type: string;
  block_id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: Block Kit is open, and each component narrows its own block
  [key: string]: any;
}

/** An element of any type, inside an actions, section, input or context block. */
export interface Element {
  type: string;
  action_id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: as for Block
  [key: string]: any;
}

export interface View {
  id: string;
  type: "modal" | "home";
  hash?: string;
  title?: TextObject;
  submit?: TextObject | null;
  close?: TextObject | null;
  blocks: Block[];
  notify_on_close?: boolean;
  state?: { values: StateValues };
  callback_id?: string;
  root_view_id?: string;
  previous_view_id?: string | null;
}

/** What a person has chosen in one element, as `state.values` and `block_actions` carry it. */
export interface ElementState {
  type: string;
  value?: string | null;
  selected_option?: Option | null;
  selected_options?: Option[];
  selected_user?: string | null;
  selected_users?: string[];
  selected_channel?: string | null;
  selected_channels?: string[];
  selected_conversation?: string | null;
  selected_conversations?: string[];
  selected_date?: string | null;
  selected_time?: string | null;
  selected_date_time?: number | null;
  rich_text_value?: Block | null;
  files?: SlackFile[];
}

/** `state.values`: block id → action id → what is chosen. */
export type StateValues = Record<string, Record<string, ElementState>>;

export interface Action {
  type: string;
  block_id: string;
  action_id: string;
  [key: string]: unknown;
}

export type LiveEvent =
  | { type: "message" | "message_changed" | "message_deleted"; channel: string; message: Message }
  | { type: "view"; view: View; stack?: string[] }
  | { type: "view_closed"; view_id: string }
  | { type: "home"; view: View | null }
  | { type: "progress"; progress: Progress | null }
  | { type: "channel"; channel: Channel }
  | { type: "reachable"; reachable: boolean }
  | { type: "state" };
