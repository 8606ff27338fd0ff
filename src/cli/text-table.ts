// Rows as aligned columns of plain text.

/** The first `textColumns` columns are texts, the others numbers, which end in line. */
export function textTable(rows: readonly (readonly string[])[], textColumns = 1): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column < textColumns ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  )
}
