import type { App, SlashCommand } from "../slack/types";
import { Avatar } from "./Avatar";

interface Props {
  id: string;
  commands: SlashCommand[];
  active: number;
  app: App;
  onPick(index: number): void;
}

/** The commands that what is typed may become, above the composer. */
export function CommandList({ id, commands, active, app, onPick }: Props) {
  return (
    <div className="command-list">
      <div className="command-list-head">{app.name}</div>
      <div id={id} role="listbox" aria-label="Slash commands">
        {commands.map((one, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the composer keeps focus and keys
          <div
            key={one.command}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            className={`command${index === active ? " active" : ""}`}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onPick(index)}
          >
            <Avatar id={app.bot_user_id} name={app.name} isApp size="medium" />
            <span className="command-words">
              <span>
                <strong>{one.command}</strong> <span className="quiet">{one.usage_hint}</span>
              </span>
              <span className="quiet">{one.description}</span>
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}
