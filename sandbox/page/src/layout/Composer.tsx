import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import type { Answer } from "../api/client";
import { Menu } from "../elements/Menu";
import { completions, encodeMentions, hintFor } from "../store/commands";
import { usePage } from "../store/page";
import { useDraft } from "../store/useDraft";
import { useShortcut } from "../store/useShortcut";
import { CommandList } from "./CommandList";

interface Props {
  channel: string;
  placeholder: string;
  threadTs?: string;
  onSend?(): void;
}

/** What one types: a message, or a slash command with its completion. */
export function Composer({ channel, placeholder, threadTs, onSend }: Props) {
  const { state, client, me } = usePage();
  const [text, setText] = useDraft(`${me.id} ${channel} ${threadTs ?? ""}`);
  const latest = useRef(text);
  latest.current = text;
  const [error, setError] = useState<string | null>(null);
  const [detail, setDetail] = useState<string | undefined>();
  const [sending, setSending] = useState(false);
  const [active, setActive] = useState(0);
  const [dismissed, setDismissed] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const found = dismissed || threadTs ? [] : completions(text, state.commands);
  const hint = hintFor(text, state.commands);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the field grows with its text
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);

  useEffect(() => {
    if (!window.matchMedia("(pointer: coarse)").matches) field.current?.focus({ preventScroll: true });
  }, []);

  const type = (next: string) => {
    setText(next);
    setActive(0);
    setDismissed(false);
    setError(null);
  };
  const complete = (index: number) => {
    const one = found[index];
    if (one) type(`${one.command} `);
    field.current?.focus();
  };
  const send = async () => {
    const said = text.trim();
    if (said === "" || sending) return;
    setSending(true);
    setError(null);
    setText("");
    onSend?.();
    const answer = await deliver(said);
    setSending(false);
    setDetail(answer.detail);
    if (answer.ok) return;
    const why = answer.error ?? "Your message could not be sent. Try again?";
    const typedMeanwhile = latest.current !== "";
    setError(typedMeanwhile ? `${why} Not sent: ${said}` : why);
    if (!typedMeanwhile) setText(said);
  };
  const deliver = async (said: string): Promise<Answer> => {
    if (!said.startsWith("/")) return client.message(channel, encodeMentions(said, state.people), threadTs);
    if (!threadTs) return client.command(channel, said);
    return { ok: false, error: `${said.split(/\s/)[0]} is not supported in threads. Sorry!` };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (found.length > 0) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        setActive((active + step + found.length) % found.length);
        return;
      }
      const whole = found[active]?.command === text.trim();
      if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && !whole)) {
        event.preventDefault();
        complete(active);
        return;
      }
      if (event.key === "Escape") {
        event.preventDefault();
        setDismissed(true);
        return;
      }
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    }
  };

  return (
    <div className="composer-area">
      {found.length > 0 && (
        <CommandList id={`${id}-list`} commands={found} active={active} onPick={complete} app={state.app} />
      )}
      {error && (
        <div className="composer-error" role="alert" id={`${id}-error`}>
          <span aria-hidden="true">⚠</span> {error}
          {detail && <div className="quiet">{detail}</div>}
        </div>
      )}
      <div className={`composer${error ? " has-error" : ""}`}>
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label={placeholder}
          placeholder={placeholder}
          aria-busy={sending || undefined}
          {...(threadTs ? {} : completionAttributes(`${id}-list`, found.length > 0, active))}
          aria-describedby={error ? `${id}-error` : undefined}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <div className="composer-foot">
          {!threadTs && <Shortcuts />}
          <span className="composer-hint">{hint ?? (text ? "Shift + Enter for a new line" : "")}</span>
          <button
            type="button"
            className="composer-send"
            aria-label="Send now"
            disabled={!text.trim() || sending}
            onClick={() => void send()}
          >
            {sending ? <span className="spinner" aria-hidden="true" /> : <SendSign />}
          </button>
        </div>
      </div>
    </div>
  );
}

/** The app's global shortcuts, where it has any. */
function Shortcuts() {
  const { state } = usePage();
  const use = useShortcut();
  const shortcuts = (state.shortcuts ?? []).filter((one) => one.type === "global");
  if (shortcuts.length === 0) return null;
  const items = shortcuts.map((one) => ({
    key: one.callback_id,
    label: one.name,
    detail: one.description || state.app.name,
    onChoose: () => void use(one),
  }));
  return <Menu label="Shortcuts" sign={<PlusSign />} className="composer-plus" items={items} up />;
}

function PlusSign() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d="M10 4v12M4 10h12" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
    </svg>
  );
}

/** A reply takes no commands; elsewhere the field steers the list of commands. */
function completionAttributes(list: string, open: boolean, active: number) {
  return {
    "aria-controls": open ? list : undefined,
    "aria-autocomplete": "list" as const,
    "aria-activedescendant": open ? `${list}-${active}` : undefined,
  };
}

function SendSign() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d="M2.5 16.5v-5L11 10 2.5 8.5v-5L18 10z" fill="currentColor" />
    </svg>
  );
}
