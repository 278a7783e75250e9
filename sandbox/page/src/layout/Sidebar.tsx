import type { DirectMessage } from "../slack/types";
import { usePage } from "../store/page";
import { personName } from "../text/people";
import { Avatar } from "./Avatar";
import { PersonSwitcher } from "./PersonSwitcher";

interface Props {
  unread: Record<string, number>;
  open: boolean;
  onClose(): void;
}

/** The workspace at the left: channels, conversations, and who one is. A drawer on a phone. */
export function Sidebar({ unread, open, onClose }: Props) {
  const { state } = usePage();
  const appDms = state.dms.filter((dm) => dm.user === state.app.bot_user_id);
  const peopleDms = state.dms.filter((dm) => dm.user !== state.app.bot_user_id);
  return (
    <>
      {open && (
        <button type="button" className="drawer-shade" aria-label="Close the menu" onClick={onClose} />
      )}
      <aside className={`sidebar${open ? " open" : ""}`} aria-label="Workspace">
        <div className="sidebar-head">{state.workspace.name}</div>
        <nav className="sidebar-lists" aria-label="Channels and conversations">
          <Group title="Channels">
            {state.channels.map((channel) => (
              <Row
                key={channel.id}
                id={channel.id}
                name={channel.name}
                unread={unread[channel.id] ?? 0}
                onGo={onClose}
              >
                <span className="sidebar-sign" aria-hidden="true">
                  {channel.is_private ? <Lock /> : "#"}
                </span>
              </Row>
            ))}
          </Group>
          {peopleDms.length > 0 && (
            <Group title="Direct messages">
              {peopleDms.map((dm) => (
                <DmRow key={dm.id} dm={dm} unread={unread[dm.id] ?? 0} onGo={onClose} />
              ))}
            </Group>
          )}
          <Group title="Apps">
            {appDms.map((dm) => (
              <DmRow key={dm.id} dm={dm} unread={unread[dm.id] ?? 0} onGo={onClose} isApp />
            ))}
          </Group>
        </nav>
        <PersonSwitcher />
      </aside>
    </>
  );
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}

interface RowProps {
  id: string;
  name: string;
  unread: number;
  onGo(): void;
  badge?: boolean;
  children: React.ReactNode;
}

function Row({ id, name, unread, onGo, badge = false, children }: RowProps) {
  const { place, go } = usePage();
  const here = place.channel === id;
  const said = unread > 0 ? `${name}, ${unread} unread` : name;
  return (
    <li>
      <button
        type="button"
        className={`sidebar-row${here ? " here" : ""}${unread > 0 ? " unread" : ""}`}
        aria-current={here ? "page" : undefined}
        aria-label={said}
        onClick={() => {
          go({ channel: id });
          onGo();
        }}
      >
        {children}
        <span className="sidebar-name">{name}</span>
        {badge && unread > 0 && <span className="badge">{unread}</span>}
      </button>
    </li>
  );
}

function DmRow({
  dm,
  unread,
  onGo,
  isApp,
}: {
  dm: DirectMessage;
  unread: number;
  onGo(): void;
  isApp?: boolean;
}) {
  const { state } = usePage();
  const name = personName(dm.user, state.people, state.app) ?? dm.user;
  return (
    <Row id={dm.id} name={name} unread={unread} onGo={onGo} badge>
      <Avatar id={dm.user} name={name} isApp={isApp} size="small" />
    </Row>
  );
}

/** The sign of a private channel. */
export function Lock() {
  return (
    <svg className="lock" viewBox="0 0 20 20" aria-hidden="true">
      <rect x="4" y="9" width="12" height="8" rx="1.5" fill="currentColor" />
      <path d="M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9" fill="none" stroke="currentColor" strokeWidth="1.8" />
    </svg>
  );
}
