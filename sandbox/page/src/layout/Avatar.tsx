import { usePage } from "../store/page";
import { colourOf, initials } from "../text/people";
import { Emoji } from "../text/Text";

interface Props {
  id: string;
  name: string;
  isApp?: boolean;
  emoji?: string;
  size?: "small" | "medium";
}

/** A picture of nobody in particular: initials on a colour of their own, or the app's sign. */
export function Avatar({ id, name, isApp = false, emoji, size = "medium" }: Props) {
  const { state } = usePage();
  return (
    <span
      className={`avatar ${size} colour-${isApp ? "app" : colourOf(id, state.people)}`}
      data-initials={emoji || isApp ? undefined : initials(name)}
      aria-hidden="true"
    >
      {emoji ? <Emoji name={emoji.replaceAll(":", "")} /> : isApp ? <AppSign /> : null}
    </span>
  );
}

function AppSign() {
  return (
    <svg viewBox="0 0 32 32" role="presentation">
      <path
        d="M6 22l6.5-7.5 4.5 4.5 9-11"
        fill="none"
        stroke="currentColor"
        strokeWidth="3.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="26" cy="8" r="2.6" fill="currentColor" />
    </svg>
  );
}
