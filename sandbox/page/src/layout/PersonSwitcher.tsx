import type { MouseEvent } from "react";
import type { Person } from "../slack/types";
import { usePage } from "../store/page";
import { writePlace } from "../store/place";
import { Avatar } from "./Avatar";

/** Who one is, and everyone else one click away. Each is a link: opened in a new window, it is a second person. */
export function PersonSwitcher() {
  const { state, me } = usePage();
  return (
    <section className="switcher" aria-label="Who you are">
      <p className="switcher-title">
        You are <strong>{me.real_name || me.name}</strong>
        {me.title && ` – ${me.title}`}
      </p>
      <ul>
        {state.people.map((person) => (
          <li key={person.id}>
            <PersonLink person={person} current={person.id === me.id} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function PersonLink({ person, current }: { person: Person; current: boolean }) {
  const { place, go, state } = usePage();
  const isDm = state.dms.some((dm) => dm.id === place.channel);
  const there = { ...place, user: person.id, ...(isDm ? { channel: "", thread: "" } : {}) };
  const become = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(there);
  };
  const name = person.real_name || person.name;
  return (
    <a
      href={writePlace(there)}
      className={`switcher-person${current ? " current" : ""}`}
      aria-current={current ? "true" : undefined}
      onClick={become}
    >
      <Avatar id={person.id} name={name} size="small" />
      <span className="switcher-name">
        {!current && <span className="unseen">Become </span>}
        {name}
      </span>
      <span className="switcher-role">{person.title}</span>
    </a>
  );
}
