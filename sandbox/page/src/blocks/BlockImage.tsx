import type { Block } from "../slack/types";
import { usePage } from "../store/page";
import { plainText } from "../text/Text";

/** The address of an image block's or element's picture: its own, or that of a file in the workspace. */
export function imageSource(block: Block): string | undefined {
  if (block.image_url) return block.image_url;
  const file = block.slack_file;
  return file?.url_private ?? file?.url ?? (file?.id ? `/files/${file.id}` : undefined);
}

/** A picture; a large one opens larger. */
export function BlockImage({ block, small = false }: { block: Block; small?: boolean }) {
  const { look } = usePage();
  const src = imageSource(block);
  const alt = block.alt_text ?? "";
  if (!src) return <span className="unknown">[image]</span>;
  if (small) return <img className="image-small" src={src} alt={alt} />;
  const title = plainText(block.title?.text);
  return (
    <figure className="image-block">
      {title && <figcaption>{title}</figcaption>}
      <button
        type="button"
        className="image-open"
        onClick={() => look({ src, alt, title })}
        aria-label={`Open image: ${alt}`}
      >
        <img src={src} alt={alt} />
      </button>
    </figure>
  );
}
