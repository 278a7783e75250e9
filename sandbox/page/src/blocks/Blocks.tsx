import { type ComponentType, lazy, Suspense } from "react";
import type { Block } from "../slack/types";
import { Actions, Context, Divider, Header, Image, RemoteFile, Section, Video } from "./Basic";
import { Alert, Card, Carousel, Container } from "./Boxes";
import { DataTable } from "./DataTable";
import { InputBlock } from "./InputBlock";
import { Plan, TaskCard } from "./Plan";
import { RichText } from "./RichText";
import { Table } from "./Table";

/** Blocks that only show something, drawn by slack-blocks-to-jsx. */
const DISPLAYED = new Set(["markdown", "data_visualization"]);

const Displayed = lazy(() => import("./Displayed"));

const VIEWS: Record<string, ComponentType<{ block: Block }>> = {
  header: Header,
  divider: Divider,
  section: Section,
  context: Context,
  actions: Actions,
  context_actions: Actions,
  input: InputBlock,
  file: RemoteFile,
  image: Image,
  video: Video,
  alert: Alert,
  card: Card,
  carousel: Carousel,
  container: Container,
  rich_text: RichText,
  table: Table,
  plan: Plan,
  task_card: TaskCard,
  data_table: DataTable,
};

/** The blocks of a message, a modal or a home tab, one below the other. */
export function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => (
        <div key={block.block_id ?? index} className={`block block-${block.type}`}>
          <Suspense fallback={<div className="block-loading" />}>
            <BlockView block={block} />
          </Suspense>
        </div>
      ))}
    </div>
  );
}

function BlockView({ block }: { block: Block }) {
  if (DISPLAYED.has(block.type)) return <Displayed block={block} />;
  const View = VIEWS[block.type];
  return View ? <View block={block} /> : <span className="unknown">[{block.type}]</span>;
}
