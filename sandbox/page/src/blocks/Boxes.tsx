import { ElementView } from "../elements/ElementView";
import type { Block, Element } from "../slack/types";
import { Plain, Text } from "../text/Text";
import { BlockImage } from "./BlockImage";
import { Blocks } from "./Blocks";
import { RichText } from "./RichText";

const ALERT_SIGNS: Record<string, string> = { info: "ℹ", warning: "⚠", error: "⛔", success: "✓" };

/** A banner in a modal. */
export function Alert({ block }: { block: Block }) {
  const level = block.level ?? "default";
  return (
    <div className={`alert-block ${level}`} role={level === "error" ? "alert" : "status"}>
      <span aria-hidden="true">{ALERT_SIGNS[level] ?? ""}</span>
      <div>
        <Text of={block.text} />
      </div>
    </div>
  );
}

/** A picture, a title, a few words and buttons. */
export function Card({ block }: { block: Block }) {
  return (
    <div className="card-block">
      {block.hero_image && <BlockImage block={block.hero_image} />}
      <div className="card-head">
        {block.icon && <BlockImage block={block.icon} small />}
        <div>
          {block.title && (
            <div className="card-title">
              <Text of={block.title} />
            </div>
          )}
          {block.subtitle && (
            <div className="quiet">
              <Text of={block.subtitle} />
            </div>
          )}
        </div>
      </div>
      {block.body && (
        <div>
          <Text of={block.body} />
        </div>
      )}
      {block.subtext && (
        <div className="card-subtext">
          <Text of={block.subtext} />
        </div>
      )}
      {block.actions && (
        <div className="actions-block">
          {(block.actions as Element[]).map((element, index) => (
            <ElementView key={element.action_id ?? index} block={block} element={element} />
          ))}
        </div>
      )}
    </div>
  );
}

/** Cards side by side. */
export function Carousel({ block }: { block: Block }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys
    <section className="carousel-block" aria-label="Cards" tabIndex={0}>
      {(block.elements as Block[]).map((card, index) => (
        <Card key={card.block_id ?? index} block={card} />
      ))}
    </section>
  );
}

/** Blocks under a common title, which can be folded away. */
export function Container({ block }: { block: Block }) {
  const children = (block.child_blocks ?? block.blocks ?? []) as Block[];
  const title = (
    <span className="container-title">
      {block.icon && <BlockImage block={block.icon} small />}
      <span>
        {block.rich_text_title ? (
          <RichText block={block.rich_text_title} />
        ) : (
          <Plain text={block.title?.text ?? ""} />
        )}
        {block.subtitle && (
          <span className="container-subtitle">
            <Text of={block.subtitle} />
          </span>
        )}
      </span>
    </span>
  );
  if (!block.is_collapsible) {
    return (
      <section className="container-block">
        {title}
        <Blocks blocks={children} />
      </section>
    );
  }
  return (
    <details className="container-block" open={!block.default_collapsed}>
      <summary>{title}</summary>
      <Blocks blocks={children} />
    </details>
  );
}
