import type { ReactElement } from "react";
import { BlockImage } from "../blocks/BlockImage";
import type { Block, Element } from "../slack/types";
import { Button, FeedbackButtons, IconButton, Overflow } from "./Buttons";
import { Checkboxes, RadioButtons } from "./Choice";
import { RichTextField, TextField, WhenField } from "./Fields";
import { FileField } from "./FileField";
import { OptionSelect, WorkspaceSelect } from "./Select";

export interface ElementProps {
  block: Block;
  element: Element;
  labelledBy?: string;
  describedBy?: string;
  invalid?: boolean;
  autoFocus?: boolean;
}

const VIEWS: Record<string, (props: ElementProps) => ReactElement | null> = {
  button: Button,
  workflow_button: Button,
  feedback_buttons: FeedbackButtons,
  icon_button: IconButton,
  overflow: Overflow,
  static_select: OptionSelect,
  external_select: OptionSelect,
  multi_static_select: OptionSelect,
  multi_external_select: OptionSelect,
  users_select: WorkspaceSelect,
  channels_select: WorkspaceSelect,
  conversations_select: WorkspaceSelect,
  multi_users_select: WorkspaceSelect,
  multi_channels_select: WorkspaceSelect,
  multi_conversations_select: WorkspaceSelect,
  checkboxes: Checkboxes,
  radio_buttons: RadioButtons,
  datepicker: WhenField,
  timepicker: WhenField,
  datetimepicker: WhenField,
  plain_text_input: TextField,
  number_input: TextField,
  email_text_input: TextField,
  url_text_input: TextField,
  rich_text_input: RichTextField,
  file_input: FileField,
  image: ({ element }) => <BlockImage block={element as Block} small />,
};

/** Any element of Block Kit that the page knows, and a plain word about any that it does not. */
export function ElementView(props: ElementProps) {
  const View = VIEWS[props.element.type];
  return View ? <View {...props} /> : <span className="unknown">[{props.element.type}]</span>;
}
