import { createContext, useContext } from "react";
import type { Client } from "../api/client";
import type { Confirm, Person, WorkspaceState } from "../slack/types";
import type { Place } from "./place";

/** A picture to look at closely. */
export interface Picture {
  src: string;
  alt: string;
  title?: string;
}

/** What every part of the page may need: the workspace, who looks, and the page's own windows. */
export interface Page {
  state: WorkspaceState;
  me: Person;
  client: Client;
  /** The sandbox's time in milliseconds, to the minute. */
  now: number;
  /** The time zone of whoever looks; undefined for the browser's. */
  zone: string | undefined;
  place: Place;
  /** Goes to another place, or corrects the address of this one. */
  go(place: Partial<Place>, replace?: boolean): void;
  confirm(question: Confirm): Promise<boolean>;
  look(picture: Picture): void;
}

const PageContext = createContext<Page | null>(null);

export const PageProvider = PageContext.Provider;

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error("usePage is used outside of the page");
  return page;
}
