import type { Picture } from "../store/page";
import { Dialog } from "./Dialog";

/** A picture as large as the window allows. */
export function Lightbox({ picture, onClose }: { picture: Picture; onClose(): void }) {
  return (
    <Dialog className="lightbox" label={picture.title || picture.alt || "Image"} onEscape={onClose}>
      <div className="lightbox-head">
        <span>{picture.title}</span>
        <a href={picture.src} target="_blank" rel="noopener noreferrer">
          Open original
        </a>
        <button
          type="button"
          className="button icon plain"
          aria-label="Close image"
          data-first
          onClick={onClose}
        >
          ✕
        </button>
      </div>
      <img src={picture.src} alt={picture.alt} />
    </Dialog>
  );
}
