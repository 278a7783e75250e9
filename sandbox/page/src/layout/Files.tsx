import type { SlackFile } from "../slack/types";
import { usePage } from "../store/page";

/** The files of a message: pictures to look at, others to take. */
export function Files({ files }: { files: SlackFile[] }) {
  return (
    <div className="files">
      {files.map((file) =>
        file.mimetype?.startsWith("image/") ? (
          <PictureFile key={file.id} file={file} />
        ) : (
          <OtherFile key={file.id} file={file} />
        ),
      )}
    </div>
  );
}

function fileSource(file: SlackFile): string {
  return file.url_private ?? `/files/${file.id}`;
}

function PictureFile({ file }: { file: SlackFile }) {
  const { look } = usePage();
  const title = file.title ?? file.name ?? "Image";
  const alt = file.alt_txt ?? title;
  return (
    <figure className="image-block">
      <figcaption>{title}</figcaption>
      <button
        type="button"
        className="image-open"
        aria-label={`Open image: ${alt}`}
        onClick={() => look({ src: fileSource(file), alt, title })}
      >
        <img src={fileSource(file)} alt={alt} />
      </button>
    </figure>
  );
}

function OtherFile({ file }: { file: SlackFile }) {
  return (
    <a className="file-card" href={fileSource(file)} target="_blank" rel="noopener noreferrer">
      <span className="file-sign" aria-hidden="true">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path
            d="M6 2h8l5 5v15H6zM14 2v5h5"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.6"
            strokeLinejoin="round"
          />
        </svg>
      </span>
      <span>
        <strong>{file.title ?? file.name ?? file.id}</strong>
        <span className="quiet">{file.mimetype}</span>
      </span>
    </a>
  );
}
