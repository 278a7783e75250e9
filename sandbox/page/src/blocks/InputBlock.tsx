import { useId } from "react";
import { ElementView } from "../elements/ElementView";
import { useSurfaceScope } from "../elements/surface";
import type { Block } from "../slack/types";
import { Text } from "../text/Text";

/** A labelled field, with its hint and what is wrong with it. */
export function InputBlock({ block }: { block: Block }) {
  const { errors } = useSurfaceScope();
  const id = useId();
  const error = errors[block.block_id ?? ""];
  const described = [error && `${id}-error`, block.hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div className={`input-block${error ? " has-error" : ""}`} data-block-id={block.block_id}>
      <div className="input-label" id={`${id}-label`}>
        <Text of={block.label} />
        {block.optional && <span className="optional"> (optional)</span>}
      </div>
      <ElementView
        block={block}
        element={block.element}
        labelledBy={`${id}-label`}
        describedBy={described || undefined}
        invalid={Boolean(error)}
        autoFocus={block.element.focus_on_load}
      />
      {error && (
        <div className="input-error" id={`${id}-error`} role="alert">
          {error}
        </div>
      )}
      {block.hint && (
        <div className="input-hint" id={`${id}-hint`}>
          <Text of={block.hint} />
        </div>
      )}
    </div>
  );
}
