import { type DragEvent, useId, useRef, useState } from "react";
import type { SlackFile } from "../slack/types";
import { usePage } from "../store/page";
import type { ElementProps } from "./ElementView";
import { useSurfaceScope } from "./surface";

/** What a `file_input` takes that does not say. */
const MOST_FILES = 10;

/** Files, from a dialog or dropped here; they are uploaded at once and sent with the form. */
export function FileField({ block, element, labelledBy, describedBy, autoFocus }: ElementProps) {
  const scope = useSurfaceScope();
  const { client } = usePage();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const files = scope.stateOf(block, element)?.files ?? [];
  const most: number = element.max_files ?? MOST_FILES;
  const types: string[] = element.filetypes ?? [];

  const keep = (next: SlackFile[]) =>
    void scope.change(block, element, { type: "file_input", files: next }, false);
  const add = async (given: File[]) => {
    setBusy(true);
    setTrouble(null);
    const answers = await Promise.all(given.slice(0, most - files.length).map((file) => client.upload(file)));
    setBusy(false);
    keep([...files, ...answers.flatMap(({ file }) => (file ? [file] : []))]);
    const failed = answers.find(({ ok }) => !ok);
    if (failed) setTrouble(failed.error ?? null);
    else if (given.length > most - files.length) setTrouble(`No more than ${most} files fit here.`);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void add([...event.dataTransfer.files]);
  };
  return (
    <div className="file-field">
      {files.length < most && (
        // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop files; the button does the same
        <div
          className={`file-drop${over ? " over" : ""}`}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <button
            type="button"
            id={`${id}-add`}
            className="button"
            aria-labelledby={`${id}-add ${labelledBy ?? ""}`}
            aria-describedby={describedBy}
            aria-busy={busy || undefined}
            aria-disabled={busy || undefined}
            data-autofocus={autoFocus || undefined}
            onClick={() => !busy && input.current?.click()}
          >
            {most > 1 ? "Add files" : "Add a file"}
            {busy && <span className="spinner" aria-hidden="true" />}
          </button>
          <span className="quiet">
            {types.length > 0
              ? `or drop ${types.map((type) => `.${type}`).join(", ")} here`
              : "or drop them here"}
          </span>
          <input
            ref={input}
            type="file"
            hidden
            data-testid="file-input"
            multiple={most > 1}
            accept={types.map((type) => `.${type}`).join(",")}
            onChange={(event) => {
              void add([...(event.target.files ?? [])]);
              event.target.value = "";
            }}
          />
        </div>
      )}
      {files.map((file) => (
        <div key={file.id} className="file-chosen">
          <span className="file-name">{file.name}</span>
          <button
            type="button"
            className="button icon plain"
            aria-label={`Remove ${file.name}`}
            onClick={() => keep(files.filter((one) => one.id !== file.id))}
          >
            ✕
          </button>
        </div>
      ))}
      {trouble && (
        <div className="input-error" role="alert">
          {trouble}
        </div>
      )}
    </div>
  );
}
