import { BlockImage } from "../blocks/BlockImage";
import { Blocks } from "../blocks/Blocks";
import type { Attachment } from "../slack/types";
import { safeHref } from "../text/mrkdwn";
import { Link, Mrkdwn, Plain } from "../text/Text";

const NAMED: Record<string, string> = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };

/** Slack's older kind of content: a coloured bar beside text, fields or blocks. */
export function Attachments({ attachments }: { attachments: Attachment[] }) {
  return (
    <>
      {attachments.map((attachment, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: attachments have no id and never move
        <AttachmentView key={index} attachment={attachment} />
      ))}
    </>
  );
}

function AttachmentView({ attachment: one }: { attachment: Attachment }) {
  return (
    <>
      {one.pretext && <Mrkdwn text={one.pretext} />}
      <div className="attachment" style={{ borderLeftColor: barColour(one.color) }}>
        {one.title && (
          <div className="attachment-title">
            {safeHref(one.title_link) ? (
              <Link href={one.title_link ?? ""} text={one.title} />
            ) : (
              <Plain text={one.title} />
            )}
          </div>
        )}
        {one.text && <Mrkdwn text={one.text} />}
        {one.fields && (
          <div className="section-fields">
            {one.fields.map((field) => (
              <div key={field.title}>
                <strong>{field.title}</strong>
                <div>
                  <Mrkdwn text={field.value} />
                </div>
              </div>
            ))}
          </div>
        )}
        {one.blocks && <Blocks blocks={one.blocks} />}
        {one.image_url && (
          <BlockImage block={{ type: "image", image_url: one.image_url, alt_text: one.fallback }} />
        )}
        {one.footer && <div className="quiet">{one.footer}</div>}
      </div>
    </>
  );
}

function barColour(colour: string | undefined): string | undefined {
  if (!colour) return undefined;
  return NAMED[colour] ?? (/^#?[0-9a-f]{6}$/i.test(colour) ? `#${colour.replace("#", "")}` : undefined);
}
