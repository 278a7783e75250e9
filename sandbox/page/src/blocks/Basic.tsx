import { ElementView } from "../elements/ElementView";
import { useSurfaceScope } from "../elements/surface";
import type { Block, Element, TextObject } from "../slack/types";
import { safeHref } from "../text/mrkdwn";
import { Link, Plain, Text } from "../text/Text";
import { BlockImage } from "./BlockImage";

/** Below the h1 of the conversation. */
const HEADINGS = ["h2", "h3", "h4", "h5"] as const;

export function Header({ block }: { block: Block }) {
  const level = Math.min(4, Math.max(1, Number(block.level ?? 1)));
  const Tag = HEADINGS[level - 1] ?? "h2";
  return (
    <Tag className={`header-block level-${level}`}>
      <Plain text={block.text.text} />
    </Tag>
  );
}

export function Divider() {
  return <hr className="divider-block" />;
}

/** Text, fields in two columns, and one element beside them. */
export function Section({ block }: { block: Block }) {
  const beside = block.accessory as Element | undefined;
  return (
    <div className={`section-block${beside?.type === "image" ? " with-image" : ""}`}>
      <div className="section-body">
        {block.text && (
          <div className="section-text">
            <Text of={block.text} />
          </div>
        )}
        {block.fields && (
          <div className="section-fields">
            {(block.fields as TextObject[]).map((field, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: fields have no id and never move
              <div key={index}>
                <Text of={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {beside && (
        <div className="section-accessory">
          <ElementView block={block} element={beside} />
        </div>
      )}
    </div>
  );
}

/** Small grey text and pictures. */
export function Context({ block }: { block: Block }) {
  return (
    <div className="context-block">
      {(block.elements as Element[]).map((element, index) => {
        const text = element.type === "mrkdwn" || element.type === "plain_text";
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: context elements have no id and never move
          <div key={index} className="context-element">
            {text ? (
              <Text of={element as unknown as TextObject} />
            ) : (
              <BlockImage block={element as Block} small />
            )}
          </div>
        );
      })}
    </div>
  );
}

/** A row of buttons, menus and pickers. */
export function Actions({ block }: { block: Block }) {
  const { failure } = useSurfaceScope();
  return (
    <div className="actions-block">
      {(block.elements as Element[]).map((element, index) => (
        <ElementView key={element.action_id ?? index} block={block} element={element} />
      ))}
      {failure && (
        <div className="action-failure" role="alert">
          {failure}
        </div>
      )}
    </div>
  );
}

export function Image({ block }: { block: Block }) {
  return <BlockImage block={block} />;
}

/** A video is not played here: the sandbox reaches nothing outside. Its picture and title lead there. */
export function Video({ block }: { block: Block }) {
  const href = safeHref(block.title_url ?? block.video_url);
  const title = block.title?.text ?? "Video";
  const from = [block.author_name, block.provider_name].filter(Boolean).join(" · ");
  return (
    <div className="video-block">
      {from && <div className="quiet">{from}</div>}
      <strong>{href ? <Link href={href} text={title} /> : <Plain text={title} />}</strong>
      {block.description && (
        <div>
          <Text of={block.description} />
        </div>
      )}
      <a className="video-picture" href={href} target="_blank" rel="noopener noreferrer">
        <img src={block.thumbnail_url} alt={block.alt_text ?? ""} />
        <span className="video-play" aria-hidden="true">
          ▶
        </span>
      </a>
    </div>
  );
}

/** A file that lies elsewhere; the workspace knows only what the app calls it. */
export function RemoteFile({ block }: { block: Block }) {
  return (
    <div className="file-card">
      <span>
        <strong>{block.external_id}</strong>
        <span className="quiet">Remote file</span>
      </span>
    </div>
  );
}
