import type { Block } from "../slack/types";
import { safeHref } from "../text/mrkdwn";
import { Link, Plain } from "../text/Text";
import { RichText } from "./RichText";

const SPOKEN: Record<string, string> = {
  pending: "waiting",
  in_progress: "in progress",
  complete: "complete",
  error: "failed",
};

/** A titled list of tasks, each with its state. */
export function Plan({ block }: { block: Block }) {
  const tasks = (block.tasks ?? []) as Block[];
  const done = tasks.filter((task) => task.status === "complete").length;
  return (
    <section className="plan-block">
      <div className="plan-head">
        <strong>
          <Plain text={titleOf(block)} />
        </strong>
        <span className="quiet">
          {done} of {tasks.length}
        </span>
      </div>
      <ol>
        {tasks.map((task) => (
          <li key={task.task_id}>
            <TaskCard block={task} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** One task: its state, what it does, and what came out of it. */
export function TaskCard({ block }: { block: Block }) {
  const status = (block.status ?? "pending") as string;
  const sources = (block.sources ?? []) as { url: string; text: string }[];
  return (
    <div className={`task ${status}`}>
      <TaskSign status={status} />
      <div className="task-main">
        <div className="task-title">
          <Plain text={titleOf(block)} />
        </div>
        {block.details && <RichText block={block.details} />}
        {block.output && <RichText block={block.output} />}
        {sources.length > 0 && (
          <div className="task-sources">
            {sources.map(
              (source) =>
                safeHref(source.url) && <Link key={source.url} href={source.url} text={source.text} />,
            )}
          </div>
        )}
      </div>
    </div>
  );
}

function TaskSign({ status }: { status: string }) {
  return (
    <svg className="task-sign" viewBox="0 0 20 20" role="img" aria-label={SPOKEN[status] ?? status}>
      {status === "pending" && <circle cx="10" cy="10" r="7" className="sign-ring" strokeDasharray="3 2.5" />}
      {status === "in_progress" && (
        <>
          <circle cx="10" cy="10" r="7" className="sign-ring" />
          <path d="M10 3a7 7 0 0 1 7 7" className="sign-turn" />
        </>
      )}
      {status === "complete" && (
        <>
          <circle cx="10" cy="10" r="8" className="sign-disc" />
          <path d="M6.5 10.3l2.3 2.3 4.7-5" className="sign-mark" />
        </>
      )}
      {status === "error" && (
        <>
          <circle cx="10" cy="10" r="8" className="sign-disc" />
          <path d="M10 5.5v5.5m0 2.7v.6" className="sign-mark" />
        </>
      )}
    </svg>
  );
}

/** Titles are strings; some libraries send text objects. */
function titleOf(block: Block): string {
  return typeof block.title === "string" ? block.title : (block.title?.text ?? "");
}
