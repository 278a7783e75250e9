import { useMemo, useState } from "react";
import type { Block } from "../slack/types";
import { plainText } from "../text/Text";
import { richTextString } from "./RichText";
import { type Cell, CellView, cellText } from "./Table";

const DEFAULT_PAGE_SIZE = 5;

interface HeaderProps {
  cell: Cell;
  /** What the column holds. */
  kind: Cell["type"] | undefined;
  sorted: Sorting | null;
  onSort(): void;
}

interface Sorting {
  column: number;
  ascending: boolean;
}

/** A table that a person can sort by a column and turn page by page. */
export function DataTable({ block }: { block: Block }) {
  const table = block.rows as Cell[][];
  const header = table[0] ?? [];
  const size = Number(block.page_size ?? DEFAULT_PAGE_SIZE);
  const headed = Number(block.row_header_column_index ?? 0);
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const [page, setPage] = useState(0);
  const sorted = useMemo(() => sortRows(table.slice(1), sorting), [table, sorting]);
  const pages = Math.max(1, Math.ceil(sorted.length / size));
  const shown = sorted.slice(page * size, (page + 1) * size);

  const sortBy = (column: number) => {
    setSorting((now) => ({ column, ascending: now?.column === column ? !now.ascending : true }));
    setPage(0);
  };
  return (
    <div className="data-table">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys */}
      <div className="data-table-scroll" tabIndex={0}>
        <table>
          <caption>{plainText(block.caption)}</caption>
          <thead>
            <tr>
              {header.map((cell, column) => (
                <HeaderCell
                  // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                  key={column}
                  cell={cell}
                  kind={table[1]?.[column]?.type}
                  sorted={sorting?.column === column ? sorting : null}
                  onSort={() => sortBy(column)}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no id
              <tr key={`${page}-${index}`}>
                {row.map((cell, column) => {
                  const Tag = column === headed ? "th" : "td";
                  return (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                    <Tag key={column} scope={column === headed ? "row" : undefined} className={cell.type}>
                      <CellView cell={cell} />
                    </Tag>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && <Pager page={page} pages={pages} onPage={setPage} />}
    </div>
  );
}

function HeaderCell({ cell, kind, sorted, onSort }: HeaderProps) {
  const direction = sorted && (sorted.ascending ? "ascending" : "descending");
  return (
    <th scope="col" aria-sort={direction ?? "none"} className={kind}>
      <button type="button" onClick={onSort}>
        {cellText(cell)}
        <span aria-hidden="true">{direction ? { ascending: " ↑", descending: " ↓" }[direction] : ""}</span>
      </button>
    </th>
  );
}

function Pager({ page, pages, onPage }: { page: number; pages: number; onPage(page: number): void }) {
  return (
    <div className="data-table-pager">
      <button type="button" className="button small" disabled={page === 0} onClick={() => onPage(page - 1)}>
        Previous
      </button>
      <span>
        Page {page + 1} of {pages}
      </span>
      <button
        type="button"
        className="button small"
        disabled={page === pages - 1}
        onClick={() => onPage(page + 1)}
      >
        Next
      </button>
    </div>
  );
}

/** Rows by one column: numbers by size, texts as people sort them. */
export function sortRows(rows: Cell[][], sorting: Sorting | null): Cell[][] {
  if (!sorting) return rows;
  const sign = sorting.ascending ? 1 : -1;
  return [...rows].sort((a, b) => sign * compare(a[sorting.column], b[sorting.column]));
}

function compare(a: Cell | undefined, b: Cell | undefined): number {
  if (a?.type === "raw_number" && b?.type === "raw_number") return Number(a.value) - Number(b.value);
  return words(a).localeCompare(words(b), "en", { numeric: true });
}

function words(cell: Cell | undefined): string {
  if (!cell) return "";
  return cell.type === "rich_text" ? richTextString(cell) : cellText(cell);
}
