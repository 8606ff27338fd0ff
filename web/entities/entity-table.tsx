// Entities in rows. The server sorts and pages; the table library keeps columns, headers and cells.
import { ChevronDownIcon, ChevronUpDownIcon, ChevronUpIcon } from "@heroicons/react/24/outline"
import { Table, UnstyledButton } from "@mantine/core"
import { type ColumnDef, tableFeatures, useTable } from "@tanstack/react-table"
import { useMemo } from "react"
import { Link } from "wouter"
import type { Entity, Related, Sort } from "../api/entities.ts"
import { path } from "../api/http.ts"
import { RelationChips } from "../components/relation-chips.tsx"
import { Value } from "../components/value.tsx"
import { type Column, cellOf } from "./columns.ts"
import classes from "./entity-table.module.css"

interface EntityTableProps {
  label: string
  entities: Entity[]
  columns: Column[]
  sort: Sort | undefined
  onSort: (sort: Sort | undefined) => void
  /** The rows are those of the question before. */
  isStale: boolean
}

const features = tableFeatures({})

export function EntityTable({ label, entities, columns, sort, onSort, isStale }: EntityTableProps) {
  const definitions = useMemo(
    () =>
      columns.map(
        (column): ColumnDef<typeof features, Entity> => ({
          id: column.id,
          header: () => <Head column={column} sort={sort} onSort={onSort} />,
          cell: ({ row }) => <EntityCell entity={row.original} column={column} />,
        }),
      ),
    [columns, sort, onSort],
  )
  const table = useTable({
    features,
    columns: definitions,
    data: entities,
    getRowId: (entity) => entity.identifier,
  })
  const byId = new Map(columns.map((column) => [column.id, column]))
  return (
    <Table.ScrollContainer minWidth={columns.length * 130} type="native">
      <Table
        highlightOnHover
        verticalSpacing={7}
        className={classes.table}
        data-stale={isStale || undefined}
        aria-label={label}
      >
        <Table.Thead>
          {table.getHeaderGroups().map((group) => (
            <Table.Tr key={group.id}>
              {group.headers.map((header) => (
                <Table.Th
                  key={header.id}
                  scope="col"
                  aria-sort={ariaSort(header.column.id, sort)}
                  data-numeric={byId.get(header.column.id)?.isNumeric || undefined}
                >
                  <table.FlexRender header={header} />
                </Table.Th>
              ))}
            </Table.Tr>
          ))}
        </Table.Thead>
        <Table.Tbody>
          {table.getRowModel().rows.map((row) => (
            <Table.Tr key={row.id}>
              {row.getAllCells().map((cell) => (
                <Table.Td
                  key={cell.id}
                  className={cell.column.id === "$title" ? classes.title : classes.cell}
                  data-numeric={byId.get(cell.column.id)?.isNumeric || undefined}
                >
                  <table.FlexRender cell={cell} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function EntityCell({ entity, column }: { entity: Entity; column: Column }) {
  const value = cellOf(entity, column)
  if (column.id === "$title") {
    return (
      <Link
        className={classes.link}
        href={path`/entities/${entity.blueprint}/${entity.identifier}`}
        title={String(value)}
      >
        {String(value)}
      </Link>
    )
  }
  if (column.kind === "relation") {
    // A relation's value is one or more entities, or null.
    return <RelationChips value={value as Related | Related[] | null} target={column.target ?? ""} most={2} />
  }
  return <Value value={value} property={column.property} compact />
}

function Head({
  column,
  sort,
  onSort,
}: {
  column: Column
  sort: Sort | undefined
  onSort: EntityTableProps["onSort"]
}) {
  if (!column.isSortable) return column.title
  const order = sort?.property === column.id ? sort.order : undefined
  const Icon = order === undefined ? ChevronUpDownIcon : order === "asc" ? ChevronUpIcon : ChevronDownIcon
  return (
    <UnstyledButton className={classes.sorter} onClick={() => onSort(nextSort(column.id, order))}>
      {column.title}
      <Icon width={14} aria-hidden />
    </UnstyledButton>
  )
}

/** Up, down, and as it was. */
function nextSort(property: string, order: Sort["order"] | undefined): Sort | undefined {
  if (order === undefined) return { property, order: "asc" }
  return order === "asc" ? { property, order: "desc" } : undefined
}

function ariaSort(id: string, sort: Sort | undefined): "ascending" | "descending" | "none" {
  if (sort?.property !== id) return "none"
  return sort.order === "asc" ? "ascending" : "descending"
}
