import type { Block } from "../slack/types";
import { plainText } from "../text/Text";
import { RichText } from "./RichText";

/** A cell of a table or data table. */
export interface Cell {
  type: "raw_text" | "raw_number" | "rich_text";
  text?: string;
  value?: number;
  elements?: unknown[];
}

interface Column {
  align?: "left" | "center" | "right";
  is_wrapped?: boolean;
}

/** Rows and columns; the first row is the head. */
export function Table({ block }: { block: Block }) {
  const [head = [], ...rows] = block.rows as Cell[][];
  const columns = (block.column_settings ?? []) as (Column | null)[];
  const style = (column: number) => ({
    textAlign: columns[column]?.align,
    whiteSpace: columns[column]?.is_wrapped ? ("normal" as const) : undefined,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys
    <div className="table-block" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head.map((cell, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
              <th key={column} scope="col" style={style(column)}>
                <CellView cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
            <tr key={index}>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                <td key={column} style={style(column)}>
                  <CellView cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function CellView({ cell }: { cell: Cell }) {
  return cell.type === "rich_text" ? <RichText block={cell as Block} /> : cellText(cell);
}

/** What a cell of text or number says. */
export function cellText(cell: Cell): string {
  return cell.type === "raw_number" ? (cell.text ?? String(cell.value ?? "")) : plainText(cell.text);
}
