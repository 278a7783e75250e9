"""Tables and charts.

Sources: https://docs.slack.dev/reference/block-kit/blocks/table-block,
https://docs.slack.dev/reference/block-kit/blocks/data-table-block,
https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slackblocks import _limits as limits
from slackblocks import blocks as made
from slackblocks import objects as parts

from mlpipe_sandbox.slack.blocks.node import Node
from mlpipe_sandbox.slack.blocks.rich_text import rich_text


class PageLimits:
    """Where Slack's page is stricter than the library, the page counts."""

    DATA_TABLE_ROWS = 101
    CHART_SERIES = 6
    CHART_SEGMENTS = 6


def _block_id(node: Node) -> str | None:
    return node.string("block_id", most=limits.BLOCK_ID_MAX_LENGTH)


def _table(node: Node) -> Any:
    node.array("rows", least=1, most=limits.TABLE_ROWS_MAX_ITEMS, required=True)
    rows = _cells(node, most=limits.TABLE_COLUMNS_MAX_ITEMS, readers={"raw_text": _raw_text})
    settings = node.array("column_settings", most=limits.TABLE_COLUMN_SETTINGS_MAX_ITEMS)
    for place, each in enumerate(settings or []):
        # null leaves a column as it is.
        column = None if each is None else node.at(each, "column_settings", place)
        if column is not None:
            column.build(
                parts.ColumnSettings,
                align=column.choice("align", ("left", "center", "right")),
                is_wrapped=column.flag("is_wrapped"),
            )
    # The library's cells hold one rich text object, Slack's a whole rich_text block: a text
    # stands for those, which were read above.
    plain = [
        [cell if isinstance(cell, parts.RawText) else parts.RawText("x") for cell in row]
        for row in rows
    ]
    return node.build(made.TableBlock, rows=plain or None, block_id=_block_id(node))


def _data_table(node: Node) -> Any:
    node.array(
        "rows",
        least=limits.DATA_TABLE_ROWS_MIN_ITEMS,
        most=PageLimits.DATA_TABLE_ROWS,
        required=True,
    )
    readers = {"raw_text": _raw_text, "raw_number": _raw_number}
    rows = _cells(node, most=limits.DATA_TABLE_COLUMNS_MAX_ITEMS, readers=readers)
    return node.build(
        made.DataTableBlock,
        rows=rows,
        caption=node.string("caption", least=1, required=True),
        page_size=node.integer("page_size", least=1, most=limits.DATA_TABLE_PAGE_SIZE_MAX),
        row_header_column_index=node.integer("row_header_column_index", least=0),
        block_id=_block_id(node),
    )


def _cells(
    node: Node, *, most: int, readers: Mapping[str, Callable[[Node], Any]]
) -> list[list[Any]]:
    known = {**readers, "rich_text": rich_text}
    read: list[list[Any]] = []
    for place, row in node.rows("rows"):
        if not row:
            node.fault("no less than 1 items required", "rows", place)
        if len(row) > most:
            node.fault(f"no more than {most} items allowed", "rows", place)
        cells = []
        for column, value in enumerate(row):
            cell = node.at(value, "rows", place, column)
            kind = cell.kind(known) if cell is not None else None
            cells.append(known[kind](cell) if cell is not None and kind is not None else None)
        read.append(cells)
    return read


def _raw_text(node: Node) -> Any:
    text = node.string("text", least=1, required=True)
    return node.build(parts.RawText, text=text, emoji=node.flag("emoji"))


def _raw_number(node: Node) -> Any:
    value = node.number("value")
    return node.build(
        parts.RawNumber, value=value, text=node.string("text", least=1, required=True)
    )


def _visualization(node: Node) -> Any:
    return node.build(
        made.DataVisualizationBlock,
        title=node.string(
            "title", least=1, most=limits.DATA_VISUALIZATION_TITLE_MAX_LENGTH, required=True
        ),
        chart=node.child("chart", _chart, required=True),
        block_id=_block_id(node),
    )


def _chart(node: Node) -> Any:
    axis_charts = {"bar": parts.BarChart, "area": parts.AreaChart, "line": parts.LineChart}
    kind = node.choice("type", ("pie", *axis_charts), required=True)
    if kind == "pie":
        segments = node.items(
            "segments",
            _labelled(parts.ChartSegment),
            least=1,
            most=PageLimits.CHART_SEGMENTS,
            required=True,
        )
        return node.build(parts.PieChart, segments=segments)
    series = node.items("series", _series, least=1, most=PageLimits.CHART_SERIES, required=True)
    axis = node.child("axis_config", _axis, required=True)
    return node.build(axis_charts.get(str(kind), dict), series=series, axis_config=axis)


def _series(node: Node) -> Any:
    return node.build(
        parts.DataSeries,
        name=node.string(
            "name", least=1, most=limits.DATA_VISUALIZATION_SERIES_NAME_MAX_LENGTH, required=True
        ),
        data=node.items(
            "data",
            _labelled(parts.DataPoint),
            least=1,
            most=limits.DATA_VISUALIZATION_DATA_MAX_ITEMS,
            required=True,
        ),
    )


def _labelled(make: Callable[..., Any]) -> Callable[[Node], Any]:
    def read(node: Node) -> Any:
        most = limits.DATA_VISUALIZATION_POINT_LABEL_MAX_LENGTH
        label = node.string("label", least=1, most=most, required=True)
        return node.build(make, label=label, value=node.number("value"))

    return read


def _axis(node: Node) -> Any:
    most = limits.DATA_VISUALIZATION_AXIS_LABEL_MAX_LENGTH
    return node.build(
        parts.AxisConfig,
        categories=node.strings(
            "categories",
            least=1,
            most=limits.DATA_VISUALIZATION_CATEGORIES_MAX_ITEMS,
            required=True,
        ),
        x_label=node.string("x_label", most=most),
        y_label=node.string("y_label", most=most),
    )


DATA_BLOCKS: dict[str, Callable[[Node], Any]] = {
    "table": _table,
    "data_table": _data_table,
    "data_visualization": _visualization,
}
"""Type → its reader."""
